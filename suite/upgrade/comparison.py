"""Two releases compared, as data: a verdict for each style, size and metric, and what follows.

Every format is written from a Comparison, so that all of them hold the same figures.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks import metrics
from suite.figures.amounts import least_divisor
from suite.figures.limits import Limit
from suite.figures.verdicts import Verdict
from suite.measuring.results import Figure
from suite.upgrade.accepted import Accepted

METRICS = tuple(metric.name for metric in metrics.METRICS)

# The figures of one release by task, style, rows and metric.
Key = tuple[str, str, int, str]

JUDGED = (Verdict.WORSE, Verdict.BETTER, Verdict.SAME, Verdict.NEW, Verdict.GONE)


@dataclass(frozen=True)
class Side:
    """What is known of one release: its figures, and why it skipped a style."""

    release: str
    figures: Mapping[Key, Figure]
    skipped: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def value(self, key: Key) -> float | None:
        """The figure, where there is one."""
        figure = self.figures.get(key)
        return None if figure is None else figure.value

    def by_rows(self, task: str, style: str, metric: str) -> dict[int, float]:
        """The figures of a style's metric at every size that was measured."""
        return {
            key[2]: figure.value
            for key, figure in self.figures.items()
            if (key[0], key[1], key[3]) == (task, style, metric) and figure.value is not None
        }


@dataclass(frozen=True)
class Change:
    """One metric of one style at one size, in bytes or seconds; ``reason`` says why no figure."""

    task: str
    style: str
    label: str
    rows: int
    metric: str
    before: float | None
    after: float | None
    a_row_before: float | None
    a_row_after: float | None
    verdict: Verdict
    reason: str = ""
    accepted: Accepted | None = None

    @property
    def factor(self) -> float | None:
        """After divided by before."""
        if not self.before or self.after is None or self.before < 0:
            return None
        return self.after / self.before

    @property
    def counts(self) -> bool:
        """Whether it makes the upgrade a worse one."""
        return self.verdict is Verdict.WORSE and self.accepted is None

    @property
    def order(self) -> tuple[int, float]:
        """Sorts the worst changes first, by the share of what is not too small to be divided by."""
        rank = list(Verdict).index(self.verdict)
        share = math.inf
        if self.before is not None and self.after is not None:
            divisor = max(self.before, least_divisor(self.metric))
            share = (self.after - self.before) / divisor if divisor > 0 else math.inf
        return rank, share if self.verdict is Verdict.BETTER else -share


@dataclass(frozen=True)
class Instead:
    """What to write instead: a cheaper style that gives the same, with its new release's figure."""

    style: str
    label: str
    metric: str
    rows: int
    value: float


@dataclass(frozen=True)
class StyleSummary:
    """A style as a whole: how many rows fit in the budget, and what to write instead of it.

    ``gives`` is what a reader of its answer gets: "objects", "values" or "dbapi".
    """

    task: str
    style: str
    label: str
    gives: str
    fit_before: float | None
    fit_after: float | None
    instead: Instead | None


@dataclass(frozen=True)
class Comparison:
    """Everything that a report says; ``covered`` what was checked and what was not, in a line.

    ``start_before`` and ``start_after`` are the bytes of a process before any query, None where
    that was not measured alike. ``database`` is "" for SQLite by Python's own driver.
    """

    old: str
    new: str
    budget: float
    limits: Mapping[str, Limit]
    changes: list[Change]
    styles: dict[tuple[str, str], StyleSummary]
    notes: list[str]
    measured_with: Mapping[str, str]
    covered: str = ""
    start_before: float | None = None
    start_after: float | None = None
    database: str = ""

    def of(self, *verdicts: Verdict) -> list[Change]:
        """The changes with one of these verdicts, the worst first."""
        return sorted(
            (change for change in self.changes if change.verdict in verdicts),
            key=lambda change: change.order,
        )

    @property
    def worse(self) -> list[Change]:
        """What makes the upgrade a worse one: worse, and not accepted."""
        return [change for change in self.of(Verdict.WORSE) if change.counts]

    @property
    def accepted(self) -> list[Change]:
        """What is worse and accepted."""
        return [change for change in self.of(Verdict.WORSE) if not change.counts]

    @property
    def undecided(self) -> list[Change]:
        """What should have been judged, and could not be."""
        return [
            change
            for change in self.of(Verdict.FAILED, Verdict.NOT_COMPARABLE, Verdict.NOT_JUDGED)
            if change.metric in self.limits
        ]

    def headlines(self, *verdicts: Verdict) -> list[Change]:
        """One change for each style and metric: of the sizes with the worst verdict, the largest.

        Only those of these verdicts, the worst first. What counts is worse than what is accepted.
        """
        found: dict[tuple[str, str, str], Change] = {}
        worst_first = sorted(self.changes, key=lambda c: (c.order[0], not c.counts, -c.rows))
        for change in worst_first:
            found.setdefault((change.task, change.style, change.metric), change)
        chosen = (change for change in found.values() if change.verdict in verdicts)
        return sorted(chosen, key=lambda change: change.order)

    @property
    def style_verdicts(self) -> dict[tuple[str, str], Verdict]:
        """The worst verdict of each style; one with something accepted is the same at best."""
        found: dict[tuple[str, str], Verdict] = {}
        accepted = {(change.task, change.style) for change in self.accepted}
        for change in sorted(self.changes, key=lambda change: change.order[0]):
            name = (change.task, change.style)
            known = change.metric in self.limits or change.verdict in (Verdict.NEW, Verdict.GONE)
            is_passed = change.accepted or (change.verdict is Verdict.BETTER and name in accepted)
            if known and not is_passed:
                found.setdefault(name, change.verdict)
        return {name: found.get(name, Verdict.SAME) for name in self.styles}

    @property
    def exit_code(self) -> int:
        """0 nothing worse, 1 worse, 2 where it could not be measured."""
        if self.worse:
            return 1
        return 2 if self.undecided or not self.of(*JUDGED) else 0
