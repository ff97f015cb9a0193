"""Figures of several machines, Pythons or databases: each in a table of its own."""

from collections.abc import Iterable
from pathlib import Path

from suite.figures.identity import DEFAULT_DATABASE, Platform
from suite.measuring import machines
from suite.measuring.results import Figure


def apart(figures: Iterable[Figure], results_dir: Path) -> list[tuple[str, list[Figure]]]:
    """The figures of each platform under its words, which are empty where there is one only."""
    groups: dict[Platform, list[Figure]] = {}
    for figure in figures:
        groups.setdefault(figure.platform, []).append(figure)
    named = {platform: words(platform, results_dir) for platform in sorted(groups)}
    return [
        (_told_apart(platform, named) if len(groups) > 1 else "", groups[platform])
        for platform in named
    ]


def _told_apart(platform: Platform, named: dict[Platform, str]) -> str:
    """Two machines of one kind differ by name only."""
    said = named[platform]
    return f"{said} ({platform.machine})" if list(named.values()).count(said) > 1 else said


def words(platform: Platform, results_dir: Path) -> str:
    """A platform by its processor and its Python, for a title."""
    said = [machine(platform, results_dir), f"Python {platform.python}"]
    if platform.sampled:
        said.append("sampled")
    if platform.database != DEFAULT_DATABASE:
        said.append(platform.database)
    return ", ".join(said)


def machine(platform: Platform, results_dir: Path) -> str:
    """The machine of a platform in a few words; its results lie in ``results_dir``."""
    return machines.describe(results_dir / platform.machine)


def require_one(figures: Iterable[Figure]) -> None:
    """Raise ValueError where figures of several platforms would be merged."""
    found = {figure.platform.key for figure in figures}
    if len(found) > 1:
        raise ValueError(f"figures of several platforms: {', '.join(sorted(found))}")
