"""scripts/study seed-speed: how fast fixtures are built, beside two other ways."""

import platform
import sqlite3
from pathlib import Path

import click
from rich.console import Console

from fixtures import cache
from fixtures.errors import FixtureError
from suite.commands import groups, options
from suite.reports import tables
from suite.studies import seed_speed
from suite.terminal.errors import UserMistake

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


@click.command(cls=options.Command)
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    multiple=True,
    default=SIZES,
    show_default=True,
    help="Bounced addresses; may be given again.",
)
@click.option("--repeat", type=click.IntRange(min=1), default=3, show_default=True)
@click.option(
    "--naive-rows",
    type=click.IntRange(min=0),
    default=10_000,
    show_default=True,
    help="Size at which the naive loop runs; 0 leaves it out.",
)
@groups.form
def main(rows: tuple[int, ...], repeat: int, naive_rows: int, form: str) -> None:
    """Build fixtures of several sizes, and print rows a second and peak memory.

    The same tables and indexes are also filled from ready tuples by sqlite3's executemany, and by a
    naive loop: a call of Faker for each field, objects added to a session. The loop runs with the
    newest SQLAlchemy, for which the package index has to be reachable. Each figure is the quickest
    of --repeat runs; above one million rows there is one run. The files lie in the cache folder
    meanwhile, and take 430 bytes for each row.

    Exit codes: 0 printed, 2 could not be measured, 130 interrupted (the table holds what was).
    """
    console = Console(stderr=True)
    folder = _folder()
    slowest = None
    if naive_rows:
        console.print(f"The naive loop, {naive_rows:,} bounced addresses ...")
        slowest = seed_speed.naive(naive_rows, repeat, folder)
    comparisons = []
    try:
        for size in rows:
            console.print(f"The fixture and bare executemany, {size:,} bounced addresses ...")
            comparisons.append(seed_speed.compare(size, repeat, folder))
    finally:
        if comparisons:
            click.echo(tables.render(seed_speed.table(comparisons, slowest), form))
    python, system = platform.python_version(), platform.system()
    click.echo(f"Python {python}, SQLite {sqlite3.sqlite_version}, {system} {platform.machine()}")
    if slowest:
        click.echo(
            f"The naive loop: {slowest.speed.rate:,.0f} rows/s at {slowest.rows:,} bounced"
            f" addresses, SQLAlchemy {slowest.sqlalchemy}"
        )


def _folder() -> Path:
    """The cache folder, made where it is missing."""
    try:
        cache.make_folder_for(cache.path_for(1))
    except FixtureError as error:
        raise UserMistake(str(error)) from error
    return Path(cache.folder())
