"""What changed between neighbouring releases: every step that exceeds its limit.

By the one definition of suite.figures.verdicts, and of seconds where both have an interval. A
metric without a limit is not judged.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from packaging.version import Version

from suite.figures import samples
from suite.figures.amounts import is_seconds
from suite.figures.verdicts import Verdict, judged
from suite.releases.catalogue import Catalogue
from suite.site.page_data import Cell, PlatformData

CHANGED = (Verdict.WORSE, Verdict.BETTER)


@dataclass(frozen=True)
class Change:
    """From ``previous``, the last release before it that was measured, to ``release``.

    ``between`` is how many were released between them, and not measured.
    """

    release: str
    previous: str
    between: int
    task: str
    style: str
    rows: int
    metric: str
    before: float
    after: float
    verdict: Verdict


def of_platform(platform: PlatformData, catalogue: Catalogue) -> list[Change]:
    """Every change, the newest release first; of one release in the order of tables."""
    between = _between(platform.releases, catalogue)
    places = [
        (
            later,
            Change(
                platform.releases[later],
                platform.releases[earlier],
                between(earlier, later),
                *(task, at.style, at.rows, at.metric),
                at.row[earlier] or 0.0,
                at.row[later] or 0.0,
                became,
            ),
        )
        for task, data in platform.tasks.items()
        for at in data.cells()
        if at.metric in platform.limits
        for earlier, later, became in _steps(platform, at)
    ]
    return [change for _, change in sorted(places, key=lambda each: each[0], reverse=True)]


def _between(releases: list[str], catalogue: Catalogue) -> Callable[[int, int], int]:
    """What counts the releases between two places; pre-releases where the later one is such."""
    released = [each for each in catalogue if not each.yanked]
    known = {
        True: [each.parsed for each in released],
        False: [each.parsed for each in released if not each.is_prerelease],
    }
    versions = [Version(release) for release in releases]

    def count(earlier: int, later: int) -> int:
        alike = known[versions[later].is_prerelease]
        return bisect_left(alike, versions[later]) - bisect_right(alike, versions[earlier])

    return count


def _steps(platform: PlatformData, at: Cell) -> Iterator[tuple[int, int, Verdict]]:
    """The places of two figures, of which the later differs from the last comparable, and how."""
    measured: list[int] = []
    for later, value in enumerate(at.row):
        if value is None:
            continue
        before = (place for place in reversed(measured) if are_comparable(platform, place, later))
        earlier = next(before, None)
        if earlier is not None and (became := verdict(platform, at, earlier, later)) in CHANGED:
            yield earlier, later, became
        measured.append(later)


def verdict(platform: PlatformData, at: Cell, earlier: int, later: int) -> Verdict:
    """What became of a style between two releases that both have a figure of it, by their places.

    Seconds are judged where both have an interval, and are the same where these overlap.
    """
    limit, before, after = platform.limits.get(at.metric), at.row[earlier], at.row[later]
    if limit is None or before is None or after is None:
        return Verdict.NOT_JUDGED
    if is_seconds(at.metric):
        if not {earlier, later} <= at.intervals.keys():
            return Verdict.NOT_JUDGED
        if not samples.are_apart(at.intervals[earlier], at.intervals[later]):
            return Verdict.SAME
    return judged(at.metric, before, after, limit)


def are_comparable(platform: PlatformData, earlier: int, later: int) -> bool:
    """Whether both releases ran with compiled extensions, or both without, as far as known."""
    builds = {platform.compiled[place] for place in (earlier, later)}
    return not builds >= {True, False}
