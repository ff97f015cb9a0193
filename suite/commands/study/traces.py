"""scripts/study traces: resident memory over time while each style runs."""

import sys

import click
from rich.console import Console

from suite.commands import options
from suite.figures import tasks
from suite.figures.tasks import FIRST_TASK
from suite.measuring.processes import Unit
from suite.measuring.traces import INSTRUMENT
from suite.project import Project
from suite.releases.catalogue import Catalogue, Release
from suite.releases.named import LATEST, named
from suite.studies import runs, traces

ROWS = 100_000


@click.command(cls=options.Command)
@click.argument("releases", type=options.RELEASE, nargs=-1)
@click.option("--task", default=FIRST_TASK, show_default=True, help="The task whose styles run.")
@click.option(
    "--style", "styles", multiple=True, help="A style's key or label; repeatable. Default: all."
)
@click.option("--rows", default=ROWS, show_default=True, type=click.IntRange(min=1000))
@click.option("--python", metavar="X.Y", help="Default: that of asv.conf.json.")
@options.measured
def main(
    releases: tuple[Release, ...],
    task: str,
    styles: tuple[str, ...],
    rows: int,
    python: str | None,
    project: Project,
) -> None:
    """Watch resident memory while each style runs, and store what was seen for the site to draw.

    RELEASES are releases ("2.0.58") or series ("2.0"), the newest one by default. memory_profiler
    looks every 5 ms, and misses a peak between two looks: these pictures explain the figures, and
    do not replace them.

    Exit codes: 0 all traced, 1 some style failed, 2 could not trace, 130 interrupted (what was
    traced is kept).
    """
    console = Console(stderr=True)
    pairs = [pair for style in styles for pair in tasks.styles_named(style, [task])]
    pairs = pairs or [(task, style) for style in tasks.task_named(task).styles]
    wanted = releases or [named(Catalogue.load(), LATEST)]
    units = [Unit(*pair, rows, INSTRUMENT) for pair in pairs]
    failures = 0
    for release in wanted:
        environment = runs.environment(release, python or project.python, console, project)
        traced = 0
        for outcome in traces.measure(project, environment, units, console):
            if outcome.failed:
                failures += 1
                options.say(outcome.failure)
            traced += not (outcome.failed or outcome.skipped)
        click.echo(f"{traced} styles on SQLAlchemy {release.version}")
    sys.exit(1 if failures else 0)
