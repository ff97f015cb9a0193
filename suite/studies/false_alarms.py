"""How often the check would call a release worse than itself: measured, and compared with itself.

What is counted is the noise of the figures, and the limits that have to hold it off. Nothing is
stored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.metrics import BY_NAME
from suite.figures import tasks
from suite.figures.amounts import label
from suite.figures.identity import Platform
from suite.figures.limits import Limit
from suite.measuring import pool
from suite.measuring.environments import Environment
from suite.measuring.machines import this_machine
from suite.measuring.missing import MEMORY, Cell
from suite.measuring.pool import Batch
from suite.measuring.processes import Outcome, Unit
from suite.measuring.results import Figure
from suite.measuring.store import metrics_of
from suite.upgrade import judging, wording
from suite.upgrade.comparison import METRICS, Change, Comparison, Key, Side, Verdict


@dataclass(frozen=True)
class FalseAlarms:
    """What came of comparing a release with itself, over and over."""

    release: str
    comparisons: list[Comparison]

    @property
    def verdicts(self) -> list[Change]:
        """Every figure that was judged."""
        judged = (Verdict.WORSE, Verdict.BETTER, Verdict.SAME)
        return [change for each in self.comparisons for change in each.of(*judged)]

    @property
    def alarms(self) -> list[Change]:
        """What was called worse or better, though it is the same."""
        return [change for change in self.verdicts if change.verdict is not Verdict.SAME]

    @property
    def undecided(self) -> list[Change]:
        """What could not be judged."""
        return [change for each in self.comparisons for change in each.undecided]

    def largest(self) -> Iterator[tuple[str, Change]]:
        """By metric, the largest difference in bytes between two measurements of the same thing."""
        for metric in METRICS:
            changes = [change for change in self.verdicts if change.metric == metric]
            if changes:
                yield metric, max(changes, key=_distance)


def _distance(change: Change) -> float:
    return abs((change.after or 0) - (change.before or 0))


def comparisons(
    environment: Environment, cells: Sequence[Cell], limits: Mapping[str, Limit]
) -> Iterator[Comparison]:
    """Measure ``cells`` twice and compare the two, again and again."""
    while True:
        first, second = (_measure(environment, cells) for _ in range(2))
        yield judging.compare(first, second, tasks.tasks().values(), limits)


def _measure(environment: Environment, cells: Iterable[Cell]) -> Side:
    units = [
        Unit(cell.task, cell.style, cell.rows, instrument)
        for cell in cells
        for instrument in MEMORY
    ]
    platform = Platform(this_machine()["machine"], environment.python)
    figures: dict[Key, Figure] = {}
    skipped = {}
    for outcome in pool.measure(Batch(environment, tuple(units))):
        unit = outcome.unit
        if outcome.skipped:
            skipped[unit.task, unit.style] = outcome.skipped
            continue
        for metric in metrics_of(unit.instrument):
            key = (unit.task, unit.style, unit.rows, metric)
            figures[key] = _figure(platform, environment.release, outcome, metric)
    return Side(environment.release, figures, skipped)


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


def describe(found: FalseAlarms) -> list[str]:
    """What came of it, in lines: the alarms, and how close the rest came to one."""
    repeat = len(found.comparisons)
    lines = [
        f"SQLAlchemy {found.release} compared with itself {repeat} times,"
        f" {len(found.verdicts):,} verdicts: {len(found.alarms)} false alarms"
    ]
    lines += [f"  {change.verdict}: {_described(change)}" for change in found.alarms]
    lines += [
        f"  {change.verdict}: {change.task}.{change.style}: {change.reason}"
        for change in found.undecided
    ]
    if found.verdicts:
        lines.append("The largest difference between two measurements of the same thing:")
    for metric, change in found.largest():
        limit = found.comparisons[0].limits[metric]
        lines.append(
            f"  {label(metric)}: {_described(change)};"
            f" the limit is {limit.share:.1%} and {wording.floor(metric, limit.floor)}"
        )
    return lines


def _described(change: Change) -> str:
    return (
        f"{change.task}.{change.style} at {change.rows:,} rows, {label(change.metric)}"
        f" {wording.before_and_after(change)}, {_distance(change):,.0f} bytes apart,"
        f" {wording.difference(change)}"
    )
