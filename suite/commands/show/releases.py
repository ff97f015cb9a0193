"""scripts/show releases: which releases of SQLAlchemy are known."""

from pathlib import Path

import click

from suite.commands import groups, options
from suite.releases import catalogue
from suite.releases.catalogue import Catalogue, Release
from suite.reports import tables
from suite.reports.tables import Column, Table
from suite.terminal.errors import UserMistake

COLUMNS = [Column(title, "name") for title in ("series", "newest", "uploaded", "Pythons")]


@click.command(cls=options.Command)
@click.option("--refresh", is_flag=True, help="Bring the catalogue up to date first.")
@click.option(
    "--file",
    "data_file",
    type=click.Path(path_type=Path),
    metavar="F",
    help="With --refresh: the catalogue to bring up to date, instead of suite/releases/.",
)
@groups.form
def main(refresh: bool, data_file: Path | None, form: str) -> None:
    """Print how many releases are known, and the newest of each series.

    --refresh asks the package index for newer releases, and prints what changed. The index is the
    one that pip or uv uses on this machine. A release that the index no longer lists is kept.

    Exit codes: 0 printed, 2 the index cannot be asked, or F is no catalogue, 130 interrupted.
    """
    if refresh:
        _refresh(data_file)
        return
    if data_file is not None:
        raise UserMistake("--file is the catalogue that --refresh brings up to date: add --refresh")
    known = Catalogue.load()
    click.echo(tables.render(_table(known), form), nl=form == tables.MARKDOWN)
    click.echo(f"{len(known)} releases are known; --refresh asks the package index for newer ones.")


def _table(known: Catalogue) -> Table:
    newest: dict[str, Release] = {}
    for release in known:
        # A series that is not out yet has nothing but pre-releases.
        current = newest.get(release.series)
        if current is None or current.is_prerelease or not release.is_prerelease:
            newest[release.series] = release
    rows = [
        [series, release.version, f"{release.uploaded:%Y-%m-%d}", str(release.pythons)]
        for series, release in newest.items()
    ]
    return Table("The newest release of each series of SQLAlchemy", COLUMNS, rows)


def _refresh(data_file: Path | None) -> None:
    if data_file is not None:
        _require_catalogue(data_file)
    refreshed = catalogue.refresh(data_file or catalogue.DATA_FILE)
    for label, versions in (
        ("Added", refreshed.added),
        ("Newly yanked", refreshed.yanked),
        ("No longer yanked", refreshed.restored),
        ("Left out, as the index gives no upload time (PEP 700)", refreshed.undated),
    ):
        if versions:
            click.echo(f"{label}: {', '.join(versions)}")
    if not (refreshed.added or refreshed.yanked or refreshed.restored):
        click.echo("Nothing is new.")
    click.echo(f"{refreshed.total} releases are known; asked {refreshed.source}")


def _require_catalogue(path: Path) -> None:
    """Raise UserMistake where a file is something else, which a refresh would overwrite."""
    try:
        if catalogue.read_releases(path):
            return
        reason = "it names no release"
    except OSError as error:
        reason = str(error.strerror)
    except ValueError as error:
        reason = str(error)
    raise UserMistake(
        f"--file: {path} is no catalogue of releases ({reason}): name a copy of"
        f" {catalogue.DATA_FILE.name}, or leave --file out"
    )
