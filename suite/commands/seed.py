"""scripts/seed: build the data that is measured, or say what a file of it holds."""

import sys
from pathlib import Path

import click
from rich.console import Console

from fixtures import cache
from fixtures.errors import FixtureError
from suite.commands import options
from suite.reports import fixture
from suite.terminal import consoles, progress
from suite.terminal.errors import UserMistake


@click.command(cls=options.Command)
@click.option("--rows", metavar="N", help="How many bounced addresses the fixture holds.")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write to FILE; by default to the cache, where the measurements look for it.",
)
@click.option(
    "--seed", metavar="S", default=str(cache.SEED), show_default=True, help="Seed of the data."
)
@click.option(
    "--show",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Print what FILE holds, after checking its rows against its digest.",
)
def main(rows: str | None, output: Path | None, seed: str, show: Path | None) -> None:
    """Build the fixture with N bounced addresses, where it is missing, and print its path.

    The same N and seed give the same rows on every machine. The cache is the folder
    $SQLALCHEMY_ASV_CACHE, or sqlalchemy-asv in $XDG_CACHE_HOME or ~/.cache.

    Exit codes: 0 done, 1 the rows of FILE differ from its digest, 2 could not be done, 130
    interrupted (an unfinished file is removed).
    """
    if (rows is None) == (show is None):
        raise UserMistake("say --rows N to build a fixture, or --show FILE to look into one")
    try:
        if show is not None:
            sys.exit(_show(show))
        _build(_number(rows), output, _number(seed))
    except FixtureError as error:
        raise UserMistake(str(error)) from error


def _number(text: str | None) -> int | str | None:
    # What is no number goes on as it is, for the fixture to name it.
    try:
        return int(str(text).replace(",", "_"))
    except ValueError:
        return text


def _build(rows: int | str | None, output: Path | None, seed: int | str | None) -> None:
    console = Console(stderr=True)
    path = output or cache.path_for(rows, seed)
    with progress.progress_of(console, "Seeding") as show:
        built = cache.ensure_at(path, rows, seed, show, lambda line: console.print(line))
    click.echo(built)


def _show(path: Path) -> int:
    with progress.progress_of(Console(stderr=True), "Checking") as show:
        description = fixture.describe(path, show)
    consoles.output().print(fixture.render(description))
    return 0 if description.is_intact else 1


if __name__ == "__main__":
    main(prog_name="scripts/seed")
