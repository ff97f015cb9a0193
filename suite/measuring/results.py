"""asv's stored results as plain data: a Figure for each metric, style, size, release, environment.

A file that can't be read is named in a warning and passed over.
"""

import itertools
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.instruments.resident import SAMPLED
from benchmarks.metrics import BY_NAME
from suite.database import SQLITE
from suite.figures.identity import COMPILED, PURE, UNKNOWN_BUILD, Identity, Platform
from suite.measuring import names, sound, store
from suite.measuring.processes import Unit
from suite.measuring.sound import UnreadableError

# How results of earlier versions of this suite name the metrics of a style.
EARLIER = ("memory.", "timing.")


@dataclass(frozen=True)
class Figure:
    """One figure. ``value`` is in bytes or seconds; None where the measurement failed.

    ``method`` is how it was read ("kernel", "sampled", "tracemalloc"), ``version`` that of the
    metric then, ``measured_at`` milliseconds since 1970. ``samples`` are the seconds of which
    ``value`` is the median; memory has none.
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
    samples: tuple[float, ...] = ()

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


@dataclass(frozen=True)
class StoredFile:
    """What a result file holds: the figures that were measured as today.

    ``trouble`` says that it can't be read, ``superseded`` that it holds figures which an earlier
    version of this suite measured in another way; both name the file.
    """

    path: Path
    figures: list[Figure] = field(default_factory=list)
    trouble: str | None = None
    superseded: str | None = None


def read(
    results_dir: Path,
    warn: Callable[[str], None] = lambda message: None,
    superseded: Callable[[str], None] = lambda message: None,
) -> list[Figure]:
    """Every figure below ``results_dir``, of all machines, that was measured as it is today.

    ``warn`` is told of files that can't be read, and ``superseded`` of such with figures that were
    measured in another way.
    """
    figures: list[Figure] = []
    for stored in files(results_dir):
        if stored.trouble is not None:
            warn(stored.trouble)
        if stored.superseded is not None:
            superseded(stored.superseded)
        figures.extend(stored.figures)
    return figures


def files(results_dir: Path) -> Iterator[StoredFile]:
    """Each result file below ``results_dir``, of all machines."""
    for path in sorted(results_dir.glob("*/*.json")):
        if path.name != "machine.json":
            yield read_file(path)


def read_file(path: Path) -> StoredFile:
    """What a result file of asv holds."""
    try:
        stored = sound.load(path)
    except UnreadableError as error:
        return StoredFile(path, trouble=error.passed_over)
    found = list(_figures(stored, path))
    current = [figure for figure in found if is_current(figure)]
    if len(current) == len(found) and not any(
        name.startswith(EARLIER) for name in stored.get_all_result_keys()
    ):
        return StoredFile(path, current)
    return StoredFile(
        path,
        current,
        superseded=f"{path}: measured in another way than today, and passed over;"
        " measure the release again",
    )


def is_current(figure: Figure) -> bool:
    """Whether the figure was measured as it is today: asv too shows no other."""
    return bool(figure.version == BY_NAME[figure.metric].version)


def of_place(place: store.Place, warn: Callable[[str], None]) -> list[Figure]:
    """The stored figures of one release in one environment of this machine.

    ``warn`` is told of a file that can't be read.
    """
    if not os.path.lexists(place.path):
        return []
    stored = read_file(place.path)
    if stored.trouble is not None:
        warn(stored.trouble)
    sampled = _is_sampled(place.requirements)
    platform = Platform(place.machine, place.python, place.database, sampled)
    return find(stored.figures, release=place.release, platform=platform)


def _figures(stored: Any, path: Path) -> Iterator[Figure]:
    records = store.read_records(path.with_suffix(".records"))
    for benchmark in stored.get_all_result_keys():
        name = names.parse(benchmark)
        if name is not None:
            yield from _of_benchmark(stored, benchmark, name, records)


def _of_benchmark(
    stored: Any, benchmark: str, name: names.BenchmarkName, records: dict[Unit, store.Record]
) -> Iterator[Figure]:
    params, metric = stored.get_result_params(benchmark), name.metric
    platform = platform_of(stored)
    values = stored.get_result_value(benchmark, params)
    for (style, rows), value in zip(itertools.product(*params), values, strict=True):
        if value is not None and math.isnan(value):
            continue
        style = names.style_name(style)
        record = records.get(Unit(name.task, style, int(rows), metric.instrument), {})
        if value is None and "failed" not in record:
            continue  # asv fills up with nulls what was never measured
        yield Figure(
            platform=platform,
            release=stored.commit_hash,
            task=name.task,
            style=style,
            rows=int(rows),
            metric=metric.name,
            value=value,
            version=stored.benchmark_version.get(benchmark) or "",
            # asv has one time for all sizes and styles, that of the last which was measured.
            measured_at=store.measured_at(record) or stored.started_at.get(benchmark),
            failed=record["failed"] if value is None else None,
            method=record.get("method"),
            measured_with=record.get("measured_with", {}),
            samples=tuple(record.get("samples", ())),
        )


def platform_of(stored: Any) -> Platform:
    """What measured asv's Results."""
    params = stored.params
    database = stored.env_vars.get(names.DATABASE, SQLITE.name)
    return Platform(params["machine"], params["python"], database, _is_sampled(params))


def _is_sampled(requirements: Mapping[str, Any]) -> bool:
    return requirements.items() >= names.SAMPLED_REQUIREMENT.items()


def find(figures: Iterable[Figure], **wanted: Any) -> list[Figure]:
    """The figures whose fields have the wanted values: ``find(figures, metric="track_peak")``."""
    return [
        figure
        for figure in figures
        if all(getattr(figure, name) == value for name, value in wanted.items())
    ]
