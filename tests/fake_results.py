"""A results folder as suite.measuring.store writes it, for any number of releases."""

import itertools
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from packaging.version import Version

from benchmarks import databases, registry
from benchmarks.metrics import BY_NAME, REPEATING
from suite.database import SQLITE
from suite.figures.tasks import tasks as all_tasks
from suite.measuring import names, store
from suite.releases.catalogue import Catalogue

MACHINE = "quiet"
WORSE = "bundle"
SIZES = (1000, 10000, 100000)
METRICS = tuple(BY_NAME)
METHODS = {
    "resident": "kernel",
    "heap": "tracemalloc",
    REPEATING: "tracemalloc",
    "seconds": "perf_counter",
}
FACTS: dict[str, Any] = {
    "compiled_extensions": ["sqlalchemy.cyextension"],
    "packages": {"Faker": "35.2.2"},
}
KNOWN = {"arch": "x86_64", "cpu": "Fake Processor", "num_cpu": "2", "os": "Linux", "ram": "8"}
MEASURED = "2026-01-31"
FLAT = 2.0 * 2**20
# Bytes that each further execution leaves.
LEFT = {"track_growth": 20, "track_growth_uncollected": 2200, "track_growth_resident": 700}


@dataclass(frozen=True)
class Stored:
    """What is stored of one release in one environment."""

    release: str
    tasks: tuple[str, ...]
    machine: str
    python: str
    sizes: tuple[int, ...]
    database: str
    flat: tuple[str, ...]

    def results(self) -> dict[str, Any]:
        """asv's file."""
        uploaded = Catalogue.load().get(self.release)
        date = int(uploaded.uploaded.timestamp() * 1000) if uploaded else 0
        rows = {}
        for name, benchmark in _benchmarks(self.tasks, self.sizes).items():
            parsed = names.parse(name)
            assert parsed is not None
            values = [
                self._value(parsed.task, style, size, parsed.metric.name)
                if self._runs(parsed.task, style)
                else float("nan")  # asv's word for skipped
                for style, size in itertools.product(
                    all_tasks()[parsed.task].styles,
                    self._sizes(parsed.task, parsed.metric.instrument),
                )
            ]
            rows[name] = [values, benchmark["params"], benchmark["version"], date, 1.0]
        return {
            "commit_hash": self.release,
            "env_name": names.environment(self.python, {}, self.database),
            "date": date,
            "params": {**KNOWN, "machine": self.machine, "python": self.python},
            "python": self.python,
            "requirements": {},
            "env_vars": names.variables_of(self.database),
            "result_columns": ["result", "params", "version", "started_at", "duration"],
            "results": rows,
            "durations": {},
            "version": 2,
        }

    def records(self) -> dict[str, Any]:
        """The file beside it."""
        found = [
            {
                "task": task,
                "style": style,
                "rows": rows,
                "instrument": instrument,
                **self._record(task, style, rows, instrument),
                "measured": MEASURED,
                "measured_with": 0,
            }
            for task in self.tasks
            for style in all_tasks()[task].styles
            for instrument in METHODS
            for rows in self._sizes(task, instrument)
        ]
        facts = {**FACTS, "sqlalchemy": self.release, "python": f"{self.python}.0 (main)"}
        return {"format": store.FORMAT, "measured_with": [facts], "records": found}

    def _sizes(self, task: str, instrument: str) -> tuple[int, ...]:
        return replace(all_tasks()[task], rows=self.sizes).sizes(instrument)

    def _value(self, task: str, style: str, rows: int, metric: str) -> float:
        """Memory that does not grow with the rows, where the style is flat."""
        if style in self.flat and metric != "time_query":
            return FLAT
        return value(task, style, rows, metric, self.release, self.database)

    def _runs(self, task: str, style: str) -> bool:
        return not self._skipped(task, style)

    def _skipped(self, task: str, style: str) -> str:
        since = all_tasks()[task].styles[style].since
        if since and Version(self.release) < Version(since):
            return f"{style} needs SQLAlchemy {since}"
        driver = databases.every_driver().get(self.database.partition("@")[0])
        if registry.load(task).styles[style].is_async and not (driver and driver.is_async):
            return f"{style} needs an async driver"
        return ""

    def _record(self, task: str, style: str, rows: int, instrument: str) -> dict[str, Any]:
        if skipped := self._skipped(task, style):
            return {"skipped": skipped}
        figures = {
            BY_NAME[metric].figure: self._value(task, style, rows, metric)
            for metric in store.metrics_of(instrument)
        }
        return {"method": METHODS[instrument], **figures}


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
    database: str = SQLITE.name,
    flat: tuple[str, ...] = (),
) -> Path:
    """Write results of every style, metric and size; returns the machine's folder.

    ``flat`` are styles whose memory does not grow with the rows.
    """
    tasks, folder = tuple(tasks), results / machine
    folder.mkdir(parents=True, exist_ok=True)
    _dump(folder / "machine.json", {**KNOWN, "machine": machine, "version": 1})
    _dump(results / "benchmarks.json", {**_benchmarks(tasks, sizes), "version": 2})
    for release in releases:
        stored = Stored(release, tasks, machine, python, sizes, database, flat)
        path = path_of(folder, release, python, database)
        _dump(path, stored.results())
        _dump(path.with_suffix(".records"), stored.records())
    return folder


def path_of(folder: Path, release: str, python: str = "3.11", database: str = SQLITE.name) -> Path:
    """asv's file of a release in a machine's folder."""
    return folder / f"{release[:8]}-{names.environment(python, {}, database)}.json"


def watch(folder: Path, release: str, *styles: str, rows: int = 100000) -> None:
    """Add traces of the article's task to a release's records: 50 MiB at their highest."""
    path = path_of(folder, release).with_suffix(".records")
    stored = json.loads(path.read_text())
    stored["records"] += [
        {
            "task": "bounced_addresses",
            "style": style,
            "rows": rows,
            "instrument": "trace",
            "method": "memory_profiler",
            "answered": 1.0,
            "samples": [[0.0, 0], [0.5, 50 * 2**20], [1.0, 10 * 2**20]],
            "measured": MEASURED,
            "measured_with": 0,
        }
        for style in styles
    ]
    _dump(path, stored)


def value(
    task: str, style: str, rows: int, metric: str, release: str, database: str = SQLITE.name
) -> float:
    """A cost that falls along the catalogue's order of styles, and by a tenth with 2.0 and 2.1.

    That of WORSE rises, and what each run of it leaves a hundredfold. Every driver after the first
    one needs a tenth more.
    """
    styles = list(all_tasks()[task].styles)
    place = styles.index(style) / max(1, len(styles) - 1)
    random_state = random.Random(f"{task} {style} {rows} {metric} {release}")
    series = Version(release).release[:2]
    by_series = 1.0 if series < (2, 0) else 0.9 if series < (2, 1) else 0.8
    if style == WORSE:
        by_series = 1 / by_series**2
    by_series *= 1 + 0.1 * _rank(database)
    a_row: float = 2400 * (0.06**place) * by_series * random_state.uniform(0.998, 1.002)
    if metric == "time_query":
        return rows * 20e-6 * float(0.05**place) * random_state.uniform(0.95, 1.05)
    share = {
        "track_peak": 1.0,
        "track_heap": 0.9,
        "track_retained": 0.1,
        "track_kept": 0.05,
        "track_leaked": 0.001,
    }
    if BY_NAME[metric].instrument == REPEATING:
        if style == WORSE and series >= (2, 0):
            by_series *= 100
        return int(LEFT[metric] * by_series * random_state.uniform(0.998, 1.002))
    if metric == "peakmem_process":
        return int(48 * 2**20 + a_row * rows)
    return int(a_row * rows * share[metric])


def _rank(database: str) -> int:
    drivers, driver = list(databases.every_driver()), database.partition("@")[0]
    return drivers.index(driver) if driver in drivers else len(drivers)


def _benchmarks(tasks: Iterable[str], sizes: tuple[int, ...]) -> dict[str, dict[str, Any]]:
    """As asv has discovered them, with code that is no HTML."""
    return {
        name: {**benchmark, "code": "def measured(self, style, rows): return 1 < 2"}
        for task in tasks
        for name, benchmark in names.described(replace(all_tasks()[task], rows=sizes)).items()
    }


def _dump(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data), encoding="utf-8")
