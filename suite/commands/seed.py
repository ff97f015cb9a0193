"""scripts/seed: build the data that is measured, or say what a file of it holds."""

import sys
from pathlib import Path

import click
from rich.console import Console

from fixtures import cache
from fixtures.errors import FixtureError
from fixtures.identity import DATASETS, DEFAULT
from suite.commands import options
from suite.database import SQLITE, VARIABLE, Address, Database
from suite.reports import fixture
from suite.servers import loading, running
from suite.terminal import progress
from suite.terminal.errors import UserMistake


@click.command(cls=options.Command)
@click.option(
    "--rows",
    metavar="N",
    help="How many bounced addresses, documents or customers the fixture holds.",
)
@click.option(
    "--dataset",
    metavar="NAME",
    default=DEFAULT,
    show_default=True,
    help=f"What it holds: {', '.join(DATASETS[:-1])} or {DATASETS[-1]}.",
)
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
@click.option(
    "--database",
    "asked",
    type=options.DatabaseType(),
    envvar=VARIABLE,
    default=SQLITE,
    metavar="NAME|URL",
    help="Load it into this database as well, or compare the rows there; print the schema.",
)
@click.option("--drop", is_flag=True, help="Drop every schema of this suite from the database.")
def main(
    rows: str | None,
    dataset: str,
    output: Path | None,
    seed: str,
    show: Path | None,
    asked: Database,
    drop: bool,
) -> None:
    """Build the data that is measured, where it is missing, and print the path of its file.

    A dataset holds N bounced e-mail addresses (mailing, 0.5 KB each), N documents with wide texts,
    JSON and binary values (documents, 170 KB each), or N customers of three kinds with invoices and
    tickets (customers, 5 KB each). The same N and seed give the same rows on every machine.

    Files go to $SQLALCHEMY_ASV_CACHE, or to sqlalchemy-asv in $XDG_CACHE_HOME or ~/.cache.

    Exit codes: 0 done, 1 the rows of FILE differ from its digest, 2 could not be done, 130
    interrupted (an unfinished file is removed).
    """
    if [rows is not None, show is not None, drop].count(True) != 1:
        raise UserMistake(
            "say --rows N to build a fixture, --show FILE to look into one,"
            " or --drop to remove those of a --database"
        )
    try:
        if show is not None:
            sys.exit(_show(show))
        with running.server(asked, options.say) as address:
            if drop:
                _drop(asked, address)
            else:
                built = _build(dataset, _number(rows), output, _number(seed))
                _load(asked, address, built)
    except FixtureError as error:
        raise UserMistake(str(error)) from error


def _number(text: str | None) -> int | str | None:
    # What is no number goes on as it is, for the fixture to name it.
    try:
        return int(str(text).replace(",", "_"))
    except ValueError:
        return text


def _build(
    dataset: str, rows: int | str | None, output: Path | None, seed: int | str | None
) -> Path:
    console = Console(stderr=True)
    path = output or cache.path_for(rows, seed, dataset)
    with progress.progress_of(console, "Seeding") as show:
        built = cache.ensure_at(path, rows, seed, show, lambda line: console.print(line), dataset)
    click.echo(built)
    return Path(built)


def _load(asked: Database, address: Address | None, built: Path) -> None:
    if address is not None:
        loaded = loading.ensure(asked, address, [built], options.say)
        if built not in loaded.built:
            loading.check(asked, address, [built], options.say)
        click.echo(f"schema {loaded.schemas[built]} of {asked.name} ({loaded.server})")


def _drop(asked: Database, address: Address | None) -> None:
    if address is None:
        raise UserMistake("--drop is for a server: name one with --database")
    dropped = loading.drop(asked, address, options.say)
    for name in dropped:
        click.echo(f"dropped {name} of {asked.name}")
    if not dropped:
        options.say(f"{asked.name} holds nothing of this suite that can be dropped")


def _show(path: Path) -> int:
    with progress.progress_of(Console(stderr=True), "Checking") as show:
        description = fixture.describe(path, show)
    click.echo(fixture.render(description), nl=False)
    return 0 if description.is_intact else 1


if __name__ == "__main__":
    main(prog_name="scripts/seed")
