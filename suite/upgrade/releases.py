"""Which two releases a check is about: from what the user wrote to two versions."""

from collections.abc import Callable
from pathlib import Path

from packaging.version import Version

from suite import pins
from suite.catalogue import Catalogue, Release
from suite.errors import UserMistake
from suite.timeline import HISTORY, ask

LATEST = "latest"
PREVIOUS = "previous"


def resolve(old: str, new: str, python: str, say: Callable[[str], None]) -> tuple[Release, Release]:
    """The releases that OLD and NEW stand for; ``say`` is told what is worth a line.

    Each is a version, a series, "latest", or a file that pins SQLAlchemy; OLD may be "previous",
    the release before NEW. ``python`` is the one to measure with, such as "3.11". Raises
    UserMistake: for what is no release, a release that does not run there, or two equal ones.
    """
    catalogue = Catalogue.load()
    if any(_follows_the_index(text) for text in (old, new)):
        _refresh(catalogue, say)
    after = named(catalogue, new)
    if old == PREVIOUS:
        before = ask(catalogue, lambda timeline: timeline.before(after.version))
    else:
        before = named(catalogue, old)
    if before.version == after.version:
        raise UserMistake(
            f"both are SQLAlchemy {after.version}: there is no upgrade to check; how well this"
            f" machine repeats its figures says --false-alarms 20 {after.version}"
        )
    for release in (before, after):
        require_python(release, python)
    if before.parsed > after.parsed:
        say(f"{before.version} is newer than {after.version}: this is the check of a downgrade")
    return before, after


def named(catalogue: Catalogue, text: str) -> Release:
    """The release that one argument stands for. Raises UserMistake."""
    if text == PREVIOUS:
        raise UserMistake('"previous" is the release before NEW: it can only be OLD')
    if pins.is_file(text):
        version = pins.pinned_version(Path(text))
        try:
            return ask(catalogue, lambda timeline: timeline.named(version))
        except UserMistake as error:
            raise UserMistake(f"{text}: {error.message}") from error
    name = HISTORY if text == LATEST else text
    return ask(catalogue, lambda timeline: timeline.named(name))


def require_python(release: Release, python: str) -> None:
    """Raise UserMistake where the release does not run on the Python to measure with."""
    if not release.supports(python):
        raise UserMistake(
            f"SQLAlchemy {release.version} runs on Python {release.pythons}, and asv.conf.json"
            f" measures with {python}: name another release, or another Python there"
        )


def _follows_the_index(text: str) -> bool:
    """Whether "latest" or a series is meant, whose newest release the catalogue may lack."""
    if pins.is_file(text):
        return False
    try:
        return text == LATEST or len(Version(text).release) == 2
    except ValueError:
        return False


def _refresh(catalogue: Catalogue, say: Callable[[str], None]) -> None:
    """Look for releases that are newer than the catalogue; without a network, say so and go on."""
    try:
        catalogue.look_up(LATEST)
    except UserMistake as error:
        newest = max(catalogue, key=lambda release: release.parsed)
        reason = error.message.split(", and ")[-1].split(";")[0]
        say(f"the newest known release is {newest.version}: newer ones are unknown, {reason}")
