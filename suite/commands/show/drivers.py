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
@click.option("--style", "styles", multiple=True, help="Several can be named.", metavar="S")
@groups.form
@options.configuration
def main(
    release: str | None, rows: int, styles: tuple[str, ...], form: str, project: Project
) -> None:
    """Print what each driver holds in memory while rows are dropped as they come.

    Four tables: the net peak of each style; does it stream (memory that does not grow with the
    rows, told from the two largest sizes that were measured); what that costs in seconds; and why
    a pair has no figure. Each machine and Python has tables of its own.

    Exit codes: 0 printed, 2 no such style, or nothing was measured, 130 interrupted.
    """
    show(project, release, rows, styles, form)


def show(
    project: Project, release: str | None, rows: int, styles: Sequence[str], form: str
) -> None:
    """Print the tables of what is stored. Raises UserMistake where that is nothing."""
    known = tasks.task_named(streaming.TASK).styles
    for style in styles:
        if style not in known:
            raise UserMistake(
                f'--style: "{style}" is no style of the task {streaming.TASK}'
                f"{tasks.suggestion(style, known)}"
            )
    stored = results.read(project.results_dir, options.say, options.say)
    noise = limits.load().get(streaming.METRIC, streaming.NOISE)
    written = drivers.written(
        stored,
        drivers.skips(project.results_dir),
        rows,
        noise,
        project.results_dir,
        release,
        list(dict.fromkeys(styles)),
    )
    if not written:
        raise UserMistake(drivers.nothing(stored, release, rows, project.results_dir))
    for table in written:
        click.echo(tables.render(table, form))
