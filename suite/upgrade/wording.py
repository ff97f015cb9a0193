"""The words of a comparison, the same in every format that people read."""

from collections import Counter

from suite.figures.amounts import MEBIBYTE, is_seconds, label, mebibytes, readable
from suite.figures.scaling import UNLIMITED
from suite.upgrade.comparison import Change, Comparison, Verdict

UNKNOWN = "-"


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
    """After against before, in percent, or in MiB where the figure before was nothing."""
    if change.before is None or change.after is None:
        return UNKNOWN
    if change.factor is not None and change.factor < 10:
        return f"{change.factor - 1:+.1%}"
    more = change.after - change.before
    return f"{'+' if more >= 0 else ''}{readable(change.metric, more)}"


def a_row(change: Change) -> str:
    """Bytes a row of the change's metric at its size, before and after."""
    if is_seconds(change.metric):
        return UNKNOWN
    return _pair(_whole(change.a_row_before), _whole(change.a_row_after))


def fit(comparison: Comparison, change: Change) -> str:
    """How many rows fit in the budget, before and after."""
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
    return f"{value / 1024:g} KiB"


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
