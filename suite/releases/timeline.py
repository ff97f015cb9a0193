"""The order of releases, and what a name, a range or a specifier selects from it.

Releases stand in PEP 440 order, not in the order of their dates: 1.4.54 is younger than 2.0.0 and
stands before it. Yanked releases are never selected. Pre-releases are selected only where one of
the same series is named.
"""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from suite.releases.catalogue import OLDEST, Catalogue, Release
from suite.terminal.errors import UserMistake

HISTORY = "releases"
"""The name of the whole history; as a single release it stands for the newest one."""

LONGEST_NAME = 60
"""No release has a longer name, and none that was mistyped makes a message of more than a line."""

_NEWEST = (HISTORY, "HEAD")
_SERIES = re.compile(r"\d+\.\d+")
_HOW_TO_NAME = 'name a release (2.0.58), a series (2.0), a range (2.0.50..2.0.58) or ">=2.0,<2.1"'

Answer = TypeVar("Answer")


class UnknownReleaseError(UserMistake):
    """A release or series that is not known; `name` is what was asked for."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class Timeline:
    """Releases in PEP 440 order. Every method that takes a name raises UserMistake."""

    def __init__(self, releases: Iterable[Release]) -> None:
        self.releases = sorted(releases, key=lambda release: release.parsed)
        self._by_version = {release.parsed: release for release in self.releases}

    def series(self, name: str) -> list[Release]:
        """The final, not yanked releases of a series, oldest first; [] for an unknown series."""
        return [r for r in self.releases if r.series == name and _is_plain(r)]

    def newest(self) -> Release:
        """The newest final release that was not yanked."""
        plain = [release for release in self.releases if _is_plain(release)]
        if not plain:
            raise UserMistake("no release is known: run scripts/show releases --refresh")
        return plain[-1]

    def named(self, name: str) -> Release:
        """The release that one name stands for: a version, or a series for its newest release."""
        release = self._meant_by(name)
        if release.yanked:
            raise UserMistake(
                f"{release.version}: yanked, so not measured: its authors withdrew it,"
                f" and installers pass over it{self._instead_of(release)}"
            )
        return release

    def select(self, text: str) -> list[Release]:
        """What a name, a range "a..b" (after a, up to and with b) or a specifier selects.

        Oldest first, never empty.
        """
        text = text.strip()
        if ".." in text:
            return self._select_range(text)
        if text.startswith(("<", ">", "=", "!", "~")):
            return self._select_specifier(text)
        return [self.named(text)]

    def between(self, after: Version, until: Version) -> list[Release]:
        """The releases after one version, up to and with another, oldest first; may be empty."""
        named = (after, until)
        return [
            release
            for release in self.releases
            if after < release.parsed <= until and _is_selected(release, named)
        ]

    def before(self, version: str) -> Release:
        """The release that stands before this one among those that are measured."""
        release = self._meant_by(version)
        earlier = [r for r in self.releases if r.parsed < release.parsed and _is_plain(r)]
        if not earlier:
            raise UserMistake(f"{release.version}: the oldest release, there is none before it")
        return earlier[-1]

    def _meant_by(self, name: str) -> Release:
        name = name.strip()
        if name in _NEWEST:
            return self.newest()
        if _SERIES.fullmatch(name) and len(name) <= LONGEST_NAME:
            return self._newest_of(name)
        version = _version(name)
        if len(version.release) == 1:
            raise UserMistake(f'"{name}" is not a release: {_HOW_TO_NAME}')
        if version < OLDEST:
            raise UserMistake(f"{version}: older than {OLDEST}, the oldest release measured here")
        if version not in self._by_version:
            raise UnknownReleaseError(
                str(version), f"{version}: no such release; the newest is {self._newest_known()}"
            )
        return self._by_version[version]

    def _newest_of(self, series: str) -> Release:
        plain = self.series(series)
        if plain:
            return plain[-1]
        others = [r.version for r in self.releases if r.series == series and not r.yanked]
        if others:
            raise UserMistake(f"{series}: pre-releases only; name one, such as {others[-1]}")
        raise UnknownReleaseError(
            series, f"{series}: no such series; the newest release is {self._newest_known()}"
        )

    def _newest_known(self) -> str:
        return self.releases[-1].version if self.releases else "not known"

    def _instead_of(self, yanked: Release) -> str:
        later = [r for r in self.series(yanked.series) if r.parsed > yanked.parsed]
        return f"; the release after it is {later[0].version}" if later else ""

    def _select_range(self, text: str) -> list[Release]:
        names = text.split("..")
        if len(names) != 2 or not all(name and name.strip(".") == name for name in names):
            raise UserMistake(
                f'"{text}" is not a range: write FIRST..LAST, such as 2.0.50..2.0.58, for what'
                " comes after FIRST, up to and with LAST"
            )
        first, last = self._meant_by(names[0]), self.named(names[1])
        if first.parsed > last.parsed:
            raise UserMistake(
                f"{text} runs backwards: {first.version} stands after {last.version};"
                f" write {names[1]}..{names[0]}"
            )
        selected = self.between(first.parsed, last.parsed)
        if not selected:
            raise UserMistake(
                f"{text} selects nothing: the range begins after {first.version};"
                f" to select {last.version} alone, name it"
            )
        return selected

    def _select_specifier(self, text: str) -> list[Release]:
        try:
            specifiers = SpecifierSet(text)
        except InvalidSpecifier as error:
            raise UserMistake(
                f'"{text}" is not a PEP 440 specifier: write one such as ">=2.0,<2.1"'
            ) from error
        named = [_version(specifier.version.removesuffix(".*")) for specifier in specifiers]
        exact = [specifier for specifier in specifiers if specifier.operator in ("==", "===")]
        matching = [
            release
            for release in self.releases
            if _is_selected(release, named)
            and specifiers.contains(release.parsed, prereleases=True)
        ]
        if matching:
            return matching
        if exact and not exact[0].version.endswith(".*"):
            self.named(exact[0].version)
        raise UserMistake(
            f'no release satisfies "{text}"; the newest known one is {self._newest_known()}'
        )


def ask(catalogue: Catalogue, question: Callable[[Timeline], Answer]) -> Answer:
    """Put a question to the known releases, and once more after a look-up if they lack a name.

    Raises UserMistake.
    """
    try:
        return question(Timeline(catalogue))
    except UnknownReleaseError as unknown:
        catalogue.look_up(unknown.name)
    return question(Timeline(catalogue))


def _version(name: str) -> Version:
    if len(name) > LONGEST_NAME:
        raise UserMistake(f'"{name[:LONGEST_NAME]}..." is not a release: {_HOW_TO_NAME}')
    try:
        return Version(name)
    except InvalidVersion as error:
        raise UserMistake(f'"{name}" is not a release: {_HOW_TO_NAME}') from error


def _is_plain(release: Release) -> bool:
    return not release.yanked and not release.is_prerelease


def _is_selected(release: Release, named: Iterable[Version]) -> bool:
    """Whether a range or specifier that names these versions may select the release."""
    if release.yanked:
        return False
    return not release.is_prerelease or any(
        version.is_prerelease and version.release[:2] == release.parsed.release[:2]
        for version in named
    )
