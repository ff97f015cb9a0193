"""What the page "Query styles" shows, as plain data for JSON: figures by environment and task.

A machine with a Python is an environment. An environment's releases stand in PEP 440 order, and
every series of figures has one value for each of them: bytes or seconds, None where there is none.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from packaging.version import Version

from suite import styles
from suite.results import Figure
from suite.site import changes, labels
from suite.site.changes import Change
from suite.units import least_divisor

# The metrics in the order of the page's switch, each in one line.
METRICS = {
    "track_peak": "what the query added to resident memory at its worst",
    "track_heap": "the bytes that Python itself held at the worst moment",
    "track_retained": "resident memory that was not given back after the answer was dropped",
    "track_leaked": "the bytes that Python still held after the answer was dropped",
    "peakmem_process": "the whole process at its worst: interpreter, imports and query",
    "time_query": "how long the query took",
}

# Drawn in colour when the page opens, where a task has them; filled up to this many.
TYPICAL = (
    "full_entity",
    "columns",
    "yield_per",
    "core_fetchall",
    "core_iterated",
    "dbapi_iterated",
)


@dataclass
class TaskData:
    """One task in one environment; `values[metric][rows][style]` is a value for each release."""

    values: dict[str, dict[int, dict[str, list[float | None]]]] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass
class Environment:
    """Everything that was measured on one machine with one Python."""

    machine: str
    python: str
    releases: list[str]
    compiled: list[bool | None]
    tasks: dict[str, TaskData]


def environments(figures: Iterable[Figure], thresholds: Mapping[str, float]) -> list[Environment]:
    """Sort figures into environments, the one with the newest release first."""
    groups: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[figure.machine, figure.python].append(figure)
    found = [_environment(group, thresholds) for group in groups.values()]
    return sorted(found, key=lambda e: (Version(e.releases[-1]), e.python), reverse=True)


def _environment(figures: list[Figure], thresholds: Mapping[str, float]) -> Environment:
    releases = sorted({figure.release for figure in figures}, key=Version)
    place = {release: index for index, release in enumerate(releases)}
    compiled: list[bool | None] = [None] * len(releases)
    tasks: dict[str, TaskData] = {}
    for figure in figures:
        index = place[figure.release]
        if figure.compiled is not None:
            compiled[index] = figure.compiled
        task = tasks.setdefault(figure.task, TaskData())
        sizes = task.values.setdefault(figure.metric, {})
        row = sizes.setdefault(figure.rows, {}).setdefault(figure.style, [None] * len(releases))
        row[index] = _rounded(figure)
        if note := _note(figure, index):
            task.notes.append(note)
    for name, task in tasks.items():
        task.changes = changes.biggest(name, task.values, thresholds)
    first = figures[0]
    return Environment(first.machine, first.python, releases, compiled, _in_order(tasks))


def _rounded(figure: Figure) -> float | None:
    """Whole bytes; seconds to a tenth of a millisecond. More digits are more page, and noise."""
    if figure.value is None or not math.isfinite(figure.value):
        return None
    return round(figure.value, 4) if figure.metric == "time_query" else round(figure.value)


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


def _in_order(tasks: dict[str, TaskData]) -> dict[str, TaskData]:
    order = [*styles.tasks(), *sorted(tasks)]
    return {name: tasks[name] for name in sorted(tasks, key=order.index)}


def describe_metrics() -> list[dict[str, Any]]:
    """The metrics for the page's switch."""
    return [
        {
            "name": name,
            "label": labels.metric_label(name),
            "about": about,
            "leastDivisor": least_divisor(name),
        }
        for name, about in METRICS.items()
    ]


def describe_task(name: str, data: TaskData) -> dict[str, Any]:
    """A task for the page: labels, and which styles it draws in colour at first."""
    task = styles.tasks().get(name)
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
    }


def _drawn(order: list[str]) -> list[str]:
    """The typical styles; where a task has few of them, others evenly spaced over the catalogue."""
    drawn = [style for style in TYPICAL if style in order]
    others = [style for style in order if style not in drawn]
    lacking = max(0, min(len(TYPICAL) - len(drawn), len(others)))
    drawn += [others[index * len(others) // lacking] for index in range(lacking)]
    return sorted(drawn, key=order.index)
