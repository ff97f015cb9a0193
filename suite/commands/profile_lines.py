"""scripts/profile-lines: a style's source with the memory after each of its lines."""

import click
from rich.console import Console

from suite import environments, line_profile
from suite.catalogue import Catalogue
from suite.commands import options
from suite.errors import UserMistake
from suite.timeline import HISTORY, ask

ROWS = 100_000


@click.command(cls=options.Command)
@click.argument("style")
@click.option(
    "--release", default=HISTORY, metavar="X", help="A release (0.9.9) or a series (2.0)."
)
@click.option("--python", metavar="X.Y", help="Default: 3.11, or 3.8 where the release needs it.")
@click.option("--rows", default=ROWS, show_default=True, type=click.IntRange(1), metavar="N")
@click.option(
    "--format", "form", default="table", show_default=True, type=click.Choice(["table", "markdown"])
)
def main(style: str, release: str, python: str | None, rows: int, form: str) -> None:
    """Print the source of STYLE with the resident memory after each line, by memory_profiler.

    STYLE is a style of bounced_addresses ("full_entity"), or of another task ("export.columns").
    RELEASE is the newest one by default; its environment is made once and kept.

    memory is the highest reading after a line, increment the sum of its rises, rounds how often it
    ran. What a line needs and gives back before it ends is not seen here: scripts/bench measures
    that.

    Exit codes: 0 printed, 1 the style failed, 2 bad input, a release that lacks the style, or no
    Python to measure with, 130 interrupted.
    """
    errors = Console(stderr=True)
    task, name = line_profile.find_style(style)
    known = ask(Catalogue.load(), lambda timeline: timeline.named(release))
    try:
        environment = environments.for_release(
            known.version, python or line_profile.default_python(known), notice=errors.print
        )
        line_profile.seed(rows, errors)
        with errors.status(f"Profiling {task}.{name} on SQLAlchemy {known.version} ..."):
            profile = line_profile.measure(environment, task, name, rows)
    except line_profile.NotInReleaseError as reason:
        raise UserMistake(str(reason)) from reason
    except line_profile.NoProfileError as reason:
        raise click.ClickException(f"{task}.{name} failed: {reason}") from reason
    if form == "markdown":
        click.echo(line_profile.as_markdown(profile))
    else:
        line_profile.print_table(line_profile.as_table(profile))


if __name__ == "__main__":
    main(prog_name="scripts/profile-lines")
