"""What each style of a task costs: every metric on every release, and what one more row costs."""

from collections.abc import Iterable
from dataclasses import dataclass

from packaging.version import Version
from tabulate import tabulate

from suite.results import Figure
from suite.styles import Task
from suite.units import MEBIBYTE
from suite.upgrade.scaling import bytes_a_row

# The metrics of a cell, in its order.
METRICS = ("track_peak", "track_heap", "track_retained", "time_query")

Values = dict[tuple[str, str, str, int], float]


@dataclass(frozen=True)
class Line:
    """One style: its figures by release and metric, and the growth of its net peak.

    ``slope`` is bytes a row, ``fixed`` the bytes that no row brings, both on the newest release and
    None where it was measured at one size only.
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


def report(figures: Iterable[Figure], task: Task, rows: int) -> StyleReport | None:
    """The report of one task; None where nothing of it was measured at that size."""
    values: Values = {
        (figure.style, figure.release, figure.metric, figure.rows): figure.value
        for figure in figures
        if figure.task == task.name and figure.value is not None
    }
    releases = sorted({key[1] for key in values if key[3] == rows}, key=Version)
    if not releases:
        return None
    lines = [_line(values, task, style, releases, rows) for style in task.styles]
    return StyleReport(task, rows, releases, lines)


def render(made: StyleReport, markdown: bool) -> str:
    """The report as text: each cell net peak / heap / retained in MiB, then seconds."""
    headers = ["style", *made.releases, "bytes a row", "fixed, MiB"]
    table = [
        [
            line.label,
            *(_cell(line.figures[release]) for release in made.releases),
            "-" if line.slope is None else f"{round(line.slope):,}",
            "-" if line.fixed is None else f"{line.fixed / MEBIBYTE:.1f}",
        ]
        for line in made.lines
    ]
    alignment = ("left", *["right"] * (len(headers) - 1))
    form = "github" if markdown else "simple"
    # Labels hold parentheses and dots; nothing of them is a number.
    return tabulate(table, headers, tablefmt=form, colalign=alignment, disable_numparse=True)


def _line(values: Values, task: Task, style: str, releases: list[str], rows: int) -> Line:
    figures = {
        release: {metric: values.get((style, release, metric, rows)) for metric in METRICS}
        for release in releases
    }
    newest = releases[-1]
    by_rows = {
        size: value
        for (name, release, metric, size), value in values.items()
        if (name, release, metric) == (style, newest, "track_peak") and size >= rows // 10
    }
    slope = bytes_a_row(by_rows) if len(by_rows) > 1 else None
    fixed = None if slope is None else by_rows[rows] - slope * rows
    return Line(task.label(style), figures, slope, fixed)


def _cell(figures: dict[str, float | None]) -> str:
    if figures["track_peak"] is None:
        return "-"
    sizes = [figures[metric] for metric in METRICS[:3]]
    seconds = figures["time_query"]
    texts = ["?" if size is None else f"{size / MEBIBYTE:.1f}" for size in sizes]
    return " / ".join(texts) + (f", {seconds:.2f} s" if seconds is not None else "")
