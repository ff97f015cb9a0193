"""From what a file says about SQLAlchemy to the one release that it pins."""

from collections.abc import Callable

from packaging.specifiers import Specifier
from packaging.version import Version

from suite.releases.pins.entries import Entry, Reading, mistake, parse_version, shown, shown_name
from suite.releases.pins.markers import counts, environments
from suite.terminal.errors import UserMistake

MOST_SHOWN = 5


def decide(name: str, reading: Reading, python: str | None, say: Callable[[str], None]) -> str:
    """The one release that is installed on a Python such as "3.11", as "2.0.58".

    Without a Python, every entry has to agree, whatever its marker. ``say`` is told which marker
    the answer follows from, and what was not read. Raises UserMistake where it is not one release.
    """
    if not reading.entries:
        raise _absent(name, reading)
    taken = [
        [entry for entry in reading.entries if counts(name, entry, environment)]
        for environment in environments(python)
    ]
    # Where no marker holds, the one release that is pinned for other Pythons is still the user's.
    elsewhere = not all(taken)
    chosen = [entries for entries in taken if entries] or [reading.entries]
    versions = {_pinned(name, entries, reading) for entries in chosen}
    if len(versions) > 1:
        raise mistake(
            name,
            f"the patch release of Python {python} decides between {_listed(versions)};"
            " name the release",
        )
    [version] = versions
    _tell(name, reading, chosen[0], elsewhere=elsewhere, say=say, on=python)
    return _written(version)


def _tell(
    name: str,
    reading: Reading,
    taken: list[Entry],
    *,
    elsewhere: bool,
    say: Callable[[str], None],
    on: str | None,
) -> None:
    """Say what the answer rests on, where another reader of the file would get another one."""
    pin = next(entry for entry in taken if _exact_versions(entry))
    followed = pin.shown if ";" in pin.shown else f"{pin.shown} ; {shown(pin.marker)}"
    if elsewhere:
        say(
            f"{shown_name(name)}: {followed}: not for each Python {on} here, and taken all the same"
        )
    elif _depends_on_markers(name, reading, taken):
        say(
            f"{shown_name(name)}: {followed}: taken for Python {on} here; other markers name others"
        )
    for other in reading.not_followed:
        say(f"{shown_name(name)}: {other} is not followed")


def _depends_on_markers(name: str, reading: Reading, taken: list[Entry]) -> bool:
    if len(taken) == len(reading.entries):
        return False
    try:
        return _pinned(name, reading.entries, reading) != _pinned(name, taken, reading)
    except UserMistake:
        return True


def _pinned(name: str, entries: list[Entry], reading: Reading) -> Version:
    """The one version that these entries leave. Raises UserMistake."""
    for entry in entries:
        if entry.origin:
            raise mistake(
                name,
                f"{entry.shown}: comes from {entry.origin}, so it is not the release of that"
                " number; name the release to measure instead, such as 2.0.58",
            )
    versions = {version for entry in entries for version in _exact_versions(entry)}
    if not versions:
        raise _not_pinned(name, entries, reading)
    if len(versions) > 1:
        raise mistake(
            name, f"pins more than one SQLAlchemy ({_listed(versions)}); name the release"
        )
    [version] = versions
    if version.local:
        raise mistake(
            name, f"{shown(version)} is a build of one's own, not a release; name the release"
        )
    # "===2.0" is compared as text, with the release as the index calls it: 2.0.0.
    version = Version(_written(version))
    for entry in entries:
        if not _allows(entry, version):
            raise mistake(
                name,
                f"{shown(entry.shown, 60)} contradicts the pin {shown(version, 40)}, so nothing can"
                " be installed; name the release",
            )
    return version


def _allows(entry: Entry, version: Version) -> bool:
    try:
        return entry.specifiers.contains(version, prereleases=True)
    except ValueError:  # a number of thousands of digits beside the pin
        return False


def _exact_versions(entry: Entry) -> list[Version]:
    found = [parse_version(each.version) for each in entry.specifiers if _is_exact(each)]
    return [version for version in found if version is not None]


def _is_exact(specifier: Specifier) -> bool:
    return specifier.operator in ("==", "===") and not specifier.version.endswith(".*")


def _absent(name: str, reading: Reading) -> UserMistake:
    if unread := [*reading.not_followed, *reading.unread]:
        listed = shown(", ".join(unread[:MOST_SHOWN]))
        return mistake(
            name,
            f"SQLAlchemy is not pinned in what is read of it, and this is not read: {listed};"
            " name a file that pins it, or a release",
        )
    return mistake(name, "SQLAlchemy is not in it; name a file that pins it, or a release")


def _not_pinned(name: str, entries: list[Entry], reading: Reading) -> UserMistake:
    also = next((f" ({other} is not followed)" for other in reading.not_followed), "")
    return mistake(
        name,
        f"{entries[0].shown}: not pinned to one release{also}; pin it (SQLAlchemy==2.0.58),"
        " or name the release",
    )


def _listed(versions: set[Version]) -> str:
    ordered = [shown(version, 30) for version in sorted(versions)]
    return ", ".join(ordered[:MOST_SHOWN]) + (", ..." if len(ordered) > MOST_SHOWN else "")


def _written(version: Version) -> str:
    """The version as releases are called: "2.0.0" for 2.0, "1.4.54" for 1.4.54.0."""
    numbers = list(version.release)
    while len(numbers) > 3 and numbers[-1] == 0:
        numbers.pop()
    numbers += [0] * (3 - len(numbers))
    epoch = f"{version.epoch}!" if version.epoch else ""
    return epoch + ".".join(map(str, numbers)) + str(version)[len(version.base_version) :]
