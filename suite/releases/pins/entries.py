"""What a file says about SQLAlchemy, before it is decided which release that is."""

import re
from dataclasses import dataclass, field

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from suite.terminal.errors import UserMistake

PROJECT = "sqlalchemy"
LONGEST_SHOWN = 100

# SQLAlchemy's own name, where flask-sqlalchemy and sqlalchemy-utils do not count.
OWN_NAME = re.compile(r"(?<![\w.-])sqlalchemy(?![\w-]|\.\w)", re.IGNORECASE)

# A URL can hold a password or a token anywhere, so nothing behind its scheme is shown, nor what
# stands before an "@" further on, as a password can have blanks in it. In a line, neither is what
# an "@" joins, as a mistyped URL has its token too; a file can be called so.
_URL = re.compile(r"://(?:.*@)?\S*")
_SECRET_IN_NAME = re.compile(r"[^\s/]+:[^\s/]*@\S*")
_SECRET_IN_LINE = re.compile(r"\S+@\S+")


@dataclass(frozen=True)
class Entry:
    """What one place of a file says about SQLAlchemy.

    `shown` is the place as written, fit for a message. `marker` is the PEP 508 condition under
    which it counts, "" for always. `origin` says where SQLAlchemy comes from, if from no package
    index: "git", "a URL", "a path".
    """

    shown: str
    specifiers: SpecifierSet
    marker: str = ""
    origin: str = ""


@dataclass
class Reading:
    """Everything that a file says about SQLAlchemy.

    `unread` is what might bring SQLAlchemy in and is not read, `not_followed` the files among it
    that are named and not fetched.
    """

    entries: list[Entry] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    not_followed: list[str] = field(default_factory=list)

    def add(self, entry: Entry | None) -> None:
        """Keep an entry; None is another project's."""
        if entry is not None:
            self.entries.append(entry)


def mistake(name: str, reason: str) -> UserMistake:
    """The error that a file cannot be used for a reason."""
    return UserMistake(f"{shown_name(name)}: {reason}")


def shown_name(name: str) -> str:
    """A file's name, fit for one line; of a long one the end, which tells files apart."""
    line = _one_line(name, _SECRET_IN_NAME)
    return line if len(line) <= LONGEST_SHOWN else f"...{line[3 - LONGEST_SHOWN :]}"


def shown(text: object, longest: int = LONGEST_SHOWN) -> str:
    """A text out of a file, fit for one line: short, printable, without secrets."""
    line = _one_line(str(text)[: longest * 10], _SECRET_IN_LINE)
    return line if len(line) <= longest else f"{line[: longest - 3]}..."


def _one_line(text: str, secret: re.Pattern[str]) -> str:
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(secret.sub("...@...", _URL.sub("://...", printable)).split())


def is_project(name: object) -> bool:
    """Whether this is a name of SQLAlchemy."""
    return (
        isinstance(name, str) and len(name) == len(PROJECT) and canonicalize_name(name) == PROJECT
    )


def parse_version(text: str) -> Version | None:
    """The version that a text is, or None."""
    try:
        return Version(text)
    except ValueError:  # what is no version, and one with thousands of digits
        return None


def exact(version: object, marker: str = "", origin: str = "") -> Entry:
    """What a lock file or a list says: this version, and no other."""
    # A number is no version: 2.10 would be 2.1.
    parsed = parse_version(str(version)) if isinstance(version, str | Version) else None
    specifiers = SpecifierSet("" if parsed is None else f"=={parsed}")
    written = "without a version" if version in (None, "") else shown(version)
    return Entry(f"{PROJECT} {written}", specifiers, marker, origin)


def required(name: str, text: str) -> Entry | None:
    """What a PEP 508 requirement says about SQLAlchemy; None where it is another project's.

    Raises UserMistake for what begins with SQLAlchemy's name and is no requirement.
    """
    if PROJECT not in text.lower():
        return None
    try:
        requirement = Requirement(text)
    except ValueError as error:
        if OWN_NAME.match(text.strip()):
            raise mistake(name, f'"{shown(text)}" is not a requirement{_advice(error)}') from error
        return None
    return from_requirement(requirement, text)


def from_requirement(requirement: Requirement, text: str) -> Entry | None:
    """The same for a requirement that was parsed from a text."""
    if not is_project(requirement.name):
        return None
    origin = origin_of(requirement.url) if requirement.url else ""
    marker = str(requirement.marker) if requirement.marker else ""
    return Entry(shown(text), requirement.specifier, marker, origin)


def _advice(error: ValueError) -> str:
    known = isinstance(error, InvalidRequirement | InvalidSpecifier)
    return "; write SQLAlchemy==2.0.58, or name the release" if known else ""


def origin_of(address: str) -> str:
    """Where a URL or path leads, in words."""
    scheme, separator, _ = address.strip().partition("+")
    if separator and scheme.lower() in ("git", "hg", "svn", "bzr"):
        return scheme.lower()
    if "://" in address and not address.lower().startswith("file:"):
        return "a URL"
    return "a path"
