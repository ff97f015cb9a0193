"""scripts/study lines: a style's source with the memory after each of its lines."""

import click
from rich.console import Console

from suite.commands import groups, options
from suite.figures.tasks import styles_named, task_named
from suite.measuring.fixture_files import Wanted
from suite.releases.catalogue import Release
from suite.releases.named import LATEST
from suite.reports import tables
from suite.studies import lines, runs
from suite.terminal.errors import UserMistake

ROWS = 100_000


@click.command(cls=options.Command)
@click.argument("style")
@click.option(
    "--release",
    type=options.RELEASE,
    default=LATEST,
    metavar="X",
    help="A release (0.9.9) or a series (2.0).",
)
@click.option("--python", metavar="X.Y", help="Default: 3.11, or 3.8 where the release needs it.")
@click.option("--rows", default=ROWS, show_default=True, type=click.IntRange(1), metavar="N")
@groups.form
def main(style: str, release: Release, python: str | None, rows: int, form: str) -> None:
    """Print the source of STYLE with the resident memory after each line, by memory_profiler.

    STYLE is a style of bounced_addresses ("full_entity"), or of another task ("export.columns").
    RELEASE is the newest one by default.

    "memory" is the highest reading after a line, "increment" the sum of its rises, "rounds" how
    often it ran. Memory that a line takes and gives back before it ends is not seen here;
    scripts/bench measures that.

    Exit codes: 0 printed, 1 the style failed, 2 bad input, a release that lacks the style, or no
    Python to measure with, 130 interrupted.
    """
    errors = Console(stderr=True)
    ((task, name),) = styles_named(style)
    try:
        environment = runs.environment(release, python, errors)
        runs.seed([Wanted(rows, task_named(task).dataset)], errors)
        with errors.status(f"Profiling {task}.{name} on SQLAlchemy {release.version} ..."):
            profile = lines.measure(environment, task, name, rows)
    except lines.NotInReleaseError as reason:
        raise UserMistake(str(reason)) from reason
    except lines.NoProfileError as reason:
        raise click.ClickException(f"{task}.{name} failed: {reason}") from reason
    click.echo(tables.render(lines.table(profile), form, lines.WIDTH_OF_A_FILE), nl=False)
