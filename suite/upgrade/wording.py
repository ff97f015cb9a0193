"""The words of a comparison, the same in every format that people read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from suite.figures.amounts import (
    GROWTH,
    KIBIBYTE,
    MEBIBYTE,
    SMALLEST_GROWTH,
    by_size,
    is_seconds,
    label,
    least_divisor,
    mebibytes,
    readable,
    small,
)
from suite.figures.limits import ASKED_FOR
from suite.figures.scaling import UNLIMITED
from suite.figures.tasks import tasks
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


def which_release(comparison: Comparison, change: Change) -> str:
    """The command that finds the release which brought a change."""
    words = [f"scripts/find-regression {change.task}.{change.style}"]
    words += [comparison.old, comparison.new]
    known = tasks().get(change.task)
    if known and change.metric not in GROWTH and change.rows != known.rows[-1]:
        words.append(f"--rows {change.rows}")
    if change.metric in ASKED_FOR:
        words.append(f'--metric "{label(change.metric)}"')
    if database := comparison.database:
        words.append(f"--database {'URL' if '@' in database else database}")
    return " ".join(words)


def start(comparison: Comparison) -> list[str]:
    """What a process costs more before any query, and whether fewer rows fit then, in a line."""
    before, after = comparison.start_before, comparison.start_after
    if before is None or after is None:
        return []
    more = after - before
    how = f"{mebibytes(abs(more))} {'bigger' if more > 0 else 'smaller'} (imports and mapping)"
    if abs(more) < SMALLEST_GROWTH:
        how = "as big as before"
    return [f"Every process starts {how}.{_fewer(comparison)}"]


def _fewer(comparison: Comparison) -> str:
    """How many styles fit fewer rows in the budget, of those that were measured at two sizes."""
    sizes = {(c.task, c.style, c.rows) for c in comparison.changes if c.metric == "track_peak"}
    counts = Counter((task, style) for task, style, _ in sizes)
    shares = []
    for name, summary in comparison.styles.items():
        before, after = summary.fit_before, summary.fit_after
        if counts[name] > 1 and before and after is not None and UNLIMITED not in (before, after):
            is_fewer = _rounded(after) < _rounded(before)
            shares.append(1 - after / before if is_fewer else 0.0)
    if not shares:
        return ""
    fewer = [share for share in shares if share > 0]
    fit = f"{len(fewer) or 'none'} of {len(shares)} {'style' if len(shares) == 1 else 'styles'}"
    by = f", by up to {max(fewer):.1%}" if fewer else ""
    verb = "fits" if len(shares) == 1 else "fit"
    return f" {fit.capitalize()} {verb} fewer rows in {_budget(comparison)}{by}."


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


def amount(change: Change, value: float | None) -> str:
    """One figure with its unit, a smaller one where MiB would read 0.00."""
    if value is None:
        return UNKNOWN
    told = readable(change.metric, value)
    return by_size(value) if told.lstrip("-") == mebibytes(0.0) else told


def before_and_after(change: Change) -> str:
    """Both figures with their unit."""
    before, after = amount(change, change.before), amount(change, change.after)
    number, _, unit = before.partition(" ")
    return _pair(number if unit and after.endswith(f" {unit}") else before, after)


@dataclass(frozen=True)
class Unit:
    """The unit that a column's title names; no name where each figure has its own."""

    name: str
    size: float = 1.0

    @classmethod
    def of(cls, metric: str, changes: Iterable[Change]) -> "Unit":
        """MiB, KiB or bytes, whichever the largest figure of a metric needs."""
        if is_seconds(metric) or metric in GROWTH:
            return cls("")
        most = max((value or 0.0 for c in changes for value in (c.before, c.after)), default=0.0)
        if most >= MEBIBYTE:
            return cls("MiB", MEBIBYTE)
        return cls("KiB", KIBIBYTE) if most >= KIBIBYTE else cls("bytes")

    def pair(self, change: Change) -> str:
        """Both figures, or the one that there is."""
        if not self.name:
            return before_and_after(change)
        found = [value for value in (change.before, change.after) if value is not None]
        return " → ".join(map(self._number, found))

    def _number(self, value: float) -> str:
        text = f"{value / self.size:,.{self._decimals(value)}f}"
        return text if float(text.replace(",", "")) or not value else by_size(value)

    def _decimals(self, value: float) -> int:
        if self.name == "bytes":
            return 0
        return 1 if self.name == "KiB" or abs(value / self.size) >= 10 else 2


def brief(change: Change) -> str:
    """After against before, and "=" within the limits."""
    if change.verdict is Verdict.SAME:
        return "="
    if change.before is None or change.after is None:
        return ""
    is_large = abs(change.after - change.before) >= 0.1 * abs(change.before)
    return difference_of(change.metric, change.before, change.after, 0 if is_large else 1)


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
        # Adding nothing takes the sign from a nothing.
        return f"{round(after / before - 1, decimals + 2) + 0.0:+.{decimals}%}"
    more = after - before
    return f"{'+' if more >= 0 else ''}{small(metric, more)}"


def a_row(change: Change) -> str:
    """Bytes a row of the change's metric at its size, before and after."""
    if is_seconds(change.metric) or change.metric in GROWTH:
        return UNKNOWN
    return _pair(_whole(change.a_row_before), _whole(change.a_row_after))


def fit(comparison: Comparison, task: str, name: str) -> str:
    """How many rows of a style fit in the budget, before and after."""
    style = comparison.styles[task, name]
    return _pair(_rows(style.fit_before), _rows(style.fit_after))


def instead(comparison: Comparison, task: str, style: str) -> str:
    """What to write instead of a style, with its figure in the new release; "" for nothing."""
    found = comparison.styles[task, style].instead
    if found is None:
        return ""
    figure = readable(found.metric, found.value)
    if found.metric == "track_peak":
        return f"{found.label} {figure}"
    return f"{found.label} ({label(found.metric)} {figure})"


def budget(comparison: Comparison) -> str:
    """The budget as a column's title: "rows in 512 MiB"."""
    return f"rows in {_budget(comparison)}"


def _budget(comparison: Comparison) -> str:
    return mebibytes(comparison.budget).replace(".0 ", " ")


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
