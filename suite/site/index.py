"""The index: what the page has to know before it loads any figure. It stands in the page itself."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.metrics import METRICS
from benchmarks.registry import GIVEN
from suite.database import SQLITE
from suite.figures import streaming
from suite.figures.advice import ENOUGH
from suite.figures.amounts import GROWTH, SMALLEST_GROWTH, is_seconds, least_divisor
from suite.figures.identity import Platform
from suite.figures.limits import ASKED_FOR, Limit
from suite.figures.scaling import DEFAULT_BUDGET
from suite.figures.tasks import FIRST_STYLE, FIRST_TASK, heading
from suite.reports import platforms
from suite.site import data_files
from suite.site.page_data import Limits, PlatformData, TaskData
from suite.site.shown import ShownTask

# By platform and task, the keys of the files of traces by release.
Traces = dict[tuple[str, str], dict[str, str]]


def build(
    found: list[PlatformData],
    tasks: list[ShownTask],
    limits: Limits,
    traces: Traces,
    results_dir: Path,
) -> dict[str, Any]:
    """The index; ``results_dir`` describes the machines."""
    described = _described([data.platform for data in found], results_dir)
    return {
        "published": f"{datetime.now(UTC):%Y-%m-%d}",
        "metrics": describe_metrics(limits),
        "smallestGrowth": SMALLEST_GROWTH,
        "streamingTask": streaming.TASK,
        "firstTask": FIRST_TASK,
        "firstStyle": FIRST_STYLE,
        "askedFor": ASKED_FOR,
        "enough": ENOUGH,
        "defaultBudget": int(DEFAULT_BUDGET),
        "tasks": [describe_task(task) for task in tasks],
        "platforms": [
            {**words, **_measured(data, limits, traces)}
            for data, words in zip(found, described, strict=True)
        ],
    }


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
            "shownIn": shown_in(metric.name),
            "leastDivisor": least_divisor(metric.name),
            "limit": _limit(limits.get(metric.name)),
        }
        for metric in METRICS
    ]


def shown_in(metric: str) -> str:
    """The unit of a metric's column."""
    if is_seconds(metric):
        return "ms"
    return "bytes" if metric in GROWTH else "MiB"


def _limit(limit: Limit | None) -> dict[str, float] | None:
    return {"share": limit.share, "floor": limit.floor} if limit else None


def describe_task(task: ShownTask) -> dict[str, Any]:
    """A task's words; ``gives`` is None for what the catalogue no longer has.

    ``headings`` stand above the styles of a kind, by what they give.
    """
    return {
        "name": task.name,
        "label": task.label,
        "writes": task.writes,
        "headings": {gives: heading(gives, task.writes) for gives in (*GIVEN, None)},
        "styles": {
            style: {"label": label, "gives": task.gives(style)}
            for style, label in task.styles.items()
        },
    }


def _measured(data: PlatformData, limits: Limits, traces: Traces) -> dict[str, Any]:
    """What was measured on a platform, and where its figures are."""
    own = {name: limit for name, limit in data.limits.items() if limit != limits.get(name)}
    return {
        "file": data_files.key_of(data.platform),
        "releases": data.releases,
        "compiled": data.compiled,
        "limits": {name: _limit(limit) for name, limit in own.items()},
        "sampled": data.sampled,
        "tasks": {
            name: {
                "rows": {metric: sizes(task, metric) for metric in task.values},
                "newest": data.releases[newest(task)],
                "traces": traces.get((data.platform.key, name), {}),
            }
            for name, task in data.tasks.items()
        },
    }


def newest(task: TaskData) -> int:
    """The place of the last release that has a figure of the task, or at least failed at it."""
    places = [
        place
        for sizes in task.values.values()
        for by_style in sizes.values()
        for row in by_style.values()
        for place, value in enumerate(row)
        if value is not None
    ]
    return max(places, default=-1)


def sizes(data: TaskData, metric: str) -> list[int]:
    """Of growth its own, of all other metrics those that any of them has."""
    if metric not in data.values:
        return []
    alike = [name for name in data.values if (name in GROWTH) == (metric in GROWTH)]
    return sorted({rows for name in alike for rows in data.values[name]})


def _described(found: list[Platform], results_dir: Path) -> list[dict[str, Any]]:
    """Platforms for the page: in addresses, and in words.

    Those of one ``installation`` differ by the database only, and stand in tables by ``order``.
    """
    words = {
        platforms.installation(one): platforms.installation_words(one, results_dir) for one in found
    }
    installations, order = list(words), sorted(found, key=platforms.order)
    several = len({one.database for one in found}) > 1
    described = []
    for one in found:
        installation = platforms.installation(one)
        label = words[installation]
        if list(words.values()).count(label) > 1:
            # Two machines of one kind differ by name only.
            label += f" ({one.machine})"
        database = platforms.database_words(one.database)
        plain = one.database == SQLITE.name and not several
        described.append(
            {
                "key": one.key,
                "label": label if plain else f"{label}, {database}",
                "installation": installations.index(installation),
                "installationLabel": label,
                "database": database,
                "asked": "" if one.database == SQLITE.name else one.database,
                "order": order.index(one),
            }
        )
    return described
