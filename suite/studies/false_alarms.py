"""How often the check would call a release worse than itself, measured by one caller and another.

What is counted is the noise of the figures, and the limits that have to hold it off. Nothing goes
into the store.
"""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.metrics import BY_NAME
from suite.figures.identity import Platform
from suite.figures.limits import Limit
from suite.figures.verdicts import Verdict
from suite.measuring.environments import Environment
from suite.measuring.machines import this_machine
from suite.measuring.processes import Outcome, Unit
from suite.measuring.results import Figure
from suite.measuring.store import metrics_of
from suite.studies import callers
from suite.studies.callers import Caller
from suite.terminal.errors import UserMistake
from suite.upgrade import judging
from suite.upgrade.comparison import METRICS, Key, Side


@dataclass(frozen=True)
class Measured:
    """What one caller has measured of a release, for the how-manieth time, from 0."""

    release: str
    python: str
    caller: str
    number: int
    outcomes: list[Outcome] = field(default_factory=list)

    def side(self) -> Side:
        """It as one side of a comparison."""
        platform = Platform(this_machine()["machine"], self.python)
        figures: dict[Key, Figure] = {}
        skipped = {}
        for outcome in self.outcomes:
            unit = outcome.unit
            if outcome.skipped:
                skipped[unit.task, unit.style] = outcome.skipped
                continue
            for metric in metrics_of(unit.instrument):
                key = (unit.task, unit.style, unit.rows, metric)
                figures[key] = _figure(platform, self.release, outcome, metric)
        return Side(self.release, figures, skipped)


@dataclass(frozen=True)
class Difference:
    """One figure of a release as two callers have measured it, in bytes, and the verdict."""

    release: str
    key: Key
    first: str
    second: str
    before: float | None
    after: float | None
    verdict: Verdict
    reason: str

    @property
    def distance(self) -> float:
        """How far apart the two are; 0 where one of them is not there."""
        if self.before is None or self.after is None:
            return 0.0
        return abs(self.after - self.before)

    @property
    def share(self) -> float:
        """The same as a part of the figure before; 0 where that is nothing."""
        return self.distance / abs(self.before) if self.before else 0.0


@dataclass(frozen=True)
class FalseAlarms:
    """What came of comparing releases with themselves."""

    limits: Mapping[str, Limit]
    differences: list[Difference]

    @property
    def verdicts(self) -> int:
        """How many figures were judged."""
        return len(self._of(Verdict.WORSE, Verdict.BETTER, Verdict.SAME))

    @property
    def alarms(self) -> list[Difference]:
        """What was called worse or better, though it is the same."""
        return self._of(Verdict.WORSE, Verdict.BETTER)

    @property
    def undecided(self) -> list[Difference]:
        """What should have been judged, and could not be."""
        found = self._of(Verdict.FAILED, Verdict.NOT_COMPARABLE, Verdict.NOT_JUDGED)
        return [each for each in found if each.key[3] in self.limits]

    def largest(self) -> Iterator[Difference]:
        """For each metric and number of rows, where two measurements were furthest apart."""
        ordered = sorted(self.differences, key=_metric_and_rows)
        for _, group in itertools.groupby(ordered, key=_metric_and_rows):
            yield max(group, key=lambda each: each.distance)

    def _of(self, *verdicts: Verdict) -> list[Difference]:
        return [each for each in self.differences if each.verdict in verdicts]


def _metric_and_rows(difference: Difference) -> tuple[int, int]:
    _, _, rows, metric = difference.key
    return METRICS.index(metric), rows


# Of each line of a journal.
BEGINNING = '{"release": '


class Journal:
    """A file of outcomes, a line each, so that an interrupted study goes on where it ended."""

    def __init__(self, path: Path | None) -> None:
        """Raises UserMistake where the file can't be written, or is something else."""
        self._path = path
        self._found: dict[tuple[str, str, str, int], list[Outcome]] = {}
        if path is None:
            return
        try:
            with path.open("a+", encoding="utf-8") as stream:
                stream.seek(0)
                whole, end, half = stream.read().rpartition("\n")
                self._read(path, whole.splitlines(), half)
                # What a killed command did not write to its end.
                stream.truncate(len((whole + end).encode()))
        except (OSError, ValueError) as error:
            raise UserMistake(f"{path} can't be used as a journal: {error}") from error

    def _read(self, path: Path, lines: list[str], half: str) -> None:
        if not half.startswith(BEGINNING[: len(half)]):
            lines = [*lines, half]
        for line in lines:
            try:
                self._take(json.loads(line))
            except (ValueError, KeyError, TypeError):
                raise UserMistake(
                    f"{path} is no journal of this study: name another file"
                ) from None

    def of(self, measured: Measured) -> list[Outcome]:
        """What is known of it."""
        return self._found.get(_key(measured), [])

    def keep(self, measured: Measured, outcome: Outcome) -> None:
        """Write an outcome down. Raises UserMistake where that fails."""
        if self._path is None:
            return
        line = {
            "release": measured.release,
            "python": measured.python,
            "caller": measured.caller,
            "number": measured.number,
            "unit": asdict(outcome.unit),
            "record": outcome.record,
        }
        try:
            with self._path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(line) + "\n")
        except OSError as error:
            raise UserMistake(f"{self._path} can't be written: {error.strerror}") from error

    def _take(self, line: dict[str, object]) -> None:
        unit, record = line["unit"], line["record"]
        if not isinstance(unit, dict) or not isinstance(record, dict):
            raise TypeError(line)
        key = str(line["release"]), str(line["python"]), str(line["caller"])
        whole = (*key, int(str(line["number"])))
        self._found.setdefault(whole, []).append(Outcome(Unit(**unit), record))


def _key(measured: Measured) -> tuple[str, str, str, int]:
    return measured.release, measured.python, measured.caller, measured.number


def measure(
    measured: Measured,
    caller: Caller,
    environment: Environment,
    units: Sequence[Unit],
    journal: Journal,
) -> Iterator[Outcome]:
    """Fill ``measured`` with every unit's outcome, as they come or as the journal has them."""
    known = {outcome.unit: outcome for outcome in journal.of(measured) if not outcome.failed}
    for unit in units:
        if unit in known:
            measured.outcomes.append(known[unit])
            yield known[unit]
    lacking = [unit for unit in units if unit not in known]
    if not lacking:
        return
    for outcome in callers.measure(caller, environment, lacking):
        journal.keep(measured, outcome)
        measured.outcomes.append(outcome)
        yield outcome


def compare(measured: Sequence[Measured], limits: Mapping[str, Limit]) -> list[Difference]:
    """Compare each measurement of a release with each other one."""
    sides = [(each.caller, each.side()) for each in measured]
    return [
        Difference(before.release, key, first, second, before.value(key), after.value(key), *judged)
        for (first, before), (second, after) in itertools.combinations(sides, 2)
        for key in before.figures.keys() | after.figures.keys()
        for judged in [judging.verdict(key, before, after, limits)]
    ]


def _figure(platform: Platform, release: str, outcome: Outcome, metric: str) -> Figure:
    unit, record = outcome.unit, outcome.record
    return Figure(
        platform=platform,
        release=release,
        task=unit.task,
        style=unit.style,
        rows=unit.rows,
        metric=metric,
        value=outcome.figure(metric),
        version=BY_NAME[metric].version,
        failed=outcome.failed,
        method=record.get("method"),
        measured_with=record.get("measured_with", {}),
    )
