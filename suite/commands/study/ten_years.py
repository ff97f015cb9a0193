"""scripts/study ten-years: the article's two styles over ten years of releases."""

import sys
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from suite.commands import groups, options
from suite.measuring import machines, store
from suite.measuring.store import Place
from suite.project import Project
from suite.releases.catalogue import Catalogue, Release
from suite.releases.timeline import Timeline, ask
from suite.reports import pictures, tables
from suite.studies import lines, runs, ten_years
from suite.terminal.errors import UserMistake


@click.command(cls=options.Command)
@click.argument("releases", nargs=-1)
@click.option("--python", metavar="X.Y", help="For RELEASES. Default: 3.11, or 3.8 where needed.")
@click.option("--rows", default=ten_years.ROWS, show_default=True, type=click.IntRange(1))
@options.fresh
@groups.form
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also draw the releases printed, as an SVG file.",
)
@options.configuration
def main(
    releases: tuple[str, ...],
    python: str | None,
    rows: int,
    fresh: bool,
    form: str,
    picture: Path | None,
    project: Project,
) -> None:
    """Measure full entities and one column over the releases, and print every figure.

    RELEASES are releases (1.0.19), series (1.0), ranges (1.0.0..1.1.0), specifiers (">=1.0,<1.1").
    Without them, it takes the release of the article's day and the newest of each series: 0.9 to
    2.0 on Python 3.8, 1.3 to 2.1 on 3.11. Stored figures are not measured again.

    Exit codes: 0 printed, 1 some style failed, 2 bad input or no Python to measure with, 130
    interrupted (what was measured is kept).
    """
    places = [store.place_of(project, *which) for which in _wanted(releases, python)]
    failures = sum(_measure(place, rows, fresh) for place in places)
    points = [point for place in places for point in ten_years.points(place, rows)]
    table = ten_years.table(points, rows)
    click.echo(tables.render(table, form, lines.WIDTH_OF_A_FILE), nl=False)
    if picture is not None and points:
        machine = machines.describe(places[0].path.parent)
        try:
            pictures.write(picture, ten_years.picture(points, rows, machine))
        except OSError as error:
            raise UserMistake(f"{picture} can't be written: {error.strerror}") from error
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
    return [(release.version, python or runs.default_python(release)) for release in selected]


def _select(timeline: Timeline, text: str) -> list[Release]:
    return timeline.select(text)


def _measure(place: Place, rows: int, fresh: bool) -> int:
    """Measure what is not stored of a release; how many units failed."""
    work = ten_years.lacking(place, rows, fresh)
    if not work:
        return 0
    errors = Console(stderr=True)
    release = Catalogue.load().get(place.release)
    assert release is not None, "what was selected is known"
    environment = runs.environment(release, place.python, errors, place.project)
    failures = 0
    for outcome in ten_years.measure(place, environment, work, errors):
        if outcome.failed or outcome.skipped:
            failures += 1
            options.say(f"SQLAlchemy {place.release}: {outcome.skipped or outcome.failure}")
    return failures
