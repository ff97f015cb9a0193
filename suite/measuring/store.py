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
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asv.benchmarks import Benchmarks
from asv.machine import Machine
from asv.results import Results, get_filename
from asv.runner import BenchmarkResult
from asv.util import datetime_to_js_timestamp
from filelock import FileLock, Timeout

from benchmarks.metrics import METRICS
from suite.database import SQLITE
from suite.figures.tasks import tasks
from suite.measuring import files, machines, names, sound
from suite.measuring.processes import Outcome, Unit
from suite.measuring.sound import UNREADABLE, UnreadableError
from suite.measuring.surroundings import is_sampled
from suite.project import Project
from suite.releases.catalogue import Catalogue
from suite.terminal.errors import UserMistake

FORMAT = 1

Record = dict[str, Any]
Asked = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Place:
    """Where the figures of one release in one environment are kept.

    ``requirements`` are what asv tells environments apart by beside the Python and the
    ``database``, which is a suite.database.Database's name.
    """

    project: Project
    release: str
    python: str
    requirements: Mapping[str, str] = field(default_factory=dict)
    database: str = SQLITE.name

    @property
    def machine(self) -> str:
        """The folder's name, which is that of the machine."""
        return machines.this_machine()["machine"]

    def results(self) -> Results:
        """asv's results of this place: those that are stored, or none yet.

        A file that can't be read is set aside. Raises UserMistake where that fails.
        """
        known, requirements = machines.this_machine(), dict(self.requirements)
        results = Results(
            {**known, "python": self.python, **requirements},
            requirements,
            self.release,
            _upload_time(self.release),
            self.python,
            names.environment(self.python, requirements, self.database),
            names.variables_of(self.database),
        )
        files.load_data(results, str(self.project.results_dir))
        return results

    @property
    def path(self) -> Path:
        """asv's file of them."""
        name = names.environment(self.python, dict(self.requirements), self.database)
        return self.project.results_dir / str(get_filename(self.machine, self.release, name))


def place_of(project: Project, release: str, python: str) -> Place:
    """Where this machine keeps what it measures of a release on a Python and the database."""
    requirements = names.SAMPLED_REQUIREMENT if is_sampled() else {}
    return Place(project, release, python, requirements, project.database.name)


@contextmanager
def claimed(project: Project) -> Iterator[None]:
    """Let no other command measure for the same results inside: it would overwrite them.

    Raises UserMistake where another one does.
    """
    with _writing(project.results_dir):
        project.results_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(project.results_dir / "measuring.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise UserMistake(
                f"another run is measuring for the results in {project.results_dir}:"
                " wait until it ends"
            ) from None
    try:
        # What another machine measured is for that one to take over.
        folder = project.results_dir / machines.this_machine()["machine"]
        for journal in sorted(folder.glob("*.run")):
            _take_over(project, journal)
        yield
    finally:
        lock.release()


@contextmanager
def _writing(folder: Path, kept: str = "") -> Iterator[None]:
    """Raise UserMistake, with what is kept all the same, where the folder can't be written in."""
    try:
        yield
    except OSError as error:
        raise UserMistake(
            f"results can't be written in {folder}: {error.strerror or error}{kept}"
        ) from error


class Run:
    """What one batch gives, on its way into the store."""

    def __init__(self, place: Place, asked: Asked | None = None) -> None:
        self._place = place
        self._asked = asked or _every_task()
        self._kept: dict[Unit, Record] = {}
        self._journal = place.path.with_suffix(".run")

    def keep(self, outcome: Outcome) -> None:
        """Write an outcome down at once. Raises UserMistake where it can't be written."""
        record = _stamped(outcome)
        with _writing(self._journal.parent):
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
        """Put all that was kept into the store. Raises UserMistake where it can't be written."""
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
    """The records of a file by unit; nothing where it is missing or unreadable."""
    try:
        return load_records(path)
    except UnreadableError:
        return {}


def load_records(path: Path) -> dict[Unit, Record]:
    """The records of a file by unit; nothing where it is missing. Raises UnreadableError."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["format"] != FORMAT:
            raise UnreadableError(
                path, f"its format is {stored['format']}, and this version of the suite's {FORMAT}"
            )
        facts = stored["measured_with"]
        return {
            _unit(record): {**record, "measured_with": facts[record["measured_with"]]}
            for record in stored["records"]
        }
    except FileNotFoundError:
        return {}
    except UNREADABLE as error:
        raise UnreadableError(path, error) from error


def _unit(record: Record) -> Unit:
    return Unit(record["task"], record["style"], int(record["rows"]), record["instrument"])


def _stamped(outcome: Outcome) -> Record:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {**asdict(outcome.unit), **outcome.record, "measured": now}


def _heading(place: Place) -> dict[str, Any]:
    return {
        "release": place.release,
        "python": place.python,
        "requirements": dict(place.requirements),
        "database": place.database,
    }


def _take_over(project: Project, journal: Path) -> None:
    """Store what a command that was killed has measured. Raises UserMistake."""
    found: dict[Unit, Record] = {}
    damaged = False
    try:
        lines = journal.read_text(encoding="utf-8", errors="replace").splitlines()
        if lines:
            place = Place(project, **json.loads(lines[0]))
            if place.path.with_suffix(".run") != journal:
                raise ValueError("it is of another release or environment than its name")
    except UNREADABLE as error:
        files.set_aside(UnreadableError(journal, error))
        return
    for number, line in enumerate(lines[1:], start=2):
        try:
            record = json.loads(line)
            found[_unit(record)] = record
        except UNREADABLE:
            # The last line of a killed command can be half a line.
            damaged |= number < len(lines)
    if found:
        _merge(place, _every_task(), found)
    if damaged:
        files.set_aside(UnreadableError(journal, "some of its lines are damaged; the rest is kept"))
    else:
        journal.unlink()


def _merge(place: Place, asked: Asked, new: Mapping[Unit, Record]) -> None:
    """Add records to what is stored. Raises UserMistake; the journal is to be kept then."""
    path = place.path.with_suffix(".records")
    kept = "; what was measured is kept beside, and stored by the next command that measures"
    with _writing(path.parent, kept):
        try:
            stored = load_records(path)
        except UnreadableError as error:
            files.set_aside(error)
            stored = {}
        _write_records(path, {**stored, **new})
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
    stored = {"format": FORMAT, "measured_with": facts, "records": rows}
    with files.replacing(path) as new:
        new.write_text(json.dumps(stored), encoding="utf-8")


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
    machine = results.params["machine"]
    described = project.results_dir / machine / "machine.json"
    try:
        if sound.read_json(described, Machine.api_version).get("machine") != machine:
            raise UnreadableError(described, "it describes another machine")
    except UnreadableError as error:
        if os.path.lexists(described):
            files.set_aside(error)
        files.write_json(str(described), machines.this_machine(), Machine.api_version)
    files.save(results, str(project.results_dir))


def _tell_asv_of(project: Project, asked: Asked) -> None:
    """asv publishes and compares what its list of benchmarks has."""
    path = project.results_dir / "benchmarks.json"
    try:
        known = sound.read_json(path, Benchmarks.api_version)
    except UnreadableError:
        known = {}  # writing sets one that is there aside
    if missing := {name: dict(one) for name, one in asked.items() if name not in known}:
        files.write_json(str(path), {**known, **missing}, Benchmarks.api_version)


def _every_task() -> dict[str, dict[str, Any]]:
    described: dict[str, dict[str, Any]] = {}
    for task in tasks().values():
        described |= names.described(task)
    return described


def _upload_time(release: str) -> int:
    """In milliseconds since 1970."""
    known = Catalogue.load().get(release)
    return int(datetime_to_js_timestamp(known.uploaded)) if known else 0


def measured_at(record: Record) -> float | None:
    """In milliseconds since 1970; None where an earlier version of this suite has kept the day."""
    try:
        moment = datetime.fromisoformat(record["measured"])
    except (KeyError, TypeError, ValueError):
        return None
    return None if moment.tzinfo is None else moment.timestamp() * 1000


def metrics_of(instrument: str) -> Iterable[str]:
    """The names of the metrics that come from an instrument."""
    return (metric.name for metric in METRICS if metric.instrument == instrument)
