"""A batch of units of one environment, measured on this machine by warm processes."""

import select
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from suite.database import SQLITE, Database
from suite.measuring import capacity, fixture_files
from suite.measuring.environments import Environment
from suite.measuring.processes import Limits, Outcome, ProcessEndedError, Unit, WarmProcess
from suite.measuring.surroundings import Surroundings
from suite.project import ROOT
from suite.servers import running

# What other work on the machine would disturb, or what watches from a process of its own.
ALONE = ("seconds", "trace", "lines")


@dataclass(frozen=True)
class Batch:
    """Everything that is wanted of one environment.

    ``database`` is the one that is asked. ``root`` is the folder with ``benchmarks`` and
    ``fixtures``; ``variables`` are added to the environment of the processes. ``timeout`` is in
    seconds, for each unit.
    """

    environment: Environment
    units: tuple[Unit, ...]
    database: Database = SQLITE
    root: Path = ROOT
    variables: Mapping[str, str] = field(default_factory=dict)
    timeout: float = Limits.timeout


def measure(batch: Batch) -> Iterator[Outcome]:
    """Measure every unit once, and yield each outcome as it comes.

    Task by task: what measures memory runs beside each other, as many as there are processors; the
    rest alone, after that. A style that fails, fails alone, and its outcome says why; a unit whose
    warm process ended is tried once more in a new one. Raises UserMistake where a fixture can't be
    built, or the database's server can't be reached.
    """
    paths = fixture_files.ensure(fixture_files.of_units(batch.units), tell)
    environment = batch.environment
    with (
        running.ready(
            batch.database, environment.python, environment.interpreter, paths, tell
        ) as ready,
        Surroundings(
            environment.folder,
            batch.root,
            {**ready.variables, **batch.variables},
            ready.packages,
        ) as surrounded,
    ):
        for outcome in _measure(batch, surrounded):
            if outcome.failed:
                ready.require_server()
            yield replace(outcome, record=ready.without_secret(outcome.record))


def tell(line: str) -> None:
    """Say something that is not a command's output."""
    click.echo(line, err=True)


def _measure(batch: Batch, surrounded: Surroundings) -> Iterator[Outcome]:
    for task in dict.fromkeys(unit.task for unit in batch.units):
        units = [unit for unit in batch.units if unit.task == task]
        crew = _Crew(surrounded, task, batch.timeout)
        with crew.at_work():
            together = [unit for unit in units if unit.instrument not in ALONE]
            yield from crew.measure(together, capacity.beside())
            alone = [unit for unit in units if unit.instrument in ALONE]
            yield from crew.measure(alone, 1)


class _Crew:
    """The warm processes of one task, made when they are needed."""

    def __init__(self, surrounded: Surroundings, task: str, timeout: float) -> None:
        self._surrounded, self._task = surrounded, task
        self._limits = Limits(timeout, capacity.memory_limit())
        self._idle: list[WarmProcess] = []
        self._busy: dict[WarmProcess, Unit] = {}
        self._facts: dict[str, Any] | None = None
        self._tried: set[Unit] = set()
        self._hopeless: str | None = None

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Inside, processes may be running; none is left afterwards."""
        try:
            yield
        finally:
            for process in (*self._idle, *self._busy):
                process.close()

    def measure(self, units: Iterable[Unit], most: int) -> Iterator[Outcome]:
        """Measure units, at most so many at a time."""
        waiting = deque(units)
        while waiting or self._busy:
            while waiting and len(self._busy) < most and self._hopeless is None:
                self._start(waiting.popleft(), waiting)
            if self._hopeless is not None:
                yield from (self._outcome(unit, {"failed": self._hopeless}) for unit in waiting)
                waiting.clear()
            if self._busy:
                for process in select.select(list(self._busy), [], [])[0]:
                    if outcome := self._finish(process, waiting):
                        yield outcome

    def _start(self, unit: Unit, waiting: deque[Unit]) -> None:
        process = None
        try:
            process = self._idle.pop() if self._idle else WarmProcess(self._surrounded, self._task)
            if self._facts is None:
                self._facts = process.ask_for_facts()
            process.send(unit, self._limits)
        except ProcessEndedError as reason:
            if process is not None:
                process.close()
            self._try_again(unit, waiting, str(reason))
        else:
            self._busy[process] = unit

    def _finish(self, process: WarmProcess, waiting: deque[Unit]) -> Outcome | None:
        unit = self._busy.pop(process)
        try:
            record = process.receive()
        except ProcessEndedError as reason:
            process.close()
            if unit in self._tried:
                return self._outcome(unit, {"failed": str(reason)})
            self._try_again(unit, waiting, str(reason))
            return None
        self._idle.append(process)
        return self._outcome(unit, record)

    def _try_again(self, unit: Unit, waiting: deque[Unit], reason: str) -> None:
        """A process that ended twice before it could say what it is will do so again."""
        if self._facts is None and unit in self._tried:
            self._hopeless = reason
        self._tried.add(unit)
        waiting.appendleft(unit)

    def _outcome(self, unit: Unit, record: dict[str, Any]) -> Outcome:
        return Outcome(unit, {**record, "measured_with": self._facts or {}})
