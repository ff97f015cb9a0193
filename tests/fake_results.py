"""A results folder as asv and the journal would have written it, for any number of releases."""

import itertools
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from packaging.version import Version

from benchmarks import records
from suite import benchmark_names, styles
from suite.catalogue import Catalogue

MACHINE = "quiet"
WORSE = "bundle"
SIZES = (1000, 10000, 100000)
METRICS = tuple(records.FIGURES)
FACTS: dict[str, Any] = {"compiled_extensions": True, "packages": {"Faker": "35.2.2"}}


def newest(count: int) -> list[str]:
    """The newest releases of the series since 1.0, as many as asked for."""
    plain = [
        release.version
        for release in Catalogue.load()
        if not release.is_prerelease and not release.yanked and release.parsed >= Version("1.0")
    ]
    return plain[-count:]


def write(
    results: Path,
    releases: Iterable[str],
    tasks: Iterable[str] = ("bounced_addresses",),
    machine: str = MACHINE,
    python: str = "3.11",
    sizes: tuple[int, ...] = SIZES,
) -> Path:
    """Write results of every style, metric and size; returns the machine's folder."""
    folder = results / machine
    folder.mkdir(parents=True, exist_ok=True)
    known = {"arch": "x86_64", "cpu": "Fake Processor", "num_cpu": "2", "os": "Linux", "ram": "8"}
    _dump(folder / "machine.json", {**known, "machine": machine, "version": 1})
    _dump(results / "benchmarks.json", {**_benchmarks(tasks, sizes), "version": 2})
    for release in releases:
        name = f"{release[:8]}-uv-py{python}"
        stored = _result(release, tasks, machine, python, sizes, known)
        _dump(folder / f"{name}.json", stored)
        _dump(folder / f"{name}.journal", _journal(tasks, sizes))
    return folder


def value(task: str, style: str, rows: int, metric: str, release: str) -> float:
    """A cost that falls along the catalogue's order of styles, and by a tenth with 2.0 and 2.1.

    That of WORSE rises.
    """
    names = list(styles.tasks()[task].styles)
    place = names.index(style) / max(1, len(names) - 1)
    random_state = random.Random(f"{task} {style} {rows} {metric} {release}")
    series = Version(release).release[:2]
    by_series = 1.0 if series < (2, 0) else 0.9 if series < (2, 1) else 0.8
    if style == WORSE:
        by_series = 1 / by_series**2
    a_row: float = 2400 * (0.06**place) * by_series * random_state.uniform(0.998, 1.002)
    if metric == "time_query":
        return rows * 20e-6 * float(0.05**place) * random_state.uniform(0.95, 1.05)
    share = {"track_peak": 1.0, "track_heap": 0.9, "track_retained": 0.1, "track_leaked": 0.001}
    if metric == "peakmem_process":
        return int(48 * 2**20 + a_row * rows)
    return int(a_row * rows * share[metric])


def _benchmarks(tasks: Iterable[str], sizes: tuple[int, ...]) -> dict[str, Any]:
    found = {}
    for task, metric in itertools.product(tasks, METRICS):
        name = benchmark_names.build(task, metric)
        found[name] = {
            "code": f"def {metric}(self, style, rows): return 1 < 2",
            "name": name,
            "param_names": ["style", "rows"],
            "params": _params(task, sizes),
            "timeout": 600,
            "type": metric.split("_")[0],
            "unit": "seconds" if metric == "time_query" else "bytes",
            "version": benchmark_names.version(metric),
        }
    return found


def _params(task: str, sizes: tuple[int, ...]) -> list[list[str]]:
    return [[repr(name) for name in styles.tasks()[task].styles], [str(rows) for rows in sizes]]


def _result(
    release: str,
    tasks: Iterable[str],
    machine: str,
    python: str,
    sizes: tuple[int, ...],
    known: dict[str, str],
) -> dict[str, Any]:
    uploaded = Catalogue.load().get(release)
    date = int(uploaded.uploaded.timestamp() * 1000) if uploaded else 0
    rows = {}
    for task, metric in itertools.product(tasks, METRICS):
        values = [
            _measured(task, style, size, metric, release)
            for style in styles.tasks()[task].styles
            for size in sizes
        ]
        version = benchmark_names.version(metric)
        columns = [values, _params(task, sizes), version, date, 1.0]
        rows[benchmark_names.build(task, metric)] = columns
    return {
        "commit_hash": release,
        "env_name": f"uv-py{python}",
        "date": date,
        "params": {**known, "machine": machine, "python": python},
        "python": python,
        "requirements": {},
        "env_vars": {},
        "result_columns": ["result", "params", "version", "started_at", "duration"],
        "results": rows,
        "durations": {},
        "version": 2,
    }


def _measured(task: str, style: str, rows: int, metric: str, release: str) -> float | None:
    """A value, or NaN, asv's word for skipped, where the release lacks the style's API."""
    since = styles.tasks()[task].styles[style].since
    if since and Version(release) < Version(since):
        return float("nan")
    return value(task, style, rows, metric, release)


def _journal(tasks: Iterable[str], sizes: tuple[int, ...]) -> dict[str, Any]:
    instruments = {"resident": "kernel", "heap": "tracemalloc"}
    found = [
        {
            "task": task,
            "style": style,
            "rows": rows,
            "measures": measures,
            "instrument": instrument,
            "measured_with": 0,
        }
        for task in tasks
        for style in styles.tasks()[task].styles
        for rows in sizes
        for measures, instrument in instruments.items()
    ]
    return {"measured_with": [FACTS], "records": found}


def _dump(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data), encoding="utf-8")
