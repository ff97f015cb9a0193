"""asv's stored results as plain data: a Figure for each metric, style, size, release, environment.

A file that asv could not have written is named in a warning and passed over.
"""

import itertools
import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measuring import SAMPLED
from suite import benchmark_names, journal
from suite.benchmark_names import BenchmarkName

RESULTS_API = 2  # asv.results.Results.api_version


@dataclass(frozen=True)
class Figure:
    """One figure. ``value`` is in bytes or seconds; None where the execution failed."""

    release: str
    task: str
    style: str
    rows: int
    metric: str
    value: float | None
    machine: str
    environment: str
    python: str
    version: str
    measured_at: float | None = None
    failed: str | None = None
    instrument: str | None = None
    measured_with: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def sampled(self) -> bool:
        """Whether the figure was sampled, and so can be below the truth.

        The peak of the whole process never is: asv reads it from the kernel.
        """
        return self.instrument == SAMPLED and self.metric != "peakmem_process"

    @property
    def compiled(self) -> bool | None:
        """Whether SQLAlchemy ran with compiled extensions; None where that is not recorded."""
        extensions = self.measured_with.get("compiled_extensions")
        return None if extensions is None else bool(extensions)


def read(
    results_dir: Path,
    warn: Callable[[str], None] = lambda message: None,
    superseded: Callable[[str], None] = lambda message: None,
) -> list[Figure]:
    """Every figure below ``results_dir``, of all machines, that was measured as it is today.

    ``warn`` is told of damaged files, and ``superseded`` of files with figures that another version
    of a benchmark measured.
    """
    figures: list[Figure] = []
    for path in sorted(results_dir.glob("*/*.json")):
        if path.name == "machine.json":
            continue
        try:
            stored = list(_figures(path))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            warn(f"{path}: not a result file of asv, passed over ({error})")
            continue
        current = [figure for figure in stored if _is_current(figure)]
        figures.extend(current)
        if len(current) < len(stored):
            old = sorted({figure.metric for figure in stored if not _is_current(figure)})
            superseded(
                f"{path}: not measured as it is today, and passed over: {', '.join(old)};"
                " measure the release again"
            )
    return figures


def _is_current(figure: Figure) -> bool:
    """Whether the figure was measured as it is today: asv too shows no other."""
    return figure.version == benchmark_names.version(figure.metric)


def _figures(path: Path) -> Iterator[Figure]:
    stored = json.loads(path.read_text(encoding="utf-8"))
    if stored.get("version") != RESULTS_API:
        raise ValueError(f"format version {stored.get('version')}, not {RESULTS_API}")
    records = journal.read(journal.path_for(path))
    columns = stored["result_columns"]
    for benchmark, row in stored["results"].items():
        name = benchmark_names.parse(benchmark)
        if name is not None:
            entry = dict(zip(columns, row, strict=False))
            yield from _of_benchmark(stored, name, entry, records)


def _of_benchmark(
    stored: dict[str, Any],
    name: BenchmarkName,
    entry: dict[str, Any],
    records: dict[journal.Key, dict[str, Any]],
) -> Iterator[Figure]:
    combinations = list(itertools.product(*entry["params"]))
    values = entry.get("result") or [None] * len(combinations)
    for (style, rows), value in zip(combinations, values, strict=True):
        if value is not None and math.isnan(value):
            continue
        style = benchmark_names.style_name(style)
        record = records.get((name.task, style, int(rows), name.measures), {})
        # The timer leaves no record: it ran in the same environment as the others.
        circumstances = record or records.get((name.task, style, int(rows), "resident"), {})
        yield Figure(
            release=stored["commit_hash"],
            task=name.task,
            style=style,
            rows=int(rows),
            metric=name.metric,
            value=value,
            machine=stored["params"]["machine"],
            environment=stored["env_name"],
            python=stored["python"],
            version=entry.get("version", ""),
            measured_at=entry.get("started_at"),
            failed=_reason(record, name.metric) if value is None else None,
            instrument=record.get("instrument"),
            measured_with=circumstances.get("measured_with", {}),
        )


def _reason(record: dict[str, Any], metric: str) -> str:
    """Why there is no value."""
    refused: str | None = record.get("refused", {}).get(metric)
    return refused or record.get("failed", "failed")


def find(figures: Iterable[Figure], **wanted: Any) -> list[Figure]:
    """The figures whose fields have the wanted values: ``find(figures, metric="track_peak")``."""
    return [
        figure
        for figure in figures
        if all(getattr(figure, name) == value for name, value in wanted.items())
    ]
