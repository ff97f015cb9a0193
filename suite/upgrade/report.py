"""What a person reads of a comparison, as sections: the table and the Markdown are made of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from suite.figures.amounts import GROWTH, is_seconds, label
from suite.figures.verdicts import Verdict
from suite.reports import tables
from suite.reports.tables import Table
from suite.upgrade import wording
from suite.upgrade.comparison import Change, Comparison

OVERVIEW = ("track_peak", "track_heap", "track_growth", "peakmem_process")
"""What the overview of every style shows, beside the time where that is judged."""


@dataclass(frozen=True)
class Column:
    """A column's title and its cell for a change."""

    title: str
    cell: Callable[[Change], str]
    numeric: bool = True


@dataclass(frozen=True)
class Section:
    """A titled table; ``secondary`` where a reader in a hurry can leave it folded."""

    title: str
    columns: list[Column]
    changes: list[Change]
    secondary: bool = False

    def table(self) -> Table:
        """The section's rows as text."""
        return Table(
            self.title,
            [
                tables.Column(column.title, "number" if column.numeric else "text")
                for column in self.columns
            ],
            [[column.cell(change) for column in self.columns] for change in self.changes],
        )


def sections(comparison: Comparison) -> list[Section]:
    """The parts of the report, the worst first; empty ones are left out."""
    worse = comparison.headlines(Verdict.WORSE)
    figures = _figures(comparison)
    found = [
        Section(
            "Worse",
            [*figures, *_scale(comparison), _instead(comparison)],
            [change for change in worse if change.counts],
        ),
        Section("Failed", _reasons(comparison), _judged(comparison, Verdict.FAILED)),
        Section(
            "Not comparable", _reasons(comparison), _judged(comparison, Verdict.NOT_COMPARABLE)
        ),
        Section("Not judged", _reasons(comparison), _judged(comparison, Verdict.NOT_JUDGED)),
        Section("Accepted", [*figures, _acceptance()], [c for c in worse if not c.counts]),
        Section("Better", [*figures, *_scale(comparison)], comparison.headlines(Verdict.BETTER)),
        Section(
            f"Gone: {comparison.new} cannot run them",
            [_style(comparison), _reason()],
            _once_a_style(comparison.of(Verdict.GONE)),
        ),
        Section(
            f"New: {comparison.old} could not run them",
            [_style(comparison), _after(comparison), _reason()],
            _once_a_style(comparison.of(Verdict.NEW)),
        ),
        *_overviews(comparison),
    ]
    return [section for section in found if section.changes]


def _overviews(comparison: Comparison) -> list[Section]:
    """Every style, a table for each task where several are compared."""
    columns, largest = _overview(comparison), _largest(comparison)
    names = list(dict.fromkeys(change.task for change in largest))
    return [
        Section(
            f"Every style of {name}" if len(names) > 1 else "Every style",
            columns,
            [change for change in largest if change.task == name],
            secondary=True,
        )
        for name in names
    ]


def footer(comparison: Comparison) -> list[str]:
    """How the figures came about, in lines."""
    measured = ", ".join(f"{name} {value}" for name, value in comparison.measured_with.items())
    timed = any(is_seconds(metric) for metric in comparison.limits)
    return [
        f"A change counts above both its limits: {'; '.join(wording.limits(comparison))}.",
        *(["Seconds also have to differ by more than their samples do."] if timed else []),
        *([f"Measured with {measured}."] if measured else []),
        *([comparison.covered] if comparison.covered else []),
    ]


def _style(comparison: Comparison) -> Column:
    return Column("style", lambda change: wording.title(change, comparison), numeric=False)


def _figures(comparison: Comparison) -> list[Column]:
    return [
        _style(comparison),
        Column("metric", lambda change: label(change.metric), numeric=False),
        Column("rows", lambda change: f"{change.rows:,}"),
        Column(comparison.old, lambda change: wording.amount(change, change.before)),
        _after(comparison),
        Column("change", wording.difference),
    ]


def _after(comparison: Comparison) -> Column:
    return Column(comparison.new, lambda change: wording.amount(change, change.after))


def _scale(comparison: Comparison) -> list[Column]:
    return [
        Column("bytes a row", wording.a_row),
        Column(wording.budget(comparison), lambda change: wording.fit(comparison, change)),
    ]


def _instead(comparison: Comparison) -> Column:
    return Column(
        "write instead", lambda change: wording.instead(comparison, change), numeric=False
    )


def _acceptance() -> Column:
    def text(change: Change) -> str:
        entry = change.accepted
        return f"up to {entry.words} since {entry.since}: {entry.reason}" if entry else ""

    return Column("accepted", text, numeric=False)


def _reason() -> Column:
    return Column("reason", lambda change: change.reason, numeric=False)


def _reasons(comparison: Comparison) -> list[Column]:
    return [
        _style(comparison),
        Column("metric", lambda change: label(change.metric), numeric=False),
        Column("rows", lambda change: f"{change.rows:,}"),
        _reason(),
    ]


def _overview(comparison: Comparison) -> list[Column]:
    by_key = {(c.task, c.style, c.rows, c.metric): c for c in comparison.changes}
    # Which is measured at a number of rows of its own.
    growth = {(c.task, c.style, c.metric): c for c in comparison.changes if c.metric in GROWTH}
    timed = [metric for metric in comparison.limits if is_seconds(metric)]
    verdicts = comparison.style_verdicts

    def metric_column(metric: str) -> Column:
        def text(change: Change) -> str:
            found = by_key.get((change.task, change.style, change.rows, metric)) or growth.get(
                (change.task, change.style, metric)
            )
            return wording.before_and_after(found) if found else wording.UNKNOWN

        return Column(label(metric), text)

    return [
        Column("style", lambda change: change.label, numeric=False),
        Column("rows", lambda change: f"{change.rows:,}"),
        *[metric_column(metric) for metric in (*OVERVIEW, *timed)],
        *_scale(comparison),
        Column("verdict", lambda change: verdicts[change.task, change.style], numeric=False),
    ]


def _judged(comparison: Comparison, verdict: Verdict) -> list[Change]:
    undecided = {id(change) for change in comparison.undecided}
    return [change for change in comparison.headlines(verdict) if id(change) in undecided]


def _once_a_style(changes: Iterable[Change]) -> list[Change]:
    """The net peak at the largest size stands for the style."""
    found: dict[tuple[str, str], Change] = {}
    for change in sorted(changes, key=lambda c: (c.metric != "track_peak", -c.rows)):
        found.setdefault((change.task, change.style), change)
    return list(found.values())


def _largest(comparison: Comparison) -> list[Change]:
    """Each style's net peak at its largest size, the dearest style first.

    Where something else alone is checked, that.
    """
    return sorted(
        _once_a_style(comparison.changes),
        key=lambda change: (change.task, -(change.after or change.before or 0)),
    )
