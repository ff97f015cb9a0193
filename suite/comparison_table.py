"""Style by release: what each style costs, and by what factor more than the cheapest."""

from collections.abc import Iterable
from dataclasses import dataclass

from packaging.version import Version
from rich import box
from rich.table import Table

from suite.results import Figure
from suite.styles import Task
from suite.units import MEBIBYTE, METRIC_NAMES, least_divisor, mebibytes


@dataclass(frozen=True)
class Cell:
    """One figure and its factor against the cheapest style of the same release.

    There is no factor against what is too small to be divided by (`units.least_divisor`).
    """

    value: float | None
    factor: float | None


@dataclass(frozen=True)
class StyleByRelease:
    """A table's data; ``cells[style][release]`` is missing where a release can't run the style."""

    task: Task
    metric: str
    rows: int
    releases: list[str]
    cells: dict[str, dict[str, Cell]]


def style_by_release(
    figures: Iterable[Figure], task: Task, metric: str, rows: int
) -> StyleByRelease:
    """Sort one task's figures of one metric and size into a table, the dearest style first."""
    values: dict[str, dict[str, float | None]] = {}
    for figure in figures:
        if (figure.task, figure.metric, figure.rows) == (task.name, metric, rows):
            values.setdefault(figure.style, {})[figure.release] = figure.value
    releases = sorted({release for row in values.values() for release in row}, key=Version)
    cheapest = {release: _cheapest(values.values(), release) for release in releases}
    cells = {
        style: {
            release: Cell(value, _factor(metric, value, cheapest[release]))
            for release, value in values[style].items()
        }
        for style in sorted(values, key=lambda style: _worst(values[style]), reverse=True)
    }
    return StyleByRelease(task, metric, rows, releases, cells)


def render(table: StyleByRelease) -> Table:
    """The table for a terminal."""
    unit = "seconds" if table.metric == "time_query" else "MiB"
    rendered = Table(
        title=f"{table.task.question}: {METRIC_NAMES[table.metric]} in {unit}"
        f" at {table.rows:,} rows, by release of SQLAlchemy",
        caption=_caption(table.metric),
        box=box.SIMPLE_HEAD,
    )
    rendered.add_column("style")
    for release in table.releases:
        rendered.add_column(release, justify="right", no_wrap=True)
    for style, row in table.cells.items():
        texts = [_text(table.metric, row.get(release)) for release in table.releases]
        rendered.add_row(table.task.label(style), *texts)
    return rendered


def _caption(metric: str) -> str:
    least = least_divisor(metric)
    rest = f" (none where that needs less than {mebibytes(least)})" if least else ""
    return f"x: times the cheapest style of the same release{rest}"


def _cheapest(rows: Iterable[dict[str, float | None]], release: str) -> float | None:
    values = (row.get(release) for row in rows)
    return min((value for value in values if value is not None), default=None)


def _factor(metric: str, value: float | None, cheapest: float | None) -> float | None:
    if value is None or not cheapest or cheapest < least_divisor(metric):
        return None
    return value / cheapest


def _worst(row: dict[str, float | None]) -> float:
    return max((value for value in row.values() if value is not None), default=0.0)


def _text(metric: str, cell: Cell | None) -> str:
    if cell is None:
        return "-"
    if cell.value is None:
        return "failed"
    figure = f"{cell.value:.3f}" if metric == "time_query" else f"{cell.value / MEBIBYTE:.1f}"
    return f"{figure} {cell.factor:5.1f}x" if cell.factor else figure
