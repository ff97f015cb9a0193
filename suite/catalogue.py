"""The catalogue of SQLAlchemy releases: which exist, since when, and on which Python they run.

The catalogue is data in the repository (releases.json). A release that it does not list yet is
looked up in the package index that this machine's installer is configured for, and is then kept in
the user's cache folder, so that a later run needs no network.
"""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import click
import requests
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pypi_simple import (
    PYPI_SIMPLE_ENDPOINT,
    DistributionPackage,
    NoSuchProjectError,
    PyPISimple,
    UnsupportedContentTypeError,
    UnsupportedRepoVersionError,
)

from suite.errors import UserMistake

PROJECT = "sqlalchemy"
DATA_FILE = Path(__file__).with_name("releases.json")
OLDEST = Version("0.9.0")
TIMEOUT_SECONDS = (10, 60)

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

        `name` is the release or series that somebody asked for. Raises UserMistake where the index
        cannot be asked, or lists that release without an upload time.
        """
        try:
            listing = read_index()
        except UserMistake as error:
            raise UserMistake(
                f"{name}: not in the catalogue of known releases, and {error.message};"
                " connect, or name a known release"
            ) from error
        if any(str(version) == name for version in listing.undated):
            raise UserMistake(
                f"{name}: {listing.source} lists it without an upload time (PEP 700), so its date"
                " is unknown; name another index with PIP_INDEX_URL"
            )
        new = [release for release in listing.releases if release.parsed not in self._by_version]
        if new:
            self._by_version.update((release.parsed, release) for release in new)
            _write_cache([*_read_cache(), *new])


class Listing(NamedTuple):
    """What a package index says: dated releases, and the versions that it gives no date for."""

    source: str
    releases: list[Release]
    undated: list[Version]


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
    if folder := os.environ.get("SQLALCHEMY_ASV_CACHE"):
        return Path(folder) / "releases.json"
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "sqlalchemy-asv" / "releases.json"


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


def read_index() -> Listing:
    """Ask the configured package index for every release since 0.9.0. Raises UserMistake."""
    endpoint = index_url()
    shown = _without_credentials(endpoint)
    session = requests.Session()
    if certificates := _installer_setting("cert", "PIP_CERT"):
        session.verify = certificates
    try:
        with PyPISimple(endpoint, session=session) as index:
            packages = index.get_project_page(PROJECT, timeout=TIMEOUT_SECONDS).packages
    except NoSuchProjectError as error:
        raise UserMistake(f"the package index {shown} has no {PROJECT}") from error
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else "with an error"
        raise UserMistake(f"the package index {shown} answered {status}") from error
    except (UnsupportedContentTypeError, UnsupportedRepoVersionError) as error:
        raise UserMistake(f"{shown} is not a package index: {error}") from error
    except (requests.ConnectionError, requests.Timeout) as error:
        reason = type(error).__name__
        raise UserMistake(f"the package index {shown} is not reachable ({reason})") from error
    except (requests.RequestException, ValueError) as error:
        reason = type(error).__name__
        raise UserMistake(f"{shown} cannot be used as a package index ({reason})") from error
    except OSError as error:
        raise UserMistake(f"the package index {shown} cannot be asked: {error}") from error
    return _listing(shown, packages)


def index_url() -> str:
    """The package index that this machine's installer is configured for."""
    configured = _installer_setting(
        "index-url", "PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"
    )
    # uv lets an index be named: "internal=https://...".
    return re.sub(r"^[\w.-]+=(?=\w+:)", "", configured or PYPI_SIMPLE_ENDPOINT)


def _installer_setting(name: str, *variables: str) -> str | None:
    """A setting of the installer: from the environment, else from pip's own configuration."""
    for variable in variables:
        if value := os.environ.get(variable):
            return value
    # `pip config get` reads one configuration file only; the list merges all of them.
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        capture_output=True,
        text=True,
        check=False,
    )
    settings = dict(line.split("=", 1) for line in asked.stdout.splitlines() if "=" in line)
    value = settings.get(f"install.{name}") or settings.get(f"global.{name}")
    return str(ast.literal_eval(value)) if value else None


def _without_credentials(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the configured address"
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _listing(index: str, packages: Iterable[DistributionPackage]) -> Listing:
    files: dict[Version, list[DistributionPackage]] = {}
    for package in packages:
        try:
            version = Version(package.version or "")
        except InvalidVersion:
            continue
        if version >= OLDEST:
            files.setdefault(version, []).append(package)
    releases, undated = [], []
    for version in sorted(files):
        times = [file.upload_time for file in files[version] if file.upload_time]
        if times:
            releases.append(_release(version, files[version], min(times)))
        else:
            undated.append(version)
    return Listing(index, releases, undated)


def _release(version: Version, files: list[DistributionPackage], uploaded: datetime) -> Release:
    stated = [file.requires_python for file in files if file.requires_python]
    return Release(
        version=str(version),
        uploaded=uploaded.astimezone(UTC).replace(microsecond=0),
        requires_python=stated[0] if stated else None,
        yanked=all(file.is_yanked for file in files),
    )
