"""Which two releases a check is about: from what the user wrote to two versions."""

from collections.abc import Callable

from packaging.version import Version

from suite.releases import pins
from suite.releases.catalogue import Catalogue, NoLookUpError, Release
from suite.releases.timeline import HISTORY, LONGEST_NAME, ask
from suite.terminal.errors import UserMistake

LATEST = "latest"
PREVIOUS = "previous"
HOW_TO_NAME = "name a release (2.0.58), a series (2.0), latest, or a file that pins SQLAlchemy"


def resolve(old: str, new: str, python: str, say: Callable[[str], None]) -> tuple[Release, Release]:
    """The releases that OLD and NEW stand for; ``say`` is told what is worth a line.

    Each is a version, a series, "latest", or a file that pins SQLAlchemy; OLD may be "previous",
    the release before NEW. ``python`` is the one to measure with, such as "3.11". Raises
    UserMistake: for what is no release, a release that does not run there, or two equal ones.
    """
    if old == new == pins.STANDARD_INPUT:
        raise UserMistake("standard input can be read once: name a file for OLD or NEW")
    catalogue = Catalogue.load()
    if any(_follows_the_index(text) for text in (old, new)):
        _refresh(catalogue, say)
    after = named(catalogue, new, python, say)
    if old == PREVIOUS:
        before = ask(catalogue, lambda timeline: timeline.before(after.version))
    else:
        before = named(catalogue, old, python, say)
    if before.version == after.version:
        raise UserMistake(
            f"both are SQLAlchemy {after.version}: there is no upgrade to check; how well this"
            f" machine repeats its figures says scripts/study false-alarms {after.version}"
        )
    for release in (before, after):
        release.require(python)
    if before.parsed > after.parsed:
        say(f"{before.version} is newer than {after.version}: this is the check of a downgrade")
    return before, after


def named(
    catalogue: Catalogue,
    text: str,
    python: str | None = None,
    say: Callable[[str], None] = lambda note: None,
) -> Release:
    """The release that one argument stands for.

    Markers in a file are judged for ``python``; without one, entries with differing markers have to
    agree. ``say`` is told what is worth a line. Raises UserMistake.
    """
    text = text.strip()
    if text == PREVIOUS:
        raise UserMistake('"previous" is the release before NEW: it can only be OLD')
    if _is_file(text):
        version = pins.pinned_version(text, python, say)
        try:
            return ask(catalogue, lambda timeline: timeline.named(version))
        except UserMistake as error:
            raise pins.mistake(text, error.message) from error
    if text == LATEST:
        return ask(catalogue, lambda timeline: timeline.named(HISTORY))
    if not _is_version(text):
        raise UserMistake(f'"{pins.shown(text)}" is {_why_no_release(text)}: {HOW_TO_NAME}')
    return ask(catalogue, lambda timeline: timeline.named(text))


def _is_file(text: str) -> bool:
    return text not in (LATEST, PREVIOUS, HISTORY, "HEAD") and pins.is_file(text)


def _why_no_release(text: str) -> str:
    if ".." in text or text.startswith(("<", ">", "=", "!", "~")):
        return "a range, and one release is asked for"
    return "neither a release nor a file"


def _follows_the_index(text: str) -> bool:
    """Whether "latest" or a series is meant, whose newest release the catalogue may lack."""
    text = text.strip()
    return text == LATEST or (_is_version(text) and len(Version(text).release) == 2)


def _is_version(text: str) -> bool:
    """Whether a text is a version of a length that a release can have, or a series."""
    return len(text) <= LONGEST_NAME and pins.parse_version(text) is not None


def _refresh(catalogue: Catalogue, say: Callable[[str], None]) -> None:
    """Look for releases that are newer than the catalogue; without a network, say so and go on."""
    try:
        catalogue.look_up(LATEST)
    except NoLookUpError as error:
        newest = max(catalogue, key=lambda release: release.parsed)
        say(f"the newest known release is {newest.version}: newer ones are unknown, {error.reason}")
