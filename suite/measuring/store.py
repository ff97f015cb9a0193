"""What was measured, kept: asv's own results, and beside them what asv has no place for.

Beside ``2.0.58-engine-py3.11.json`` of asv lies ``2.0.58-engine-py3.11.records``: JSON too, which
asv leaves alone, with the record of every unit (its figures, how they were read, and the reason
where there are none) and what they were measured with. While a batch is measured, each record goes
to ``....run`` at once, a line each behind one that names the place: what a killed command left
there is taken over by the next.
"""

import itertools
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asv.benchmarks import Benchmarks
from asv.results import Results
from asv.runner import BenchmarkResult
from asv.util import UserError, datetime_to_js_timestamp, load_json, write_json
from filelock import FileLock, Timeout

from benchmarks.metrics import METRICS
from suite.figures.tasks import tasks
from suite.measuring import machines, names
from suite.measuring.processes import Outcome, Unit
from suite.measuring.surroundings import is_sampled
from suite.project import Project
from suite.releases.catalogue import Catalogue
from suite.terminal.errors import UserMistake

FORMAT = 1
UNREADABLE = (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError)

Record = dict[str, Any]
Asked = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Place:
    """Where the figures of one release in one environment are kept.

    ``requirements`` are what asv tells environments apart by beside the Python.
    """

    project: Project
    release: str
    python: str
    requirements: Mapping[str, str] = field(default_factory=dict)

    @property
    def machine(self) -> str:
        """The folder's name, which is that of the machine."""
        return machines.this_machine()["machine"]

    def results(self) -> Results:
        """asv's results of this place: those that are stored, or none yet."""
        known, requirements = machines.this_machine(), dict(self.requirements)
        results = Results(
            {**known, "python": self.python, **requirements},
            requirements,
            self.release,
            _upload_time(self.release),
            self.python,
            names.environment(self.python, requirements),
            {},
        )
        with suppress(UserError):
            results.load_data(str(self.project.results_dir))
        return results

    @property
    def path(self) -> Path:
        """asv's file of them."""
        name = names.environment(self.python, dict(self.requirements))
        folder = self.project.results_dir / self.machine
        return folder / f"{self.release[:8]}-{name}.json"


def place_of(project: Project, release: str, python: str) -> Place:
    """Where this machine keeps what it measures of a release on a Python."""
    return Place(project, release, python, names.SAMPLED_REQUIREMENT if is_sampled() else {})


@contextmanager
def claimed(project: Project) -> Iterator[None]:
    """Let no other command measure for the same results inside: it would overwrite them.

    Raises UserMistake where another one does.
    """
    try:
        project.results_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(project.results_dir / "measuring.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise UserMistake(
            f"another run is measuring for the results in {project.results_dir}: wait until it ends"
        ) from None
    except OSError as error:
        raise UserMistake(
            f"results can't be written in {project.results_dir}: {error.strerror}"
        ) from error
    try:
        for journal in sorted(project.results_dir.glob("*/*.run")):
            _take_over(project, journal)
        yield
    finally:
        lock.release()


class Run:
    """What one batch gives, on its way into the store."""

    def __init__(self, place: Place, asked: Asked | None = None) -> None:
        self._place = place
        self._asked = asked or _every_task()
        self._kept: dict[Unit, Record] = {}
        self._journal = place.path.with_suffix(".run")

    def keep(self, outcome: Outcome) -> None:
        """Write an outcome down at once."""
        record = _stamped(outcome)
        self._journal.parent.mkdir(parents=True, exist_ok=True)
        with self._journal.open("a", encoding="utf-8") as journal:
            if not self._kept:
                journal.write(json.dumps(_heading(self._place)) + "\n")
            journal.write(json.dumps(record) + "\n")
        self._kept[outcome.unit] = record

    @property
    def kept(self) -> bool:
        """Whether anything was measured."""
        return bool(self._kept)

    def close(self) -> None:
        """Put all that was kept into the store."""
        if self._kept:
            _merge(self._place, self._asked, self._kept)
        self._journal.unlink(missing_ok=True)


@contextmanager
def keeping(place: Place, asked: Asked | None = None) -> Iterator[Run]:
    """A run whose outcomes are in the store afterwards, however the block ends.

    ``asked`` are asv's descriptions of benchmarks by name; those of this project's tasks without.
    """
    run = Run(place, asked)
    try:
        yield run
    finally:
        run.close()


def read_records(path: Path) -> dict[Unit, Record]:
    """The records of a file by unit; nothing where it is missing or damaged."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        facts = stored["measured_with"]
        return {
            _unit(record): {**record, "measured_with": facts[record["measured_with"]]}
            for record in stored["records"]
            if stored["format"] == FORMAT
        }
    except UNREADABLE:
        return {}


def _unit(record: Record) -> Unit:
    return Unit(record["task"], record["style"], int(record["rows"]), record["instrument"])


def _stamped(outcome: Outcome) -> Record:
    return {**asdict(outcome.unit), **outcome.record, "measured": f"{datetime.now(UTC):%Y-%m-%d}"}


def _heading(place: Place) -> dict[str, Any]:
    requirements = dict(place.requirements)
    return {"release": place.release, "python": place.python, "requirements": requirements}


def _take_over(project: Project, journal: Path) -> None:
    """Store what a command that was killed has measured."""
    found: dict[Unit, Record] = {}
    lines = journal.read_text(encoding="utf-8", errors="replace").splitlines()
    for line in lines[1:]:
        # The last line of a killed command can be half a line.
        with suppress(ValueError, KeyError, TypeError):
            record = json.loads(line)
            found[_unit(record)] = record
    with suppress(ValueError, TypeError, IndexError):
        place = Place(project, **json.loads(lines[0]))
        # What another machine measured is for that one to take over.
        if place.path.with_suffix(".run") == journal:
            if found:
                _merge(place, _every_task(), found)
            journal.unlink(missing_ok=True)


def _merge(place: Place, asked: Asked, new: Mapping[Unit, Record]) -> None:
    path = place.path.with_suffix(".records")
    _write_records(path, {**read_records(path), **new})
    results = place.results()
    _add(results, asked, new)
    _save(place.project, results)
    _tell_asv_of(place.project, asked)


def _write_records(path: Path, records: Mapping[Unit, Record]) -> None:
    """Replace the file. What many units were measured with stands in it once."""
    facts: list[Any] = []
    rows = []
    for unit in sorted(records):
        measured_with = records[unit].get("measured_with", {})
        if measured_with not in facts:
            facts.append(measured_with)
        rows.append({**records[unit], "measured_with": facts.index(measured_with)})
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    stored = {"format": FORMAT, "measured_with": facts, "records": rows}
    new.write_text(json.dumps(stored), encoding="utf-8")
    new.replace(path)


def _add(results: Results, asked: Asked, records: Mapping[Unit, Record]) -> None:
    """Add the figures of what asv has asked for to its results."""
    for name, benchmark in asked.items():
        parsed = names.parse(name)
        if parsed is None:
            continue
        metric = parsed.metric
        sets = list(itertools.product(*benchmark["params"]))
        values: list[float | None] = [math.nan] * len(sets)
        samples: list[list[float] | None] = [None] * len(sets)
        chosen = set()
        for index, (style, rows) in enumerate(sets):
            unit = Unit(parsed.task, names.style_name(style), int(rows), metric.instrument)
            if (record := records.get(unit)) is not None:
                chosen.add(index)
                values[index] = value_of(record, metric.figure)
                samples[index] = record.get("samples") if metric.unit == "seconds" else None
        if chosen:
            numbers = [1 if taken else None for taken in samples]
            made = BenchmarkResult(values, samples, numbers, 0, "", None)
            results.add_result(dict(benchmark), made, selected_idx=chosen)


def value_of(record: Record, figure: str) -> float | None:
    """A figure of a record in asv's terms: NaN where it was skipped, None where it failed."""
    if "skipped" in record:
        return math.nan
    value = record.get(figure)
    return None if value is None else float(value)


def _save(project: Project, results: Results) -> None:
    folder = project.results_dir / results.params["machine"]
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "machine.json").exists():
        write_json(str(folder / "machine.json"), machines.this_machine(), 1)
    results.save(str(project.results_dir))


def _tell_asv_of(project: Project, asked: Asked) -> None:
    """asv publishes and compares what its list of benchmarks has."""
    path = project.results_dir / "benchmarks.json"
    try:
        known = load_json(str(path), api_version=Benchmarks.api_version)
    except (*UNREADABLE, UserError):
        known = {}
    if missing := {name: dict(one) for name, one in asked.items() if name not in known}:
        write_json(str(path), {**known, **missing}, Benchmarks.api_version)


def _every_task() -> dict[str, dict[str, Any]]:
    described: dict[str, dict[str, Any]] = {}
    for task in tasks().values():
        described |= names.described(task)
    return described


def _upload_time(release: str) -> int:
    """In milliseconds since 1970."""
    known = Catalogue.load().get(release)
    return int(datetime_to_js_timestamp(known.uploaded)) if known else 0


def metrics_of(instrument: str) -> Iterable[str]:
    """The names of the metrics that come from an instrument."""
    return (metric.name for metric in METRICS if metric.instrument == instrument)
