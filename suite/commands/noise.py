"""scripts/noise: how far figures of the same release differ on this machine."""

import sys

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn
from rich.table import Table

from suite import consoles, environments, noise, styles, workers
from suite.catalogue import Catalogue
from suite.commands import options
from suite.errors import UserMistake
from suite.noise import Missing, Spread
from suite.styles import Task
from suite.timeline import HISTORY, ask
from suite.units import METRIC_NAMES, readable
from suite.workers import Outcome


@click.command(cls=options.Command)
@click.argument("release", default=HISTORY)
@click.option("--repeat", default=5, show_default=True, type=click.IntRange(2), metavar="K")
@click.option("--rows", default=10_000, show_default=True, type=click.IntRange(1), metavar="N")
@click.option("--task", "task_name", default="bounced_addresses", show_default=True, metavar="T")
@click.option("--style", "chosen", multiple=True, metavar="S", help="Several can be named.")
@click.option("--python", default=None, metavar="X.Y", help="Default: that of asv.conf.json.")
@click.option("--time/--no-time", "timed", default=True, help="Also measure seconds.")
def main(
    release: str,
    repeat: int,
    rows: int,
    task_name: str,
    chosen: tuple[str, ...],
    python: str | None,
    timed: bool,
) -> None:
    """Measure RELEASE K times, and print how far the figures differ and what change can be seen.

    RELEASE is a version (2.0.58) or a series (2.0); without it, the newest release. Every value
    comes from a fresh process. The smallest detectable change is that between two single
    measurements, such as those of two releases: 2.8 standard deviations (ISO 5725-6), and never
    less than the spread seen here or than the instrument's resolution.

    Exit codes: 0 every style was measured or skipped by this release, 1 some style failed (the
    reason is printed), 2 bad input or nothing could be measured, 130 interrupted (what was measured
    is printed).
    """
    task = _task(task_name)
    names = _styles(task, chosen)
    version = ask(Catalogue.load(), lambda timeline: timeline.named(release)).version
    errors = Console(stderr=True)
    environment = environments.for_release(version, python, notice=errors.print)
    workers.ensure_fixtures(rows)
    measures = ["resident", "heap", *(["time"] if timed else [])]
    work = noise.units(task.name, names, rows, measures, repeat)
    outcomes: list[Outcome] = []
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    title = f"SQLAlchemy {version}, Python {environment.python}, {rows:,} rows, {repeat} runs"
    with options.interruptible("Interrupted: the tables hold what was measured."):
        try:
            with Progress(*columns, console=errors) as progress:
                bar = progress.add_task(f"SQLAlchemy {version}", total=len(work))
                for outcome in noise.measure(environment, work):
                    outcomes.append(outcome)
                    progress.advance(bar)
        finally:
            lacking = noise.missing(outcomes)
            _print(task, noise.spreads(outcomes), lacking, title)
    sys.exit(1 if any(entry.failed for entry in lacking) else 0)


def _task(name: str) -> Task:
    tasks = styles.tasks()
    if name not in tasks:
        raise UserMistake(f"there is no task {name}: name one of {', '.join(tasks)}")
    return tasks[name]


def _styles(task: Task, chosen: tuple[str, ...]) -> list[str]:
    for name in chosen:
        if name not in task.styles:
            raise UserMistake(
                f"{task.name} has no style {name}: name one of {', '.join(task.styles)}"
            )
    return list(chosen or task.styles)


def _print(task: Task, found: list[Spread], lacking: list[Missing], title: str) -> None:
    console = consoles.output()
    for metric in METRIC_NAMES:
        rows = {spread.style: spread for spread in found if spread.metric == metric}
        if rows:
            console.print(_table(task, metric, rows, title))
            console.print()
    for entry in lacking:
        word = "failed" if entry.failed else "skipped"
        console.print(f"{word}: {task.label(entry.style)} ({entry.measures}): {entry.reason}")


def _table(task: Task, metric: str, rows: dict[str, Spread], title: str) -> Table:
    table = Table(title=f"{METRIC_NAMES[metric]}: {title}", title_justify="left")
    table.add_column("style")
    for heading in ("median", "spread", "of the median", "smallest detectable change"):
        table.add_column(heading, justify="right")
    for style in task.styles:
        if style in rows:
            spread = rows[style]
            table.add_row(
                task.label(style),
                readable(metric, spread.median),
                _small(metric, spread.spread),
                _percent(spread.relative),
                f"{_small(metric, spread.detectable)} {_percent(_part(spread))}",
            )
    return table


def _part(spread: Spread) -> float | None:
    return spread.detectable / spread.median if spread.median > 0 else None


def _small(metric: str, value: float) -> str:
    if metric == "time_query":
        return f"{value * 1000:.1f} ms"
    return f"{value:.0f} bytes" if value < 1024 else f"{value / 1024:.1f} KiB"


def _percent(part: float | None) -> str:
    return "" if part is None else f"{part:.3%}"


if __name__ == "__main__":
    main(prog_name="scripts/noise")
