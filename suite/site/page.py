"""Writes the page "Query styles" into a site.

One HTML page, its libraries, and a file of data for each platform and task, which the page loads
when it shows them.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any

import vl_convert
from packaging.version import Version

from suite.database import SQLITE
from suite.figures import streaming
from suite.figures.amounts import SMALLEST_GROWTH
from suite.figures.identity import Platform
from suite.measuring import names
from suite.measuring.results import Figure
from suite.measuring.traces import Trace
from suite.reports import drivers, platforms
from suite.reports.pictures import VEGA_LITE
from suite.site import charts, page_data
from suite.site.changes import Limits
from suite.site.page_data import PlatformData, TaskData

STATIC = Path(__file__).parent / "static"
FOLDER = "query-styles"

# The page's script is put together from these, in the order in which they need each other: scripts
# that import each other do not load from a file address.
SCRIPTS = (
    "data.js",
    "state.js",
    "figures.js",
    "elements.js",
    "switches.js",
    "charts.js",
    "costs.js",
    "history.js",
    "drivers.js",
    "tradeoff.js",
    "fit.js",
    "traces.js",
    "changes.js",
    "start.js",
)

# What the page calls of the charting library.
EXPOSED = "window.vegaEmbed = vegaEmbed;"

# asv's word for no value, in the address of a graph.
NONE = "[none]"

# A picture has no more points than this across; of those in between, the highest is kept.
SAMPLES = 240


def write(
    html_dir: Path,
    figures: Iterable[Figure],
    traces: Iterable[Trace],
    results_dir: Path,
    limits: Limits,
) -> None:
    """Write the page; ``results_dir`` describes the machines, ``limits`` say what is a change."""
    folder = html_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("page.css", "release.js"):
        shutil.copyfile(STATIC / name, folder / name)
    (folder / "page.js").write_text(_script(), encoding="utf-8")
    shutil.copyfile(STATIC / "release.html", html_dir / "release.html")
    bundle = vl_convert.javascript_bundle(EXPOSED, vl_version=VEGA_LITE)
    (folder / "vega.js").write_text(bundle, encoding="utf-8")
    watched = list(traces)
    figures = list(figures)
    several = len({figure.platform.database for figure in figures}) > 1
    skipped = drivers.skips(results_dir) if several else {}
    sorted_data = page_data.by_platform(figures, limits, skipped)
    described = [
        {
            **words,
            "releases": data.releases,
            "compiled": data.compiled,
            "tasks": _write_tasks(
                folder, data, [c for c in watched if c.platform == data.platform]
            ),
        }
        for data, words in zip(
            sorted_data,
            _described([data.platform for data in sorted_data], results_dir),
            strict=True,
        )
    ]
    index = {
        "published": f"{datetime.now(UTC):%Y-%m-%d}",
        "metrics": page_data.describe_metrics(limits),
        "smallestGrowth": SMALLEST_GROWTH,
        "streamingTask": streaming.TASK,
        "charts": charts.all_charts(),
        "platforms": described,
    }
    template = Template((STATIC / "page.html").read_text(encoding="utf-8"))
    page = template.substitute(index=_within_html(index))
    (html_dir / "query-styles.html").write_text(page, encoding="utf-8")


def _script() -> str:
    parts = [(STATIC / "page" / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return "\n".join(['"use strict";\n', *parts])


def _described(found: list[Platform], results_dir: Path) -> list[dict[str, Any]]:
    """Platforms for the page: in addresses, in words, and as the parameters of asv's graphs.

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
                "order": order.index(one),
                "graph": _graph(one, found),
            }
        )
    return described


def _graph(platform: Platform, found: list[Platform]) -> dict[str, str]:
    """What asv's pages tell a platform's graphs apart by.

    asv writes "[none]" for what some results lack and others have.
    """
    told = {"machine": platform.machine, "python": platform.python}
    if any(one.sampled for one in found):
        sampled = names.SAMPLED_REQUIREMENT
        told |= sampled if platform.sampled else dict.fromkeys(sampled, NONE)
    if any(names.variables_of(one.database) for one in found):
        variables = names.variables_of(platform.database)
        told[f"env-{names.DATABASE}"] = variables.get(names.DATABASE, NONE)
    return told


def _write_tasks(folder: Path, data: PlatformData, watched: list[Trace]) -> list[dict[str, Any]]:
    """Write a platform's files of data; returns what the page has to know beforehand."""
    described = []
    for name, task in data.tasks.items():
        key = file_key(data.platform, name)
        _write_data(folder, key, _task(task))
        described.append(
            {
                **page_data.describe_task(name, task),
                "data": key,
                "benchmarks": {metric: names.build(name, metric) for metric in task.values},
                "traces": _write_traces(folder, [c for c in watched if c.task == name]),
            }
        )
    return described


def _task(data: TaskData) -> dict[str, Any]:
    return {
        "values": data.values,
        "notes": data.notes,
        "changes": [asdict(change) for change in data.changes],
        "streams": data.streams,
    }


def _write_traces(folder: Path, watched: list[Trace]) -> dict[str, str]:
    """One file for each release; returns their keys by release."""
    keys = {}
    for release in sorted({trace.release for trace in watched}, key=Version):
        found = [trace for trace in watched if trace.release == release]
        keys[release] = file_key(found[0].platform, found[0].task, release)
        runs = [
            {
                "style": trace.style,
                "rows": trace.rows,
                "answered": trace.answered,
                "samples": thinned(trace.samples),
            }
            for trace in found
        ]
        _write_data(folder, keys[release], runs)
    return keys


def file_key(platform: Platform, *parts: str) -> str:
    """The name of a file of data: always the same for the same parts, and no other parts have it.

    Machines and tasks are named by results, which can hold anything.
    """
    sampled = ["sampled"] if platform.sampled else []
    words = [platform.machine, platform.python, platform.database, *sampled, *parts]
    readable = re.sub(r"[^a-z0-9.]+", "-", "-".join(words).lower())[:80]
    return f"{readable}-{hashlib.sha256(json.dumps(words).encode()).hexdigest()[:12]}"


def thinned(samples: list[tuple[float, int]], wanted: int = SAMPLES) -> list[tuple[float, int]]:
    """At most ``wanted`` samples: the highest of each stretch, and the last of all."""
    stretch = -(-len(samples) // max(1, wanted - 1))
    if stretch <= 1:
        return samples
    parts = [samples[start : start + stretch] for start in range(0, len(samples), stretch)]
    highest = [max(part, key=lambda sample: sample[1]) for part in parts]
    return highest if highest[-1] == samples[-1] else [*highest, samples[-1]]


def _write_data(folder: Path, key: str, data: Any) -> None:
    """A script that hands its data to the page: unlike JSON, it also loads from a file address."""
    text = f"queryStyles.receive({_script_json(key)}, {_script_json(data)});\n"
    (folder / f"{key}.js").write_text(text, encoding="utf-8")


def _script_json(data: Any) -> str:
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


def _within_html(data: Any) -> str:
    """JSON that no HTML parser takes for anything else, whatever names and labels hold."""
    text = _script_json(data)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
