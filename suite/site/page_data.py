"""What the site shows, as plain data: figures by platform, task, metric, rows and style.

A platform's releases stand in PEP 440 order, and every series of figures has one value for each of
them: bytes or seconds, None where there is none.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from packaging.version import Version

from suite.figures import samples, streaming
from suite.figures.amounts import is_seconds
from suite.figures.identity import COMPILED, UNKNOWN_BUILD, Platform
from suite.figures.limits import Limit, of_driver
from suite.figures.tasks import tasks
from suite.measuring.results import Figure, find
from suite.reports import platforms
from suite.reports.drivers import Skips
from suite.reports.platforms import Installation

Limits = dict[str, Limit]
Row = list[float | None]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Cell:
    """A metric of one style and size: a value for each release; of seconds, intervals by place."""

    metric: str
    rows: int
    style: str
    row: Row
    intervals: dict[int, Interval]


@dataclass
class TaskData:
    """One task on one platform; `values[metric][rows][style]` is a value for each release.

    ``intervals[rows][style]`` are those of the seconds, where there are samples enough, and
    ``failed[rows][style]`` says why there is no figure, both by the place of the release.
    ``streams[style]`` says for each release whether the style streams, see `_streams`; of a task
    whose styles keep rows, and of a machine and Python with one database only, it is empty.
    """

    values: dict[str, dict[int, dict[str, Row]]] = field(default_factory=dict)
    intervals: dict[int, dict[str, dict[int, Interval]]] = field(default_factory=dict)
    failed: dict[int, dict[str, dict[int, str]]] = field(default_factory=dict)
    streams: dict[str, list[dict[str, Any] | None]] = field(default_factory=dict)

    @property
    def styles(self) -> set[str]:
        """Those that have a figure, or failed."""
        return {
            style for sizes in self.values.values() for rows in sizes.values() for style in rows
        }

    def cells(self) -> Iterator[Cell]:
        """Every metric of every style, the largest size first."""
        for metric, sizes in self.values.items():
            for rows, by_style in sorted(sizes.items(), reverse=True):
                for style in by_style:
                    yield self.cell(metric, rows, style)

    def cell(self, metric: str, rows: int, style: str) -> Cell:
        """A metric of one style and size that has figures."""
        intervals = self.intervals.get(rows, {}).get(style, {}) if is_seconds(metric) else {}
        return Cell(metric, rows, style, self.values[metric][rows][style], intervals)

    def at(self, metric: str, rows: int, place: int) -> dict[str, float]:
        """The values of one metric, size and release by style."""
        by_style = self.values.get(metric, {}).get(rows, {})
        return {
            style: value for style, row in by_style.items() if (value := row[place]) is not None
        }

    def by_rows(self, metric: str, style: str, place: int) -> dict[int, float]:
        """The values of one metric, style and release by rows."""
        sizes = self.values.get(metric, {})
        return {
            rows: value
            for rows in sorted(sizes)
            if style in sizes[rows] and (value := sizes[rows][style][place]) is not None
        }


@dataclass
class PlatformData:
    """Everything that was measured on one platform, and the limits that its figures are judged by.

    ``compiled`` says of each release whether it ran with its compiled extensions, as far as known;
    ``sampled``, whether figures can be below the truth.
    """

    platform: Platform
    releases: list[str]
    compiled: list[bool | None]
    tasks: dict[str, TaskData]
    limits: Limits
    sampled: bool = False


def by_platform(
    figures: Iterable[Figure], limits: Limits, skipped: Skips | None = None
) -> list[PlatformData]:
    """Sort figures by platform, the machine and Python with the newest release first.

    Of these, databases stand in the order of all tables, SQLite first. ``skipped`` says why styles
    were skipped.
    """
    groups: dict[Platform, list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[figure.platform].append(figure)
    found = [_of_platform(platform, groups[platform], limits) for platform in groups]
    for data in found:
        if len([each for each in groups if _are_beside(each, data.platform)]) > 1:
            _add_streams(data, groups[data.platform], skipped or {})
    newest: dict[Installation, Version] = {}
    for data in found:
        installation, release = platforms.installation(data.platform), Version(data.releases[-1])
        newest[installation] = max(release, newest.get(installation, release))
    found.sort(key=lambda data: platforms.order(data.platform)[1:])
    by_newest = sorted(
        newest, key=lambda installation: (newest[installation], installation), reverse=True
    )
    return sorted(found, key=lambda data: by_newest.index(platforms.installation(data.platform)))


def _are_beside(one: Platform, other: Platform) -> bool:
    return platforms.installation(one) == platforms.installation(other)


def _of_platform(platform: Platform, figures: list[Figure], limits: Limits) -> PlatformData:
    releases = sorted({figure.release for figure in figures}, key=Version)
    place = {release: index for index, release in enumerate(releases)}
    compiled: list[bool | None] = [None] * len(releases)
    found: dict[str, TaskData] = {}
    for figure in figures:
        index = place[figure.release]
        if figure.build != UNKNOWN_BUILD:
            compiled[index] = figure.build == COMPILED
        _add(found.setdefault(figure.task, TaskData()), figure, index, len(releases))
    order = [*tasks(), *sorted(found)]
    return PlatformData(
        platform,
        releases,
        compiled,
        {name: found[name] for name in sorted(found, key=order.index)},
        {**limits, **of_driver(platform.database)} if limits else {},
        any(figure.sampled for figure in figures),
    )


def _add(task: TaskData, figure: Figure, index: int, releases: int) -> None:
    sizes = task.values.setdefault(figure.metric, {})
    row = sizes.setdefault(figure.rows, {}).setdefault(figure.style, [None] * releases)
    row[index] = _rounded(figure)
    if figure.value is None:
        reasons = task.failed.setdefault(figure.rows, {}).setdefault(figure.style, {})
        reasons[index] = figure.failed or "failed"
    if len(figure.samples) >= samples.LEAST:
        lowest, highest = samples.interval(figure.samples)
        intervals = task.intervals.setdefault(figure.rows, {}).setdefault(figure.style, {})
        # That of few samples can begin before the query.
        intervals[index] = (round(max(0.0, lowest), 4), round(highest, 4))


def _add_streams(data: PlatformData, figures: list[Figure], skipped: Skips) -> None:
    """Say of each style whether it streams, or why it was skipped, where no row is kept."""
    task = data.tasks.get(streaming.TASK)
    if task is None:
        return
    noise = data.limits.get(streaming.METRIC, streaming.NOISE)
    place = {release: index for index, release in enumerate(data.releases)}
    found = find(figures, task=streaming.TASK, metric=streaming.METRIC)
    peaks: dict[tuple[str, str], dict[int, float | None]] = defaultdict(dict)
    for figure in found:
        peaks[figure.style, figure.release][figure.rows] = figure.value
    said: dict[tuple[str, str], dict[str, Any]] = {
        (style, release): {"skipped": why}
        for (platform, release, name, style), why in skipped.items()
        if platform == data.platform and name == streaming.TASK and release in place
    }
    for key, by_rows in peaks.items():
        if (verdict := streaming.verdict(by_rows, noise)) is not None:
            said[key] = _streams(verdict)
    for (style, release), words in said.items():
        row = task.streams.setdefault(style, [None] * len(data.releases))
        row[place[release]] = words


def _streams(verdict: streaming.Verdict) -> dict[str, Any]:
    """A verdict for the page: true, false with bytes a row, or why there is none."""
    if verdict.streams is None:
        return {"streams": None, "why": verdict.why}
    return {"streams": verdict.streams, "row": round(verdict.bytes_a_row or 0.0)}


def _rounded(figure: Figure) -> float | None:
    """Whole bytes; seconds to a tenth of a millisecond. More digits are more page, and noise."""
    if figure.value is None or not math.isfinite(figure.value):
        return None
    return round(figure.value, 4) if is_seconds(figure.metric) else round(figure.value)
