"""What the page "Query styles" shows, as plain data for JSON: figures by platform and task.

A platform's releases stand in PEP 440 order, and every series of figures has one value for each of
them: bytes or seconds, None where there is none.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from packaging.version import Version

from benchmarks.metrics import METRICS
from suite.figures import streaming
from suite.figures.amounts import GROWTH, is_seconds, least_divisor, small
from suite.figures.identity import COMPILED, UNKNOWN_BUILD, Platform
from suite.figures.limits import of_driver
from suite.figures.tasks import tasks
from suite.measuring.results import Figure, find
from suite.reports import platforms
from suite.reports.drivers import Skips
from suite.reports.pictures import TYPICAL
from suite.reports.platforms import Installation
from suite.site import changes, labels
from suite.site.changes import Change, Limits


@dataclass
class TaskData:
    """One task on one platform; `values[metric][rows][style]` is a value for each release.

    ``streams[style]`` says for each release whether the style streams, see `_streams`; of a task
    whose styles keep rows, and of a machine and Python with one database only, it is empty.
    """

    values: dict[str, dict[int, dict[str, list[float | None]]]] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    streams: dict[str, list[dict[str, Any] | None]] = field(default_factory=dict)


@dataclass
class PlatformData:
    """Everything that was measured on one platform.

    ``compiled`` says of each release whether it ran with its compiled extensions, as far as known.
    """

    platform: Platform
    releases: list[str]
    compiled: list[bool | None]
    tasks: dict[str, TaskData]


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
            _add_streams(data, groups[data.platform], limits, skipped or {})
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
    judged_by = {**limits, **of_driver(platform.database)}
    place = {release: index for index, release in enumerate(releases)}
    compiled: list[bool | None] = [None] * len(releases)
    found: dict[str, TaskData] = {}
    for figure in figures:
        index = place[figure.release]
        if figure.build != UNKNOWN_BUILD:
            compiled[index] = figure.build == COMPILED
        task = found.setdefault(figure.task, TaskData())
        sizes = task.values.setdefault(figure.metric, {})
        row = sizes.setdefault(figure.rows, {}).setdefault(figure.style, [None] * len(releases))
        row[index] = _rounded(figure)
        if note := _note(figure, index):
            task.notes.append(note)
    for task in found.values():
        task.changes = changes.biggest(task.values, judged_by)
    order = [*tasks(), *sorted(found)]
    in_order = {name: found[name] for name in sorted(found, key=order.index)}
    return PlatformData(platform, releases, compiled, in_order)


def _add_streams(data: PlatformData, figures: list[Figure], limits: Limits, skipped: Skips) -> None:
    """Say of each style whether it streams, or why it was skipped, where no row is kept."""
    task = data.tasks.get(streaming.TASK)
    if task is None:
        return
    noise = limits.get(streaming.METRIC, streaming.NOISE)
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


def _note(figure: Figure, index: int) -> dict[str, Any] | None:
    """What has to be said where the figure appears."""
    where = {
        "metric": figure.metric,
        "rows": figure.rows,
        "style": figure.style,
        "release": index,
    }
    if figure.value is None:
        return {**where, "failed": figure.failed or "failed"}
    return {**where, "sampled": True} if figure.sampled else None


def describe_metrics(limits: Limits) -> list[dict[str, Any]]:
    """The metrics in the order of the page's switch; ``limit`` is None where none is judged by.

    Tables and charts show them in ``shownIn``.
    """
    return [
        {
            "name": metric.name,
            "label": metric.label,
            "about": metric.about,
            "unit": metric.unit,
            "shownIn": _shown_in(metric.name),
            "leastDivisor": least_divisor(metric.name),
            "limit": _in_words(metric.name, limits),
        }
        for metric in METRICS
    ]


def _shown_in(metric: str) -> str:
    if is_seconds(metric):
        return "ms"
    return "bytes" if metric in GROWTH else "MiB"


def _in_words(metric: str, limits: Limits) -> str | None:
    limit = limits.get(metric)
    return f"{limit.share:.1%} and {small(metric, limit.floor)}" if limit else None


def describe_task(name: str, data: TaskData) -> dict[str, Any]:
    """A task for the page: labels, what was measured, and the styles that it colours at first.

    ``rows`` are by metric: of growth its own, of all others those that any of them has.
    """
    task = tasks().get(name)
    measured = {
        style for sizes in data.values.values() for rows in sizes.values() for style in rows
    }
    known = list(task.styles) if task else []
    order = [style for style in known if style in measured] + sorted(measured - set(known))
    return {
        "name": name,
        "label": labels.task_label(name).capitalize(),
        "question": task.question if task else "",
        "styles": {style: task.label(style) if task else style for style in order},
        "drawn": _drawn(order),
        "rows": {metric: _sizes(data, metric) for metric in data.values},
        "metrics": [metric.name for metric in METRICS if metric.name in data.values],
    }


def _sizes(data: TaskData, metric: str) -> list[int]:
    alike = [name for name in data.values if (name in GROWTH) == (metric in GROWTH)]
    return sorted({rows for name in alike for rows in data.values[name]})


def _drawn(order: list[str]) -> list[str]:
    """The typical styles; where a task has few of them, others evenly spaced over the catalogue."""
    drawn = [style for style in TYPICAL if style in order]
    others = [style for style in order if style not in drawn]
    lacking = max(0, min(len(TYPICAL) - len(drawn), len(others)))
    drawn += [others[index * len(others) // lacking] for index in range(lacking)]
    return sorted(drawn, key=order.index)
