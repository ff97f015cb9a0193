"""scripts/show styles: every stored figure of a task's styles."""

import click

from suite.commands import groups, options
from suite.figures import tasks
from suite.figures.amounts import GROWTH, label, metric_named
from suite.measuring import results
from suite.project import Project
from suite.reports import nothing, style_report, tables
from suite.terminal.errors import UserMistake


class MetricType(click.ParamType[str]):
    """A metric on the command line, as people call it."""

    name = "metric"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """asv's name of it. Raises UserMistake."""
        try:
            return metric_named(str(value))
        except ValueError as error:
            raise UserMistake(f"--metric: {error}") from error


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
@click.option(
    "--metric",
    type=MetricType(),
    metavar="NAME",
    help='Such as heap or time. Default: "net peak", and growth.',
)
@groups.form
@options.configuration
def main(
    names: tuple[str, ...],
    rows: int | None,
    python: str | None,
    database: str | None,
    releases: tuple[str, ...],
    metric: str | None,
    form: str,
    project: Project,
) -> None:
    """Print what every style of TASKS costs; without TASKS, of all that were measured.

    A first table says what one run takes: the net peak on each release, and how many times that of
    the cheapest style it is. As far as there is room, it also says, of the newest release, the
    heap, the time, what one more row takes ("bytes a row", from this size and the next smaller
    one), and what no row brings ("fixed"). A second table says what each further run leaves.

    Each machine, Python and database has tables of its own. --format markdown prints every column,
    whatever the width.

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
    wanted = (style_report.METRICS, GROWTH) if metric is None else (_beside(metric),)
    written = [
        table
        for task in chosen
        for table in style_report.written(figures, task, rows, project.results_dir, wanted)
    ]
    if not written:
        asked = None if metric is None else label(metric)
        raise UserMistake(
            nothing.why(
                stored, chosen, rows, python, database, releases, project.results_dir, asked
            )
        )
    for table in written:
        click.echo(tables.render(table, form))


def _beside(metric: str) -> tuple[str, ...]:
    """A metric, and those that stand beside it."""
    usual = GROWTH if metric in GROWTH else style_report.METRICS
    return tuple(dict.fromkeys([metric, *usual]))
