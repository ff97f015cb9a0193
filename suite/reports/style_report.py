"""What each style of a task costs, on every release: a run of it, one more row, a further run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from suite.figures.amounts import GROWTH, in_unit, is_seconds, label, readable, unit_of
from suite.figures.scaling import bytes_a_row
from suite.figures.tasks import Task
from suite.measuring.results import Figure, find
from suite.reports import platforms
from suite.reports.tables import Column, Table

# The metrics of a cell, in its order; without the first one, a cell is empty.
METRICS = ("track_peak", "track_heap", "time_query")

Values = dict[tuple[str, str, str, int], float]


@dataclass(frozen=True)
class Line:
    """One style: its figures by release and metric, and the growth of its net peak.

    ``slope`` is bytes a row, ``fixed`` the bytes that no row brings; both on the newest release,
    and None where no smaller size was measured.
    """

    label: str
    figures: dict[str, dict[str, float | None]]
    slope: float | None
    fixed: float | None


@dataclass(frozen=True)
class StyleReport:
    """A task's styles at one size, in the order of the catalogue."""

    task: Task
    rows: int
    releases: list[str]
    lines: list[Line]


def written(
    figures: Iterable[Figure], task: Task, rows: int | None, results_dir: Path
) -> list[Table]:
    """A table for each platform on which the task was measured at that size; None is the largest.

    Behind it, one of what further runs leave, where that was measured. It stands alone where no
    other size is asked for than its own.
    """
    made = []
    for where, group in platforms.apart(find(figures, task=task.name), results_dir):
        size = _largest(group) if rows is None else rows
        one = None if size is None else report(group, task, size)
        if one is not None:
            made.append(render(one, where))
        if one is not None or rows in (None, task.repeated):
            made += growth(group, task, where)
    return made


def report(figures: Iterable[Figure], task: Task, rows: int) -> StyleReport | None:
    """The report of one task; None where nothing of it was measured at that size.

    Raises ValueError for figures of several platforms.
    """
    found = [figure for figure in find(figures, task=task.name) if figure.value is not None]
    platforms.require_one(found)
    values: Values = {
        (figure.style, figure.release, figure.metric, figure.rows): figure.value
        for figure in found
        if figure.value is not None
    }
    releases = _releases(figure for figure in found if _is_shown(figure) and figure.rows == rows)
    if not releases:
        return None
    lines = [_line(values, task, style, releases, rows) for style in task.styles]
    return StyleReport(task, rows, releases, lines)


def render(made: StyleReport, where: str = "") -> Table:
    """The table itself: each cell net peak / heap in MiB, then time."""
    title = f"{made.task.name}: {made.task.question}, {made.rows:,} rows"
    return Table(
        f"{title}; {where}" if where else title,
        [
            Column("style", "text"),
            *map(Column, made.releases),
            Column("bytes a row"),
            Column("fixed, MiB"),
        ],
        [
            [
                line.label,
                *(_cell(line.figures[release]) for release in made.releases),
                "-" if line.slope is None else f"{round(line.slope):,}",
                "-" if line.fixed is None else in_unit(METRICS[0], line.fixed),
            ]
            for line in made.lines
        ],
        f"{' / '.join(map(label, _sizes()))} in MiB, then time",
    )


def growth(figures: Iterable[Figure], task: Task, where: str = "") -> list[Table]:
    """The table of what further runs leave, of figures of one platform; none without figures."""
    found = [
        figure
        for figure in find(figures, task=task.name, rows=task.repeated)
        if figure.metric in GROWTH and figure.value is not None
    ]
    values = {(one.style, one.release, one.metric): one.value or 0.0 for one in found}
    releases = _releases(found)
    if not releases:
        return []
    title = f"{task.name}: what each further run leaves, {task.repeated:,} rows"
    return [
        Table(
            f"{title}; {where}" if where else title,
            [Column("style", "text"), *map(Column, releases)],
            [
                [
                    task.label(style),
                    *(_grown(values, style, release) for release in releases),
                ]
                for style in task.styles
            ],
            f"{' / '.join(map(label, GROWTH))}, in {unit_of(GROWTH[0])} for each execution",
        )
    ]


def _grown(values: Mapping[tuple[str, str, str], float], style: str, release: str) -> str:
    found = [(metric, values.get((style, release, metric))) for metric in GROWTH]
    if all(value is None for _, value in found):
        return "-"
    return " / ".join("?" if value is None else in_unit(metric, value) for metric, value in found)


def _largest(figures: Iterable[Figure]) -> int | None:
    shown = (one.rows for one in figures if _is_shown(one) and one.value is not None)
    return max(shown, default=None)


def _is_shown(figure: Figure) -> bool:
    return figure.metric in METRICS


def _releases(figures: Iterable[Figure]) -> list[str]:
    return sorted({figure.release for figure in figures}, key=Version)


def _sizes() -> list[str]:
    return [metric for metric in METRICS if not is_seconds(metric)]


def _line(values: Values, task: Task, style: str, releases: list[str], rows: int) -> Line:
    figures = {
        release: {metric: values.get((style, release, metric, rows)) for metric in METRICS}
        for release in releases
    }
    by_rows = {
        size: value
        for (name, release, metric, size), value in values.items()
        if (name, release, metric) == (style, releases[-1], METRICS[0])
    }
    slope = bytes_a_row(by_rows, rows)
    fixed = None if slope is None else by_rows[rows] - slope * rows
    return Line(task.label(style), figures, slope, fixed)


def _cell(figures: dict[str, float | None]) -> str:
    if figures[METRICS[0]] is None:
        return "-"
    sizes = [figures[metric] for metric in _sizes()]
    text = " / ".join(
        "?" if size is None else in_unit(metric, size)
        for metric, size in zip(_sizes(), sizes, strict=True)
    )
    times = [(metric, figures[metric]) for metric in METRICS if is_seconds(metric)]
    return text + "".join(f", {readable(*pair)}" for pair in times if pair[1] is not None)
