"""The catalogue of SQLAlchemy releases: which exist, since when, and on which Python they run.

The catalogue is data in the repository (releases.json). A release that it does not list yet is
looked up in the package index that this machine's installer is configured for, and is then kept in
the user's cache folder, so that a later run needs no network.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from fixtures import cache
from suite.terminal.errors import UserMistake

DATA_FILE = Path(__file__).with_name("releases.json")
OLDEST = Version("0.9.0")

# What Requires-Python does not say, found by importing each release and querying with it:
# (releases, the Pythons that they run on). The former use collections.MutableMapping, the latter
# typing's and enum's internals; later Pythons changed both.
UNSTATED_LIMITS = (
    (SpecifierSet("<1.2.13"), SpecifierSet("<3.10")),
    (SpecifierSet(">=2.0.0b1,<2.0.31"), SpecifierSet("<3.13")),
)


@dataclass(frozen=True)
class Release:
    """One release of SQLAlchemy.

    `uploaded` is the time at which its first file reached the package index, `requires_python` its
    Requires-Python (None where it states none), `yanked` whether all of its files were withdrawn.
    """

    version: str
    uploaded: datetime
    requires_python: str | None
    yanked: bool

    @cached_property
    def parsed(self) -> Version:
        """The version as PEP 440 orders it."""
        return Version(self.version)

    @property
    def series(self) -> str:
        """The series that the release belongs to: "2.0" for 2.0.58."""
        return f"{self.parsed.major}.{self.parsed.minor}"

    @property
    def is_prerelease(self) -> bool:
        """Whether it is an alpha, a beta, a release candidate or a development release."""
        return self.parsed.is_prerelease

    @property
    def pythons(self) -> SpecifierSet:
        """The Pythons that it runs on: what it states, and what is known beyond that."""
        try:
            pythons = SpecifierSet(self.requires_python or "")
        except InvalidSpecifier:
            pythons = SpecifierSet()
        for releases, limit in UNSTATED_LIMITS:
            if releases.contains(self.parsed, prereleases=True):
                pythons &= limit
        return pythons

    def supports(self, python: str) -> bool:
        """Whether the release runs on a Python, given as "3.11"."""
        return self.pythons.contains(python, prereleases=True)

    def require(self, python: str) -> None:
        """Raise UserMistake where the release does not run on a Python, given as "3.11"."""
        if not self.supports(python):
            raise UserMistake(
                f"SQLAlchemy {self.version} does not run on Python {python}: it runs on Python"
                f" {self.pythons}; name another release, or another Python with --python or in"
                " asv.conf.json"
            )


class NoLookUpError(UserMistake):
    """A name could not be looked up, and why the package index could not be asked."""

    def __init__(self, name: str, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"{name}: not in the catalogue of known releases, and {reason};"
            " connect, or name a known release"
        )


class Catalogue:
    """The known releases in PEP 440 order, and the look-up of others."""

    def __init__(self, releases: Iterable[Release]) -> None:
        self._by_version = {release.parsed: release for release in releases}

    @classmethod
    def load(cls) -> "Catalogue":
        """Read the repository's data and what was looked up earlier; the former counts.

        Raises UserMistake where the repository's data cannot be read.
        """
        return cls([*_read_cache(), *_read_data(DATA_FILE)])

    def __iter__(self) -> Iterator[Release]:
        return (self._by_version[version] for version in sorted(self._by_version))

    def __len__(self) -> int:
        return len(self._by_version)

    def get(self, version: str) -> Release | None:
        """The known release of this version, or None."""
        try:
            return self._by_version.get(Version(version))
        except InvalidVersion:
            return None

    def look_up(self, name: str) -> None:
        """Add what the package index lists and the catalogue does not, and remember it.

        `name` is the release or series that somebody asked for. Raises NoLookUpError where the
        index cannot be asked, and UserMistake where it lists that release without an upload time.
        """
        # asv imports this module, and its size is a floor under what it measures: the libraries
        # that reach an index are 20 MiB, and are rarely wanted.
        from suite.releases.package_index import read_index

        try:
            listing = read_index()
        except UserMistake as error:
            raise NoLookUpError(name, error.message) from error
        if any(str(version) == name for version in listing.undated):
            raise UserMistake(
                f"{name}: {listing.source} lists it without an upload time (PEP 700), so its date"
                " is unknown; name another index with PIP_INDEX_URL"
            )
        new = [release for release in listing.releases if release.parsed not in self._by_version]
        if new:
            self._by_version.update((release.parsed, release) for release in new)
            _write_cache([*_read_cache(), *new])


class Refreshed(NamedTuple):
    """What a refresh changed: versions in PEP 440 order, and how many releases there are now."""

    source: str
    added: list[str]
    yanked: list[str]
    restored: list[str]
    undated: list[str]
    total: int


def refresh(data_file: Path = DATA_FILE) -> Refreshed:
    """Bring a catalogue file up to date from the package index.

    A known release keeps its upload time and stays even where the index no longer lists it; its
    Requires-Python and whether it is yanked follow the index. Raises UserMistake.
    """
    from suite.releases.package_index import read_index

    known = {release.parsed: release for release in _read_data(data_file)}
    listing = read_index()
    if listing.undated and not listing.releases:
        raise UserMistake(
            f"{listing.source} gives no upload times (PEP 700), so releases cannot be dated and"
            " nothing was changed; name another index with PIP_INDEX_URL"
        )
    merged = dict(known)
    for release in listing.releases:
        old = known.get(release.parsed, release)
        merged[release.parsed] = Release(
            old.version, old.uploaded, release.requires_python, release.yanked
        )
    order = sorted(merged)
    if merged != known:
        try:
            write_releases(data_file, merged.values())
        except OSError as error:
            raise UserMistake(f"{data_file} cannot be written: {error}") from error
    both = [version for version in order if version in known]
    return Refreshed(
        listing.source,
        added=[str(version) for version in order if version not in known],
        yanked=[str(v) for v in both if merged[v].yanked and not known[v].yanked],
        restored=[str(v) for v in both if known[v].yanked and not merged[v].yanked],
        undated=[str(version) for version in listing.undated if version not in known],
        total=len(merged),
    )


def read_releases(path: Path) -> list[Release]:
    """Read a file of releases. Raises OSError or ValueError."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    try:
        return [_from_json(entry) for entry in entries]
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a list of releases: {error!r}") from error


def write_releases(path: Path, releases: Iterable[Release]) -> None:
    """Write a file of releases in PEP 440 order, one a line; an interrupted write changes nothing.

    Raises OSError.
    """
    ordered = sorted(releases, key=lambda release: release.parsed)
    lines = ",\n".join(json.dumps(_to_json(release)) for release in ordered)
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent) as folder:
        whole = Path(folder) / path.name
        whole.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
        whole.replace(path)


def _read_data(path: Path) -> list[Release]:
    try:
        return read_releases(path)
    except (OSError, ValueError) as error:
        raise UserMistake(
            f"{path} is not a catalogue of releases ({error}): restore it with git checkout"
        ) from error


def _from_json(entry: dict[str, object]) -> Release:
    requires_python, yanked = entry["requires_python"], entry["yanked"]
    if not isinstance(yanked, bool) or not isinstance(requires_python, str | None):
        raise ValueError(f"not a release: {entry}")
    return Release(
        version=str(Version(str(entry["version"]))),
        uploaded=datetime.fromisoformat(str(entry["uploaded"])).astimezone(UTC),
        requires_python=requires_python,
        yanked=yanked,
    )


def _to_json(release: Release) -> dict[str, object]:
    return {
        "version": release.version,
        "uploaded": release.uploaded.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "requires_python": release.requires_python,
        "yanked": release.yanked,
    }


def cache_file() -> Path:
    """Where releases that were looked up are kept."""
    return Path(cache.folder()) / "releases.json"


def _read_cache() -> list[Release]:
    path = cache_file()
    try:
        return read_releases(path)
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        click.echo(f"Warning: {path} is damaged and ignored: {error}", err=True)
        return []


def _write_cache(releases: Iterable[Release]) -> None:
    path = cache_file()
    try:
        write_releases(path, releases)
    except OSError as error:
        click.echo(f"Warning: looked-up releases are not kept in {path}: {error}", err=True)
