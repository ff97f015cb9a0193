"""What a person reads of a comparison: a section for each task, a line for each style.

The terminal's report and the Markdown are made of them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from suite.figures.amounts import GROWTH, is_seconds, label
from suite.figures.tasks import tasks
from suite.figures.verdicts import Verdict
from suite.reports.tables import Column, Table
from suite.upgrade import wording
from suite.upgrade.comparison import METRICS, Change, Comparison

OVERVIEW = ("track_peak", "track_heap", "track_growth", "peakmem_process")
"""What the overview of every style shows, beside the time where that is judged."""

BETTER_SHOWN = 2
"""Of a task's better styles, those that a reader in a hurry sees."""

ACCEPTED = "accepted"
# The words for a style, the worst first.
_ORDER = [Verdict.WORSE, ACCEPTED, *list(Verdict)[1:]]
_COLOURS: dict[str, str] = {
    Verdict.WORSE: "bold red",
    Verdict.BETTER: "green",
    **dict.fromkeys((Verdict.FAILED, Verdict.NOT_COMPARABLE, Verdict.GONE), "yellow"),
}
# What has a reason in place of figures.
_WITHOUT_FIGURES = (Verdict.FAILED, Verdict.NOT_COMPARABLE, Verdict.NOT_JUDGED, Verdict.GONE)
_SHARED_REASON = 3


@dataclass(frozen=True)
class Line:
    """A style: its verdict, and of each metric the change to tell."""

    task: str
    style: str
    label: str
    verdict: str
    changes: Mapping[str, Change]

    @cached_property
    def order(self) -> tuple[int, int, float]:
        """Sorts the worst first: by verdict, by what is worse or better, by how much."""
        words = {c: ACCEPTED if c.accepted else c.verdict for c in self.changes.values()}
        told = (change for change, word in words.items() if word == self.verdict)
        first = min(((METRICS.index(c.metric), c.order[1]) for c in told), default=(0, 0.0))
        return _ORDER.index(self.verdict), *first

    def changed(self, *metrics: str) -> list[Change]:
        """What is worse or better of these metrics."""
        found = (self.changes[metric] for metric in metrics if metric in self.changes)
        return [c for c in found if c.verdict in (Verdict.WORSE, Verdict.BETTER)]


@dataclass(frozen=True)
class Section:
    """A task: the styles that changed, why others have no figures, and how many are the same.

    ``every`` has all the styles, with more metrics.
    """

    title: str
    counted: str
    every: Table
    changed: Table | None = None
    reasons: Table | None = None


def sections(comparison: Comparison, every_style: bool = False) -> list[Section]:
    """A section for each task, the worst first; with ``every_style`` also what is the same."""
    by_task: dict[str, list[Line]] = {}
    for line in sorted(lines(comparison), key=lambda line: line.order):
        by_task.setdefault(line.task, []).append(line)
    return [_section(comparison, task, found, every_style) for task, found in by_task.items()]


def lines(comparison: Comparison) -> Iterator[Line]:
    """Every style that was compared."""
    changes: dict[tuple[str, str], dict[str, Change]] = {name: {} for name in comparison.styles}
    for change in comparison.headlines(*Verdict):
        changes[change.task, change.style][change.metric] = change
    accepted = {(change.task, change.style) for change in comparison.accepted}
    for name, verdict in comparison.style_verdicts.items():
        word = ACCEPTED if name in accepted and verdict is Verdict.SAME else verdict
        yield Line(*name, comparison.styles[name].label, word, changes[name])


def worst(comparison: Comparison) -> Change | None:
    """What to ask find-regression about: the worst change of the first style of the report."""
    first = min(lines(comparison), key=lambda line: line.order, default=None)
    if first is None or first.verdict is not Verdict.WORSE:
        return None
    return min(
        (change for change in first.changes.values() if change.counts),
        key=lambda change: METRICS.index(change.metric),
    )


def covered(comparison: Comparison) -> list[str]:
    """What every process costs more, and what the check covers, in lines."""
    return [*wording.start(comparison), *([comparison.covered] if comparison.covered else [])]


def method(comparison: Comparison) -> list[str]:
    """From where on a change counts, and how the figures came about, in lines."""
    measured = ", ".join(f"{name} {value}" for name, value in comparison.measured_with.items())
    timed = any(is_seconds(metric) for metric in comparison.limits)
    return [
        f"A change counts above both its limits: {'; '.join(wording.limits(comparison))}.",
        *(["Seconds also have to differ by more than their samples do."] if timed else []),
        *([f"Measured with {measured}."] if measured else []),
    ]


def _section(comparison: Comparison, task: str, found: list[Line], every_style: bool) -> Section:
    shown = [line for line in found if line.verdict in (Verdict.WORSE, ACCEPTED)]
    better = [line for line in found if line.verdict is Verdict.BETTER]
    shown += better if every_style else better[:BETTER_SHOWN]
    if every_style:
        shown += [line for line in found if line.verdict in (Verdict.SAME, Verdict.NEW)]
    told = {id(line) for line in shown}
    left = Counter(line.verdict for line in found if id(line) not in told)
    without = [Verdict.NEW, *_WITHOUT_FIGURES] if every_style else [*_WITHOUT_FIGURES]
    figures = _Figures(comparison, shown)
    known = tasks().get(task)
    return Section(
        title=f"{task}{figures.rows}: {known.question}" if known else f"{task}{figures.rows}",
        counted=", ".join(
            f"{verdict} {_styles(left[verdict], ' more' if verdict is Verdict.BETTER else '')}"
            for verdict in (Verdict.BETTER, Verdict.SAME, Verdict.NEW)
            if left[verdict]
        ),
        every=_overview(comparison, f"Every style of {task}", found),
        changed=figures.table() if shown else None,
        reasons=_reasons(comparison, found, without),
    )


def _styles(count: int, more: str = "") -> str:
    return f"{count}{more} {'style' if count == 1 else 'styles'}"


class _Figures:
    """The table of a task's styles: the first metric that is judged, and what else changed."""

    def __init__(self, comparison: Comparison, shown: list[Line]) -> None:
        self._comparison, self._lines = comparison, shown
        judged = [metric for metric in METRICS if metric in comparison.limits]
        self._first = judged[0]
        self._heap = [metric for metric in judged[1:] if metric == "track_heap"]
        self._others = [metric for metric in judged[1:] if metric not in self._heap]
        firsts = [line.changes[self._first] for line in shown if self._first in line.changes]
        self._unit = wording.Unit.of(self._first, firsts)
        self._rows = max((change.rows for change in firsts), default=0)
        self.rows = f", {self._rows:,} rows" if self._rows else ""
        told = (c for line in shown for c in self._told(line) if c.metric not in GROWTH)
        sizes = {change.rows for change in told} - {self._rows}
        self._marks = {rows: "*" * n for n, rows in enumerate(sorted(sizes, reverse=True), 1)}

    def table(self) -> Table:
        """A line for each style; a column that has nothing to say is left out."""
        unit = f", {self._unit.name}" if self._unit.name else ""
        columns: list[tuple[Column, Callable[[Line], str]]] = [
            (Column("", "name", colours=_COLOURS), lambda line: line.verdict),
            (Column("style", "name"), lambda line: line.label),
            (Column("name", "name"), lambda line: line.style),
            (Column(f"{label(self._first)}{unit}", rank=0), self._pair),
            (Column("change", rank=0), self._change),
            (Column("heap", rank=0), self._of_heap),
            (Column("also", "name", rank=2, below=True), self._also),
            (Column("write instead", "name", rank=2, below=True), self._instead),
            (Column("accepted", "text", rank=2, below=True), _acceptance),
            (Column(wording.budget(self._comparison), rank=3), self._fit),
        ]
        cells = [[cell(line) for line in self._lines] for _, cell in columns]
        wanted = [index for index, texts in enumerate(cells) if any(texts)]
        return Table(
            "",
            [columns[index][0] for index in wanted],
            [*zip(*(cells[index] for index in wanted), strict=True)],
            self._caption(),
            names=2,
        )

    def _told(self, line: Line) -> list[Change]:
        """The changes whose figures stand in the line."""
        first = [line.changes[self._first]] if self._first in line.changes else []
        return [*first, *line.changed(*self._heap), *self._else(line)]

    def _else(self, line: Line) -> list[Change]:
        """What else got worse; what got better where nothing else says so. One kind of growth."""
        changed = line.changed(*self._others)
        if line.verdict is Verdict.BETTER and line.changed(self._first, *self._heap):
            return []
        alike = [change for change in changed if change.verdict is line.verdict or change.accepted]
        grown = [change for change in alike if change.metric in GROWTH]
        return [change for change in alike if change not in grown[1:]]

    def _pair(self, line: Line) -> str:
        change = line.changes.get(self._first)
        return "" if change is None else self._unit.pair(change) + self._mark(change)

    def _change(self, line: Line) -> str:
        change = line.changes.get(self._first)
        return "" if change is None else wording.brief(change)

    def _of_heap(self, line: Line) -> str:
        changed = line.changed(*self._heap)
        if not changed and any(each.changed(*self._heap) for each in self._lines):
            changed = [line.changes[metric] for metric in self._heap if metric in line.changes]
        return "".join(wording.brief(change) + self._mark(change) for change in changed)

    def _also(self, line: Line) -> str:
        def told(change: Change) -> str:
            is_growth = change.metric in GROWTH
            return wording.before_and_after(change) if is_growth else wording.brief(change)

        return ", ".join(
            f"{label(change.metric)} {told(change)}{self._mark(change)}"
            for change in self._else(line)
        )

    def _instead(self, line: Line) -> str:
        is_worse = line.verdict is Verdict.WORSE
        return wording.instead(self._comparison, line.task, line.style) if is_worse else ""

    def _fit(self, line: Line) -> str:
        return wording.fit(self._comparison, line.task, line.style)

    def _mark(self, change: Change) -> str:
        return "" if change.metric in GROWTH else self._marks.get(change.rows, "")

    def _caption(self) -> str:
        said = [f"{mark} at {rows:,} rows" for rows, mark in self._marks.items()]
        told = (change for line in self._lines for change in self._told(line))
        grown = {change.rows for change in told if change.metric in GROWTH}
        said += [f"growth at {rows:,} rows" for rows in grown - {self._rows}]
        return "; ".join(said)


def _acceptance(line: Line) -> str:
    entries = {id(c.accepted): c.accepted for c in line.changes.values() if c.accepted}
    return "; ".join(
        f"{label(entry.metric)} up to {entry.words} since {entry.since}: {entry.reason}"
        for entry in entries.values()
    )


def _reasons(comparison: Comparison, found: list[Line], verdicts: list[Verdict]) -> Table | None:
    """Why styles have no figures, a line for each reason."""
    undecided = {id(change) for change in comparison.undecided}
    styles: dict[tuple[Verdict, str], list[str]] = {}
    for line in found:
        for change in line.changes.values():
            is_told = id(change) in undecided or change.verdict in (Verdict.GONE, Verdict.NEW)
            if is_told and change.verdict in verdicts:
                named = styles.setdefault((change.verdict, change.reason), [])
                named.extend([] if line.label in named else [line.label])
    rows = [
        [verdict, _who(labels, len(found)), reason] for (verdict, reason), labels in styles.items()
    ]
    columns = [Column("", "name", colours=_COLOURS), Column("style", "name")]
    return Table("", [*columns, Column("why", "text", rank=0)], rows, names=2) if rows else None


def _who(labels: list[str], count: int) -> str:
    """The styles of a reason by name, but where it is all of many."""
    return f"all {count} styles" if len(labels) == count > _SHARED_REASON else "\n".join(labels)


def _overview(comparison: Comparison, title: str, found: Iterable[Line]) -> Table:
    """Every style at its largest size, the dearest first."""
    by_key = {(c.task, c.style, c.rows, c.metric): c for c in comparison.changes}
    # Which is measured at a number of rows of its own.
    growth = {(c.task, c.style, c.metric): c for c in comparison.changes if c.metric in GROWTH}
    timed = [metric for metric in comparison.limits if is_seconds(metric)]
    metrics = (*OVERVIEW, *timed)
    sized = sorted(
        ((line, _largest(comparison, line)) for line in found),
        key=lambda pair: -(pair[1].after or pair[1].before or 0),
    )

    def figure(change: Change, metric: str) -> str:
        own = by_key.get((change.task, change.style, change.rows, metric))
        told = own or growth.get((change.task, change.style, metric))
        return wording.before_and_after(told) if told else wording.UNKNOWN

    return Table(
        title,
        [
            Column("style", "name"),
            Column("name", "name"),
            *map(Column, ("rows", *map(label, metrics), "bytes a row")),
            Column(wording.budget(comparison)),
            Column("verdict", "name"),
        ],
        [
            [
                line.label,
                line.style,
                f"{change.rows:,}",
                *(figure(change, metric) for metric in metrics),
                wording.a_row(change),
                wording.fit(comparison, line.task, line.style),
                line.verdict,
            ]
            for line, change in sized
        ],
    )


def _largest(comparison: Comparison, line: Line) -> Change:
    """The style's net peak at its largest size. Where something else alone is checked, that."""
    return min(
        (c for c in comparison.changes if (c.task, c.style) == (line.task, line.style)),
        key=lambda c: (c.metric != "track_peak", -c.rows),
    )
