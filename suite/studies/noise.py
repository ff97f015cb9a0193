"""How far the figures of one release differ from run to run, and what change can be told from it.

In rounds, each with warm processes of its own, so that what changes on the machine meanwhile
reaches every style.
"""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.instruments import kernel_mark
from benchmarks.instruments.resident import SAMPLED
from suite.figures.amounts import RESIDENT
from suite.measuring import pool
from suite.measuring.environments import Environment
from suite.measuring.pool import Batch
from suite.measuring.processes import Outcome, Unit
from suite.measuring.store import metrics_of

# The repeatability limit of ISO 5725-6: two single measurements of the same thing differ by more
# than 2.8 standard deviations in one case of twenty.
REPEATABILITY_LIMIT = 2.8


@dataclass(frozen=True)
class Spread:
    """The values of one metric of one unit, in bytes or seconds, from as many processes.

    ``resolution`` is the step below which the instrument itself can't see, in the same unit.
    """

    unit: Unit
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
    """A unit that gave no figures, and why."""

    unit: Unit
    reason: str
    failed: bool


def measure(environment: Environment, units: Sequence[Unit], repeat: int) -> Iterator[Outcome]:
    """Measure every unit ``repeat`` times; yields each outcome as it comes.

    A unit that failed or was skipped once is not tried again.
    """
    hopeless: set[Unit] = set()
    for _ in range(repeat):
        hopeful = tuple(unit for unit in units if unit not in hopeless)
        for outcome in pool.measure(Batch(environment, hopeful)):
            if outcome.failed or outcome.skipped:
                hopeless.add(outcome.unit)
            yield outcome


def spreads(outcomes: Iterable[Outcome]) -> list[Spread]:
    """The spread of every metric of every unit that has at least two values."""
    values: dict[tuple[Unit, str], list[float]] = {}
    sampled: set[Unit] = set()
    for outcome in outcomes:
        if outcome.record.get("method") == SAMPLED:
            sampled.add(outcome.unit)
        for metric in metrics_of(outcome.unit.instrument):
            if (value := outcome.figure(metric)) is not None:
                values.setdefault((outcome.unit, metric), []).append(value)
    return [
        Spread(unit, metric, tuple(found), 0.0 if unit in sampled else _resolution(metric))
        for (unit, metric), found in values.items()
        if len(found) > 1
    ]


def missing(outcomes: Iterable[Outcome]) -> list[Missing]:
    """Every unit that failed or was skipped, once, with the first reason."""
    found: dict[Unit, Missing] = {}
    for outcome in outcomes:
        if reason := outcome.failed or outcome.skipped:
            gap = Missing(outcome.unit, reason, failed=outcome.failed is not None)
            found.setdefault(outcome.unit, gap)
    return list(found.values())


def _resolution(metric: str) -> float:
    return float(kernel_mark.resolution()) if metric in RESIDENT else 0.0
