"""Writes the page "Query styles" into a site.

One HTML page, its libraries, and a file of data for each environment and task, which the page loads
when it shows them.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any

import vl_convert

from suite import benchmark_names, machines, traces
from suite.results import Figure
from suite.site import charts, page_data
from suite.site.page_data import Environment, TaskData
from suite.traces import Trace
from suite.units import SMALLEST_GROWTH

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
    "tradeoff.js",
    "fit.js",
    "traces.js",
    "changes.js",
    "start.js",
)

# What the page calls of the charting library.
EXPOSED = "window.vegaEmbed = vegaEmbed;"

# A picture has no more points than this across; of those in between, the highest is kept.
SAMPLES = 240


def write(
    html_dir: Path,
    figures: Iterable[Figure],
    results_dir: Path,
    thresholds: Mapping[str, float],
    warn: Callable[[str], None] = lambda message: None,
) -> None:
    """Write the page. ``thresholds`` are asv.conf.json's regressions_thresholds."""
    folder = html_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("page.css", "release.js"):
        shutil.copyfile(STATIC / name, folder / name)
    (folder / "page.js").write_text(_script(), encoding="utf-8")
    shutil.copyfile(STATIC / "release.html", html_dir / "release.html")
    bundle = vl_convert.javascript_bundle(EXPOSED, vl_version=charts.VEGA_LITE)
    (folder / "vega.js").write_text(bundle, encoding="utf-8")
    found = page_data.environments(figures, thresholds)
    described = [
        _write_environment(folder, number, environment, results_dir, warn)
        for number, environment in enumerate(found)
    ]
    _tell_apart(described)
    index = {
        "published": f"{datetime.now(UTC):%Y-%m-%d}",
        "metrics": page_data.describe_metrics(),
        "smallestGrowth": SMALLEST_GROWTH,
        "charts": charts.all_charts(),
        "environments": described,
    }
    template = Template((STATIC / "page.html").read_text(encoding="utf-8"))
    page = template.substitute(index=_within_html(index))
    (html_dir / "query-styles.html").write_text(page, encoding="utf-8")


def _script() -> str:
    parts = [(STATIC / "page" / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return "\n".join(['"use strict";\n', *parts])


def _write_environment(
    folder: Path,
    number: int,
    environment: Environment,
    results_dir: Path,
    warn: Callable[[str], None],
) -> dict[str, Any]:
    """Write the data files of one environment; returns what the page has to know beforehand."""
    machine = machines.describe(results_dir / environment.machine)
    taken = [
        trace
        for trace in traces.read(results_dir / environment.machine, warn)
        if trace.python == environment.python
    ]
    tasks = []
    for name, data in environment.tasks.items():
        key = f"{number}-{name}"
        _write_data(folder, key, _task(name, data))
        traced = _write_traces(folder, key, [trace for trace in taken if trace.task == name])
        sizes = sorted({rows for by_size in data.values.values() for rows in by_size})
        tasks.append(
            {
                **page_data.describe_task(name, data),
                "data": key,
                "rows": sizes,
                "metrics": [metric for metric in page_data.METRICS if metric in data.values],
                "benchmarks": {
                    metric: benchmark_names.build(name, metric) for metric in data.values
                },
                "traces": traced,
            }
        )
    return {
        "machine": environment.machine,
        "python": environment.python,
        "label": f"Python {environment.python}, {machine}",
        "releases": environment.releases,
        "compiled": environment.compiled,
        "tasks": tasks,
    }


def _task(name: str, data: TaskData) -> dict[str, Any]:
    return {
        "values": data.values,
        "notes": data.notes,
        "changes": [asdict(change) for change in data.changes],
    }


def _write_traces(folder: Path, key: str, taken: list[Trace]) -> dict[str, str]:
    """One file for each release; returns their keys by release."""
    keys = {}
    for release in sorted({trace.release for trace in taken}):
        keys[release] = f"{key}-traces-{release}"
        runs = [
            {
                "style": trace.style,
                "rows": trace.rows,
                "answered": trace.answered,
                "samples": thinned(trace.samples),
            }
            for trace in taken
            if trace.release == release
        ]
        _write_data(folder, keys[release], runs)
    return keys


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


def _tell_apart(described: list[dict[str, Any]]) -> None:
    """Two machines of one kind differ by name only."""
    labels = [environment["label"] for environment in described]
    for environment in described:
        if labels.count(environment["label"]) > 1:
            environment["label"] += f" ({environment['machine']})"
