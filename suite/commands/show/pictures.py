"""scripts/show pictures: the README's pictures, from stored results."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import click
from packaging.version import Version

from suite.commands import options
from suite.database import SQLITE
from suite.figures import tasks
from suite.figures.identity import Platform
from suite.figures.tasks import FIRST_TASK, Task
from suite.measuring import results, traces
from suite.measuring.results import Figure
from suite.measuring.traces import Trace
from suite.project import ROOT, Project
from suite.reports import pictures, platforms
from suite.terminal.errors import UserMistake

FOLDER = ROOT / "docs" / "pictures"
METRIC = "track_peak"

Measured = TypeVar("Measured", Figure, Trace)


@click.command(cls=options.Command)
@click.option("--task", default=FIRST_TASK, show_default=True, help="What is drawn.")
@click.option("--rows", type=int, help="The number of rows; the largest measured one by default.")
@click.option(
    "--database", default=SQLITE.name, show_default=True, help="As scripts/bench names it."
)
@click.option("--release", help="The release to watch over time; the newest watched by default.")
@click.option(
    "--results",
    "results_dir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Another folder of results.",
)
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), default=FOLDER)
@options.configuration
def main(
    task: str,
    rows: int | None,
    database: str,
    release: str | None,
    results_dir: Path | None,
    output: Path,
    project: Project,
) -> None:
    """Draw heat-table.svg and memory-over-time.svg from stored results.

    scripts/bench measures what the first one shows, scripts/study traces what the second one does.
    Each picture shows one machine and Python: those with the most figures.

    Exit codes: 0 drawn, 2 neither is there, or they can't be written, 130 interrupted.
    """
    chosen, folder = tasks.task_named(task), results_dir or project.results_dir
    drawn = {
        "heat-table.svg": _heat_table(chosen, rows, database, folder),
        "memory-over-time.svg": _over_time(chosen, rows, database, release, folder),
    }
    if not any(drawn.values()):
        raise UserMistake(f"{folder} holds nothing to draw of {task}")
    for name, svg in drawn.items():
        if svg is not None:
            try:
                pictures.write(output / name, svg)
            except OSError as error:
                raise UserMistake(f"{output / name} can't be written: {error.strerror}") from error
            click.echo(output / name)


def _heat_table(task: Task, rows: int | None, database: str, results_dir: Path) -> str | None:
    read = results.read(results_dir, options.say, options.say)
    found = [
        figure
        for figure in results.find(read, task=task.name, metric=METRIC)
        if figure.value is not None
        and rows in (None, figure.rows)
        and figure.platform.database == database
    ]
    largest = max((figure.rows for figure in found), default=0)
    figures = _of_one_platform(figure for figure in found if figure.rows == largest)
    if not figures:
        options.say(f"no heat table: no net peak of {task.name} is stored; see scripts/bench")
        return None
    machine = platforms.machine(figures[0].platform, results_dir)
    return pictures.heat_table(figures, task, machine)


def _over_time(
    task: Task, rows: int | None, database: str, release: str | None, results_dir: Path
) -> str | None:
    found = [
        trace
        for trace in traces.read(results_dir, options.say)
        if trace.task == task.name
        and trace.platform.database == database
        and rows in (None, trace.rows)
        and release in (None, trace.release)
    ]
    newest = max((trace.release for trace in found), key=Version, default="")
    found = [trace for trace in found if trace.release == newest]
    largest = max((trace.rows for trace in found), default=0)
    taken = _of_one_platform(trace for trace in found if trace.rows == largest)
    if not taken:
        options.say(
            f"no picture over time: no run of {task.name} is stored; see scripts/study traces"
        )
        return None
    machine = platforms.machine(taken[0].platform, results_dir)
    return pictures.memory_over_time(taken, task, machine)


def _of_one_platform(found: Iterable[Measured]) -> list[Measured]:
    """Those of the machine and Python with the most of them."""
    groups: dict[Platform, list[Measured]] = {}
    for each in found:
        groups.setdefault(each.platform, []).append(each)
    return max(groups.values(), key=len, default=[])
