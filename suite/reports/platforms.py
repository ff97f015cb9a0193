"""Figures of several machines, Pythons or databases: each in a table of its own."""

from collections.abc import Iterable
from pathlib import Path

from benchmarks import databases
from suite.database import SQLITE
from suite.figures.identity import Platform
from suite.measuring import machines
from suite.measuring.results import Figure

# What measured, without the database that was asked: machine, Python, and whether by samples.
Installation = tuple[str, str, bool]


def apart(figures: Iterable[Figure], results_dir: Path) -> list[tuple[str, list[Figure]]]:
    """The figures of each platform under its words, which are empty where there is one only.

    One that asked another database than SQLite has words always.
    """
    groups: dict[Platform, list[Figure]] = {}
    for figure in figures:
        groups.setdefault(figure.platform, []).append(figure)
    several = len({platform.database for platform in groups}) > 1
    named = {
        platform: words(platform, results_dir, several) for platform in sorted(groups, key=order)
    }
    return [
        (
            _told_apart(platform, named)
            if len(groups) > 1 or platform.database != SQLITE.name
            else "",
            groups[platform],
        )
        for platform in named
    ]


def _told_apart(platform: Platform, named: dict[Platform, str]) -> str:
    """Two machines of one kind differ by name only."""
    said = named[platform]
    return f"{said} ({platform.machine})" if list(named.values()).count(said) > 1 else said


def words(platform: Platform, results_dir: Path, with_database: bool = False) -> str:
    """A platform by its processor, Python and database, for a title; SQLite if ``with_database``.

    Any other database is named always.
    """
    said = installation_words(platform, results_dir)
    if with_database or platform.database != SQLITE.name:
        return f"{said}, {database_words(platform.database)}"
    return said


def installation(platform: Platform) -> Installation:
    """Where the figures of its databases stand beside each other."""
    return platform.machine, platform.python, platform.sampled


def installation_words(platform: Platform, results_dir: Path) -> str:
    """An installation by its processor and its Python."""
    said = [machine(platform, results_dir), f"Python {platform.python}"]
    return ", ".join([*said, "sampled"] if platform.sampled else said)


def database_words(name: str) -> str:
    """A database and its driver as people call them: "PostgreSQL, psycopg2".

    The name itself where no such driver is known: results can hold any.
    """
    known, _, host = name.partition("@")
    driver = databases.every_driver().get(known)
    if driver is None:
        return name
    return f"{driver.label} at {host}" if host else str(driver.label)


def driver_words(name: str) -> str:
    """The same in short, by the driver alone: "psycopg2"."""
    said = database_words(name)
    return said if said == name else said.partition(", ")[2] or said


def order(platform: Platform) -> tuple[Installation, int, str]:
    """The order of platforms in tables: databases and drivers as benchmarks.databases lists them.

    What that lacks comes last.
    """
    known = list(databases.every_driver())
    driver = platform.database.partition("@")[0]
    rank = known.index(driver) if driver in known else len(known)
    return installation(platform), rank, platform.database


def machine(platform: Platform, results_dir: Path) -> str:
    """The machine of a platform in a few words; its results lie in ``results_dir``."""
    return machines.describe(results_dir / platform.machine)


def require_one(figures: Iterable[Figure]) -> None:
    """Raise ValueError where figures of several platforms would be merged."""
    found = {figure.platform.key for figure in figures}
    if len(found) > 1:
        raise ValueError(f"figures of several platforms: {', '.join(sorted(found))}")
