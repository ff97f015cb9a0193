"""Which SQLAlchemy a user's file pins: requirements, lock files, and what else people have.

A file is read as the user's installer reads it, and recognised by what stands in it. Where it does
not pin one release for the Python that is measured, it is refused: a wrong release would be
compared in silence. Every mistake is one line that names the file and has no secrets in it.
"""

from collections.abc import Callable
from pathlib import Path

from suite.releases.pins.deciding import decide
from suite.releases.pins.entries import mistake, parse_version, shown
from suite.releases.pins.recognised import read
from suite.releases.pins.sources import STANDARD_INPUT, exists, is_revision, source_of

__all__ = [
    "STANDARD_INPUT",
    "is_file",
    "mistake",
    "parse_version",
    "pinned_version",
    "shown",
]

SUFFIXES = (".txt", ".in", ".lock", ".toml", ".json", ".yml", ".yaml", ".cfg", ".ini", ".py")


def is_file(argument: str) -> bool:
    """Whether a command-line argument means a file, and not a release.

    What is a version is a release, even where a file is called so: `pip install x>2.0` leaves one.
    """
    if argument == STANDARD_INPUT:
        return True
    if parse_version(argument) is not None:
        return False
    named_like_one = argument.endswith(SUFFIXES) or argument == "Pipfile"
    in_folder = "/" in argument or "\\" in argument
    return named_like_one or in_folder or exists(argument) or is_revision(argument)


def pinned_version(
    file: str | Path, python: str | None = None, say: Callable[[str], None] = lambda note: None
) -> str:
    """The one release that a file pins for a Python such as "3.11", as "2.0.58".

    ``file`` is a path, "-" for standard input, or a git revision and path, "main:uv.lock". Without
    a Python, entries with differing markers have to agree. ``say`` is told what the answer rests
    on, where that is not the file alone. Raises UserMistake.
    """
    source = source_of(str(file))
    return decide(source.name, read(source), python, say)
