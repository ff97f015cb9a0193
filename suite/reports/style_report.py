"""What each style of a task costs: a figure for each release, and more of the newest one."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from benchmarks.registry import GIVEN, OBJECTS
from suite.figures.amounts import (
    GROWTH,
    in_column,
    is_seconds,
    label,
    least_divisor,
    small,
    unit_of,
)
from suite.figures.scaling import bytes_a_row
from suite.figures.tasks import Task, heading
from suite.measuring.results import Figure, find
from suite.reports import platforms
from suite.reports.tables import Column, Table

# Of a run: the first one stands for each release, the others for the newest alone.
METRICS = ("track_peak", "track_heap", "time_query")

# The rank of what is left out first.
_LAST = 10_000


@dataclass(frozen=True)
class Line:
    """One style: its figure by release, None where it failed, and more of the newest release.

    ``factor`` is against the cheapest style, None where that is too small to be divided by
    (`amounts.least_divisor`). ``beside`` are, by their titles, figures of other metrics, and where
    a smaller size was measured, what one more row takes and what no row brings.
    """

    style: str
    figures: dict[str, float | None]
    factor: float | None
    beside: dict[str, str]


@dataclass(frozen=True)
class StyleReport:
    """A task's styles at one size: by what they give their caller, the dearest first.

    Of ``metrics``, the first is that of each release. A line has no figure of a release that can't
    run the style.
    """

    task: Task
    rows: int
    metrics: tuple[str, ...]
    releases: list[str]
    lines: list[Line]

    @property
    def newest(self) -> str:
        """The release that `Line.factor` and `Line.beside` are of."""
        return self.releases[-1]

    @property
    def has_factors(self) -> bool:
        """Whether any style costs a multiple of another one."""
        return any(line.factor is not None for line in self.lines)

    @property
    def beside(self) -> list[str]:
        """The titles of what is known of any style's newest release."""
        titles = [*map(label, self.metrics[1:]), "bytes a row", "fixed"]
        return [title for title in titles if any(title in line.beside for line in self.lines)]


def written(
    figures: Iterable[Figure],
    task: Task,
    rows: int | None,
    results_dir: Path,
    wanted: Iterable[tuple[str, ...]] = (METRICS, GROWTH),
) -> list[Table]:
    """Tables for each platform on which the task was measured at that size; None is the largest.

    One for each of the ``wanted`` metrics (see `StyleReport`). Those that come after another one
    are of the size at which they are measured, whatever ``rows`` says.
    """
    tables = []
    for where, group in platforms.apart(find(figures, task=task.name), results_dir):
        made: list[Table] = []
        for metrics in wanted:
            size = _largest(group, metrics[0]) if made or rows is None else rows
            one = None if size is None else report(group, task, size, metrics)
            if one is not None:
                made.append(render(one, where))
        tables += made
    return tables


def report(
    figures: Iterable[Figure], task: Task, rows: int, metrics: tuple[str, ...] = METRICS
) -> StyleReport | None:
    """The report of one task; None where nothing of it was measured at that size.

    Raises ValueError for figures of several platforms.
    """
    found = [figure for figure in find(figures, task=task.name) if figure.metric in metrics]
    platforms.require_one(found)
    of_size = [figure for figure in find(found, rows=rows) if figure.metric == metrics[0]]
    releases = sorted({figure.release for figure in of_size}, key=Version)
    if all(figure.value is None for figure in of_size):
        return None
    of_newest = find(found, release=releases[-1])
    values = [figure.value for figure in of_size if figure.release == releases[-1]]
    cheapest = min((value for value in values if value is not None), default=None)
    lines = [
        _line(style, find(of_size, style=style), find(of_newest, style=style), metrics, cheapest)
        for style in dict.fromkeys(figure.style for figure in of_size)
    ]
    return StyleReport(task, rows, metrics, releases, sorted(lines, key=_dearest, reverse=True))


def render(made: StyleReport, where: str = "") -> Table:
    """The table itself; ``where`` it was measured, in words."""
    metric = made.metrics[0]
    says = "what each further run leaves" if metric in GROWTH else made.task.question
    title = (
        f"{made.task.name}: {says}.\n{label(metric).capitalize()} in {unit_of(metric)}"
        f" at {made.rows:,} rows, by release of SQLAlchemy"
    )
    ranks = {release: rank for rank, release in enumerate(_most_needed(made.releases))}
    headings = [heading(given, made.task.writes) for given in GIVEN]
    columns = [
        Column("style", "name", colours=dict.fromkeys(headings, "bold")),
        Column("key", "name", rank=_LAST),
        *(Column(release, rank=ranks[release]) for release in made.releases),
        *([Column("times", rank=0)] if made.has_factors else []),
        *(Column(title, rank=_LAST - 1) for title in made.beside),
    ]
    rows = [row for given in GIVEN for row in _rows(made, given, len(columns))]
    return Table(f"{title}\n{where}" if where else title, columns, rows, _caption(made))


def _most_needed(releases: list[str]) -> list[str]:
    """The newest, the first, the newest of each other series, and the rest."""
    newest_first = releases[::-1]
    of_series = {Version(release).release[:2]: release for release in releases}
    wanted = [newest_first[0], releases[0], *reversed(of_series.values()), *newest_first]
    return list(dict.fromkeys(wanted))


def _rows(made: StyleReport, given: str, width: int) -> list[list[str]]:
    """Those of the styles that give this, under a heading where others give something else."""
    lines = [line for line in made.lines if _gives(made.task, line.style) == given]
    rows = [_row(made, line) for line in lines]
    if not lines or len(lines) == len(made.lines):
        return rows
    return [[heading(given, made.task.writes), *[""] * (width - 1)], *rows]


def _row(made: StyleReport, line: Line) -> list[str]:
    return [
        made.task.label(line.style),
        line.style,
        *(_text(made.metrics[0], line, release) for release in made.releases),
        *(["" if line.factor is None else f"{line.factor:.1f}x"] if made.has_factors else []),
        *(line.beside.get(title, "-") for title in made.beside),
    ]


def _text(metric: str, line: Line, release: str) -> str:
    if release not in line.figures:
        return "-"
    value = line.figures[release]
    return "failed" if value is None else in_column(metric, value)


def _caption(made: StyleReport) -> str:
    says = [f"times: the cheapest style on {made.newest}"] if made.has_factors else []
    says += [f"{', '.join(made.beside)}: on {made.newest}"] if made.beside else []
    return "; ".join(says)


def _line(
    style: str,
    figures: list[Figure],
    of_newest: list[Figure],
    metrics: tuple[str, ...],
    cheapest: float | None,
) -> Line:
    """A style's, from its figures of the first metric, and of all metrics on the newest release."""
    metric, rows = metrics[0], figures[0].rows
    known = {
        (figure.metric, figure.rows): figure.value
        for figure in of_newest
        if figure.value is not None
    }
    beside = {
        label(other): small(other, known[other, rows])
        for other in metrics[1:]
        if (other, rows) in known
    }
    by_rows = {size: value for (name, size), value in known.items() if name == metric}
    slope = None if is_seconds(metric) else bytes_a_row(by_rows, rows)
    if slope is not None:
        beside["bytes a row"] = f"{round(slope):,}"
        beside["fixed"] = small(metric, by_rows[rows] - slope * rows)
    return Line(
        style,
        {figure.release: figure.value for figure in figures},
        _factor(metric, by_rows.get(rows), cheapest),
        beside,
    )


def _factor(metric: str, value: float | None, cheapest: float | None) -> float | None:
    if value is None or not cheapest or cheapest < least_divisor(metric):
        return None
    return value / cheapest


def _dearest(line: Line) -> float:
    return max((value for value in line.figures.values() if value is not None), default=0.0)


def _gives(task: Task, style: str) -> str:
    """What a style gives; a style that is no longer in the catalogue counts as one of objects."""
    return task.styles[style].gives if style in task.styles else OBJECTS


def _largest(figures: Iterable[Figure], metric: str) -> int | None:
    measured = (one for one in find(figures, metric=metric) if one.value is not None)
    return max((one.rows for one in measured), default=None)
