"""scripts/show drivers: what each driver holds, and does it stream?"""

from collections.abc import Sequence

import click

from suite.commands import groups, options
from suite.figures import limits, streaming, tasks
from suite.measuring import results
from suite.project import Project
from suite.reports import drivers, tables
from suite.terminal.errors import UserMistake


@click.command(cls=options.Command)
@click.option("--release", help="Default: the newest that was measured.", metavar="R")
@click.option("--rows", default=100_000, show_default=True, type=click.IntRange(1), metavar="N")
@click.option(
    "--style", "styles", multiple=True, help="Its key or label; several can be named.", metavar="S"
)
@groups.form
@options.configuration
def main(
    release: str | None, rows: int, styles: tuple[str, ...], form: str, project: Project
) -> None:
    """Print how much memory each driver needs while a query's rows are read and none is kept.

    There are four tables: the net peak of each style; whether it streams, which is that its memory
    does not grow between the two largest numbers of rows; the seconds; and why a figure is missing.
    Each machine and Python has tables of its own.

    Exit codes: 0 printed, 2 no such style, or nothing was measured, 130 interrupted.
    """
    show(project, release, rows, styles, form)


def show(
    project: Project, release: str | None, rows: int, styles: Sequence[str], form: str
) -> None:
    """Print the tables of what is stored. Raises UserMistake where that is nothing."""
    chosen = [key for style in styles for key in _keys(style)]
    stored = results.read(project.results_dir, options.say, options.say)
    noise = limits.load().get(streaming.METRIC, streaming.NOISE)
    written = drivers.written(
        stored,
        drivers.skips(project.results_dir),
        rows,
        noise,
        project.results_dir,
        release,
        list(dict.fromkeys(chosen)),
    )
    if not written:
        raise UserMistake(drivers.nothing(stored, release, rows, project.results_dir))
    for table in written:
        click.echo(tables.render(table, form))


def _keys(style: str) -> list[str]:
    """Those of a style that is named by its key or label. Raises UserMistake."""
    pairs = tasks.styles_named(style, [streaming.TASK])
    if any(task != streaming.TASK for task, _ in pairs):
        raise UserMistake(f'--style: "{style}" is no style of the task {streaming.TASK}')
    return [key for _, key in pairs]
