"""The words of a comparison, the same in every format that people read."""

from collections import Counter

from suite.figures.amounts import (
    GROWTH,
    MEBIBYTE,
    by_size,
    is_seconds,
    label,
    least_divisor,
    mebibytes,
    readable,
)
from suite.figures.scaling import UNLIMITED
from suite.figures.verdicts import Verdict
from suite.upgrade.comparison import Change, Comparison

UNKNOWN = "-"
# The growth that goes when garbage is collected.
UNCOLLECTED = "track_growth_uncollected"


def headline(comparison: Comparison) -> str:
    """The answer, in a few words."""
    answers = {
        0: "nothing worse",
        1: "worse",
        2: "could not be judged",
    }
    upgrade = f"SQLAlchemy {comparison.old} → {comparison.new}"
    return f"{upgrade}: {answers[comparison.exit_code]}"


def summary(comparison: Comparison) -> str:
    """How many styles have which verdict."""
    counts = Counter(comparison.style_verdicts.values())
    total = sum(counts.values())
    said = [f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict]]
    found = ", ".join(said) or "none measured"
    text = f"Of {total} {'style' if total == 1 else 'styles'}: {found}."
    if accepted := {(c.task, c.style, c.metric) for c in comparison.accepted}:
        known = "change is" if len(accepted) == 1 else "changes are"
        text += f" {len(accepted)} known {known} accepted."
    return text


def notes(comparison: Comparison) -> list[str]:
    """What there is to say beside the figures."""
    return [*comparison.notes, *growth_alone(comparison)]


def growth_alone(comparison: Comparison) -> list[str]:
    """What it means where nothing else is worse than what further executions leave, in a line."""
    worse = comparison.worse
    if not worse or any(change.metric not in GROWTH for change in worse):
        return []
    kept = [change for change in worse if change.metric != UNCOLLECTED]
    most = max((change.after or 0.0) - (change.before or 0.0) for change in kept or worse)
    if not kept:
        return [
            f"{label(UNCOLLECTED).capitalize()}, alone is worse: nothing more stays, but up to"
            f" {by_size(most)} more of each further run wait for the collector."
        ]
    return [
        "Growth alone is worse: a query that runs once needs no more memory than before, but each"
        f" further run leaves up to {by_size(most)} more, {mebibytes(1000 * most)} after 1,000."
    ]


def title(change: Change, comparison: Comparison) -> str:
    """The style's label, with its task where several are compared."""
    several = len({task for task, _ in comparison.styles}) > 1
    return f"{change.task}: {change.label}" if several else change.label


def amount(change: Change, value: float | None) -> str:
    """One figure with its unit."""
    return UNKNOWN if value is None else readable(change.metric, value)


def before_and_after(change: Change) -> str:
    """Both figures with their unit."""
    before, after = amount(change, change.before), amount(change, change.after)
    number, _, unit = before.partition(" ")
    return _pair(number if unit and after.endswith(f" {unit}") else before, after)


def difference(change: Change) -> str:
    """After against before."""
    if change.before is None or change.after is None:
        return UNKNOWN
    return difference_of(change.metric, change.before, change.after)


def difference_of(metric: str, before: float, after: float, decimals: int = 1) -> str:
    """``after`` against ``before``: in percent, or with its unit where that says little.

    So of what was nothing or too small to be divided by, and of what is ten times as much.
    """
    if before > 0 and before >= least_divisor(metric) and after < 10 * before:
        return f"{after / before - 1:+.{decimals}%}"
    more = after - before
    return f"{'+' if more >= 0 else ''}{readable(metric, more)}"


def a_row(change: Change) -> str:
    """Bytes a row of the change's metric at its size, before and after."""
    if is_seconds(change.metric) or change.metric in GROWTH:
        return UNKNOWN
    return _pair(_whole(change.a_row_before), _whole(change.a_row_after))


def fit(comparison: Comparison, change: Change) -> str:
    """How many rows fit in the budget, before and after; what runs leave says nothing of that."""
    if change.metric in GROWTH:
        return UNKNOWN
    style = comparison.styles[change.task, change.style]
    return _pair(_rows(style.fit_before), _rows(style.fit_after))


def instead(comparison: Comparison, change: Change) -> str:
    """What to write instead of a worsened style, with its figure of the same metric and size."""
    found = comparison.styles[change.task, change.style].instead
    if found is None:
        return "no cheaper style stayed as it was"
    key = (change.task, found.style, change.rows, change.metric)
    there = (c.after for c in comparison.changes if (c.task, c.style, c.rows, c.metric) == key)
    value = next(there, None)
    return found.label if value is None else f"{found.label} ({amount(change, value)})"


def budget(comparison: Comparison) -> str:
    """The budget as a column's title: "rows in 512 MiB"."""
    return f"rows in {mebibytes(comparison.budget).replace('.0 ', ' ')}"


def limits(comparison: Comparison) -> list[str]:
    """From where on a change counts, by metric."""
    return [
        f"{label(metric)} {limit.share:.1%} and {floor(metric, limit.floor)}"
        for metric, limit in comparison.limits.items()
    ]


def floor(metric: str, value: float) -> str:
    """A limit's floor, which is often less than a MiB."""
    if is_seconds(metric) or value >= MEBIBYTE:
        return readable(metric, value)
    return f"{value / 1024:g} KiB" if value >= 1024 else by_size(value)


def _whole(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:,.0f}"


def _rows(value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return "any number" if value == UNLIMITED else f"{_rounded(value):,}"


def _rounded(value: float) -> int:
    """Three digits: the slope that it comes from is not known better."""
    digits = 3 - len(str(int(value)))
    return int(round(value, digits)) if digits < 0 else int(value)


def _pair(before: str, after: str) -> str:
    return after if before == after.partition(" ")[0] or before == after else f"{before} → {after}"
