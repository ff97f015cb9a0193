"""How far the figures of one release differ from run to run, and what change can be told from it.

Every value comes from a fresh process, as asv's do, see `suite.workers`.
"""

import os
import statistics
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from benchmarks import kernel_mark, measuring, records
from suite import workers
from suite.environments import Environment
from suite.units import RESIDENT
from suite.workers import Outcome, Unit

# The repeatability limit of ISO 5725-6: two single measurements of the same thing differ by more
# than 2.8 standard deviations in one case of twenty.
REPEATABILITY_LIMIT = 2.8


@dataclass(frozen=True)
class Spread:
    """The values of one metric of one style, in bytes or seconds, from as many processes.

    ``resolution`` is the step below which the instrument itself can't see, in the same unit.
    """

    style: str
    metric: str
    values: tuple[float, ...]
    resolution: float = 0.0

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """The largest value minus the smallest."""
        return max(self.values) - min(self.values)

    @property
    def relative(self) -> float | None:
        """The spread as a part of the median; None where the median is not positive."""
        return self.spread / self.median if self.median > 0 else None

    @property
    def detectable(self) -> float:
        """The smallest difference between two single measurements that is not noise.

        The repeatability limit, and never less than what was seen, nor than the resolution.
        """
        deviation = statistics.stdev(self.values) if len(self.values) > 1 else 0.0
        return max(REPEATABILITY_LIMIT * deviation, self.spread, self.resolution)


@dataclass(frozen=True)
class Missing:
    """A style that gave no figures, or not all of them, and why."""

    style: str
    measures: str
    reason: str
    failed: bool


def units(
    task: str, styles: Iterable[str], rows: int, measures: Iterable[str], repeat: int
) -> list[Unit]:
    """What to run: every execution of every style, ``repeat`` times, in rounds.

    In rounds, so that what changes on the machine meanwhile reaches every style.
    """
    executions = [(style, what) for style in styles for what in measures]
    return [Unit(task, style, rows, what) for _ in range(repeat) for style, what in executions]


def measure(environment: Environment, work: Sequence[Unit]) -> Iterator[Outcome]:
    """Run all of ``work``; yields each outcome as it comes.

    Executions that measure memory run beside each other, as many as there are processors; timings
    run alone, after them. An execution that failed or was skipped once is not tried again.
    """
    hopeless: set[tuple[str, str]] = set()
    memory = [unit for unit in work if unit.measures != "time"]
    timings = [unit for unit in work if unit.measures == "time"]
    for batch, processes in ((memory, os.cpu_count() or 1), (timings, 1)):
        yield from _side_by_side(environment, batch, processes, hopeless)


def _side_by_side(
    environment: Environment, work: Sequence[Unit], processes: int, hopeless: set[tuple[str, str]]
) -> Iterator[Outcome]:
    def run(unit: Unit) -> Outcome | None:
        if (unit.style, unit.measures) in hopeless:
            return None
        return workers.measure(environment, unit)

    executor = ThreadPoolExecutor(processes)
    try:
        futures = {executor.submit(run, unit): unit for unit in work}
        for future in as_completed(futures):
            unit = futures[future]
            outcome = future.result()
            if outcome is None:
                yield Outcome(unit, skipped="not tried again")
                continue
            if outcome.failed or outcome.skipped:
                hopeless.add((unit.style, unit.measures))
            yield outcome
    finally:
        executor.shutdown(cancel_futures=True)


def spreads(outcomes: Iterable[Outcome]) -> list[Spread]:
    """The spread of every metric of every style that has at least two values."""
    values: dict[tuple[str, str], list[float]] = {}
    sampled: set[tuple[str, str]] = set()
    for outcome in outcomes:
        for metric in records.FIGURES:
            if (value := outcome.figure(metric)) is not None:
                key = (outcome.unit.style, metric)
                values.setdefault(key, []).append(value)
                if outcome.record.get("instrument") == measuring.SAMPLED:
                    sampled.add(key)
    return [
        Spread(*key, tuple(found), 0.0 if key in sampled else _resolution(key[1]))
        for key, found in values.items()
        if len(found) > 1
    ]


def missing(outcomes: Iterable[Outcome]) -> list[Missing]:
    """Every style that failed or was skipped, once for each execution, with the first reason."""
    found: dict[tuple[str, str], Missing] = {}
    for outcome in outcomes:
        reason = outcome.failed or outcome.skipped
        if reason:
            key = (outcome.unit.style, outcome.unit.measures)
            found.setdefault(key, Missing(*key, reason, failed=outcome.failed is not None))
    return list(found.values())


def _resolution(metric: str) -> float:
    return float(kernel_mark.resolution()) if metric in RESIDENT else 0.0
