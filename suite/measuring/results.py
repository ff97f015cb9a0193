"""asv's stored results as plain data: a Figure for each metric, style, size, release, environment.

A file that asv could not have written is named in a warning and passed over.
"""

import itertools
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.instruments.resident import SAMPLED
from benchmarks.metrics import BY_NAME, Metric
from suite.figures.identity import COMPILED, PURE, UNKNOWN_BUILD, Identity, Platform
from suite.measuring import names, store
from suite.measuring.processes import Unit

RESULTS_API = 2  # asv.results.Results.api_version
# How results of earlier versions of this suite name the metrics of a style.
EARLIER = ("memory.", "timing.")


@dataclass(frozen=True)
class Figure:
    """One figure. ``value`` is in bytes or seconds; None where the measurement failed.

    ``method`` is how it was read ("kernel", "sampled", "tracemalloc"), ``version`` that of the
    metric then, ``measured_at`` milliseconds since 1970.
    """

    platform: Platform
    release: str
    task: str
    style: str
    rows: int
    metric: str
    value: float | None
    version: str
    measured_at: float | None = None
    failed: str | None = None
    method: str | None = None
    measured_with: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def identity(self) -> Identity:
        """What it is a figure of."""
        return Identity(
            self.platform, self.release, self.build, self.task, self.style, self.rows, self.metric
        )

    @property
    def sampled(self) -> bool:
        """Whether the figure was sampled, and so can be below the truth."""
        return bool(self.method == SAMPLED)

    @property
    def build(self) -> str:
        """Whether SQLAlchemy ran with compiled extensions, as far as that is recorded."""
        extensions = self.measured_with.get("compiled_extensions")
        if extensions is None:
            return UNKNOWN_BUILD
        return COMPILED if extensions else PURE


def read(
    results_dir: Path,
    warn: Callable[[str], None] = lambda message: None,
    superseded: Callable[[str], None] = lambda message: None,
) -> list[Figure]:
    """Every figure below ``results_dir``, of all machines, that was measured as it is today.

    ``warn`` is told of damaged files, and ``superseded`` of files with figures that an earlier
    version of this suite measured in another way.
    """
    figures: list[Figure] = []
    for path in sorted(results_dir.glob("*/*.json")):
        if path.name == "machine.json":
            continue
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            found = list(_figures(stored, path))
            earlier = [name for name in stored["results"] if name.startswith(EARLIER)]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            warn(f"{path}: not a result file of asv, passed over ({error})")
            continue
        current = [figure for figure in found if is_current(figure)]
        figures.extend(current)
        if earlier or len(current) < len(found):
            superseded(
                f"{path}: measured in another way than today, and passed over;"
                " measure the release again"
            )
    return figures


def is_current(figure: Figure) -> bool:
    """Whether the figure was measured as it is today: asv too shows no other."""
    return bool(figure.version == BY_NAME[figure.metric].version)


def of_place(place: store.Place, warn: Callable[[str], None]) -> list[Figure]:
    """The stored figures of one release in one environment of this machine."""
    figures = read(place.project.results_dir, warn=warn)
    platform = Platform(place.machine, place.python, sampled=_is_sampled(place.requirements))
    return find(figures, release=place.release, platform=platform)


def _figures(stored: dict[str, Any], path: Path) -> Iterator[Figure]:
    if stored.get("version") != RESULTS_API:
        raise ValueError(f"format version {stored.get('version')}, not {RESULTS_API}")
    records = store.read_records(path.with_suffix(".records"))
    columns = stored["result_columns"]
    for benchmark, row in stored["results"].items():
        name = names.parse(benchmark)
        if name is not None:
            entry = dict(zip(columns, row, strict=False))
            yield from _of_benchmark(stored, name.task, name.metric, entry, records)


def _of_benchmark(
    stored: dict[str, Any],
    task: str,
    metric: Metric,
    entry: dict[str, Any],
    records: dict[Unit, store.Record],
) -> Iterator[Figure]:
    combinations = list(itertools.product(*entry["params"]))
    values = entry.get("result") or [None] * len(combinations)
    platform = platform_of(stored)
    for (style, rows), value in zip(combinations, values, strict=True):
        if value is not None and math.isnan(value):
            continue
        style = names.style_name(style)
        record = records.get(Unit(task, style, int(rows), metric.instrument), {})
        if value is None and not record:
            continue  # asv fills up with nulls what was never measured
        yield Figure(
            platform=platform,
            release=stored["commit_hash"],
            task=task,
            style=style,
            rows=int(rows),
            metric=metric.name,
            value=value,
            version=entry.get("version", ""),
            measured_at=entry.get("started_at"),
            failed=record.get("failed", "failed") if value is None else None,
            method=record.get("method"),
            measured_with=record.get("measured_with", {}),
        )


def platform_of(stored: Mapping[str, Any]) -> Platform:
    """What measured a result file of asv."""
    sampled = _is_sampled(stored.get("requirements", {}))
    return Platform(stored["params"]["machine"], stored["python"], sampled=sampled)


def _is_sampled(requirements: Mapping[str, str]) -> bool:
    return requirements.items() >= names.SAMPLED_REQUIREMENT.items()


def find(figures: Iterable[Figure], **wanted: Any) -> list[Figure]:
    """The figures whose fields have the wanted values: ``find(figures, metric="track_peak")``."""
    return [
        figure
        for figure in figures
        if all(getattr(figure, name) == value for name, value in wanted.items())
    ]
