"""scripts/ten-years: the article's two styles over ten years of releases."""

import sys
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from suite import asv_commands, environments, line_profile, machines, ten_years
from suite.article import LABELS, STYLES
from suite.catalogue import Catalogue, Release
from suite.commands import options
from suite.errors import UserMistake
from suite.site import pictures
from suite.ten_years import NoPointError, Point
from suite.timeline import Timeline, ask


@click.command(cls=options.Command)
@click.argument("releases", nargs=-1)
@click.option("--python", metavar="X.Y", help="For RELEASES. Default: 3.11, or 3.8 where needed.")
@click.option("--rows", default=ten_years.ROWS, show_default=True, type=click.IntRange(1))
@click.option("--again", is_flag=True, help="Measure what is stored already, too.")
@click.option(
    "--format", "form", default="table", show_default=True, type=click.Choice(["table", "markdown"])
)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also draw the releases printed, as an SVG file.",
)
def main(
    releases: tuple[str, ...],
    python: str | None,
    rows: int,
    again: bool,
    form: str,
    picture: Path | None,
) -> None:
    """Measure full entities and one column over the releases, and print every figure.

    RELEASES are releases (1.0.19), series (1.0), ranges (1.0.0..1.1.0), specifiers (">=1.0,<1.1").
    Without them: the release of the article's day and the newest of each series, 0.9 to 2.0 on
    Python 3.8 and 1.3 to 2.1 on 3.11. What was measured earlier on this machine is not measured
    again.

    Exit codes: 0 printed, 1 some style failed, 2 bad input or no Python to measure with, 130
    interrupted (what was measured is kept).
    """
    errors = Console(stderr=True)
    wanted = _wanted(releases, python)
    folder = asv_commands.RESULTS / asv_commands.machine_name()
    stored = {point.key: point for point in ten_years.read(folder, errors.print)}
    keys = [(release, on, style, rows) for release, on in wanted for style in STYLES]
    failures = 0
    with options.interruptible():
        for key in keys:
            if again or key not in stored:
                try:
                    stored[key] = _measure(*key, errors)
                except NoPointError as reason:
                    failures += 1
                    errors.print(f"failed: {key[2]} on {key[0]}: {reason}")
                else:
                    ten_years.store(folder, [stored[key]])
    points = [stored[key] for key in keys if key in stored]
    _print(points, rows, form)
    if picture is not None and points:
        _draw(picture, points, rows, machines.describe(folder))
    sys.exit(1 if failures else 0)


def _wanted(releases: tuple[str, ...], python: str | None) -> list[tuple[str, str]]:
    """The (release, Python) to print."""
    catalogue = Catalogue.load()
    if not releases:
        if python is not None:
            raise UserMistake("--python is for named releases: name some, or leave it out")
        return ask(catalogue, ten_years.planned)
    selected = [
        release for text in releases for release in ask(catalogue, partial(_select, text=text))
    ]
    return [
        (release.version, python or line_profile.default_python(release)) for release in selected
    ]


def _select(timeline: Timeline, text: str) -> list[Release]:
    return timeline.select(text)


def _measure(release: str, python: str, style: str, rows: int, errors: Console) -> Point:
    environment = environments.for_release(release, python, notice=errors.print)
    line_profile.seed(rows, errors)
    with errors.status(f"{LABELS[style]}, SQLAlchemy {release}, Python {python} ..."):
        return ten_years.measure(environment, style, rows)


def _print(points: list[Point], rows: int, form: str) -> None:
    if form == "markdown":
        click.echo(ten_years.as_markdown(points, rows))
    else:
        line_profile.print_table(ten_years.as_table(points, rows))


def _draw(path: Path, points: list[Point], rows: int, machine: str) -> None:
    try:
        pictures.write(path, ten_years.picture(points, rows, machine))
    except OSError as error:
        raise UserMistake(f"{path} can't be written: {error.strerror}") from error


if __name__ == "__main__":
    main(prog_name="scripts/ten-years")
