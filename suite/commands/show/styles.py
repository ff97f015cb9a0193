"""scripts/show styles: every stored figure of a task's styles."""

import click

from suite.commands import groups, options
from suite.figures import tasks
from suite.measuring import results
from suite.project import Project
from suite.reports import nothing, style_report, tables
from suite.terminal.errors import UserMistake


@click.command(cls=options.Command)
@click.argument("names", nargs=-1, metavar="[TASKS]...")
@click.option(
    "--rows",
    type=click.IntRange(1),
    metavar="N",
    help="Default: the largest size of each task that was measured.",
)
@click.option("--python", metavar="X.Y", help="Default: each, in a table of its own.")
@click.option("--database", metavar="NAME", help="Such as sqlite. Default: each likewise.")
@click.option("--release", "releases", multiple=True, help="Several can be named. Default: all.")
@groups.form
@options.configuration
def main(
    names: tuple[str, ...],
    rows: int | None,
    python: str | None,
    database: str | None,
    releases: tuple[str, ...],
    form: str,
    project: Project,
) -> None:
    """Print what every style of TASKS costs: net peak / heap in MiB, time, and what runs leave.

    Without TASKS, all of them that were measured; what several machines, Pythons or databases have
    measured, in a table each.
    "bytes a row" is the slope of the net peak on the newest release between this size and the next
    smaller one that was measured, "fixed" what no row brings. What each further run leaves is in a
    table of its own, in bytes, as it is measured at a size of its own.

    Exit codes: 0 printed, 2 no such task, or nothing of it was measured, 130 interrupted.
    """
    chosen = [tasks.task_named(name) for name in names] or list(tasks.tasks().values())
    stored = results.read(project.results_dir, options.say, options.say)
    figures = [
        figure
        for figure in stored
        if python in (None, figure.platform.python)
        and database in (None, figure.platform.database)
        and (not releases or figure.release in releases)
    ]
    written = [
        table
        for task in chosen
        for table in style_report.written(figures, task, rows, project.results_dir)
    ]
    if not written:
        raise UserMistake(
            nothing.why(stored, chosen, rows, python, database, releases, project.results_dir)
        )
    for table in written:
        click.echo(tables.render(table, form))
