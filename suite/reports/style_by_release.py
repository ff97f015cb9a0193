"""Style by release: what each style costs, and by what factor more than the cheapest."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from suite.figures.amounts import in_unit, label, least_divisor, mebibytes, unit_of
from suite.figures.tasks import Task
from suite.measuring.results import Figure, find
from suite.reports import platforms
from suite.reports.tables import Column, Table


@dataclass(frozen=True)
class Cell:
    """One figure and its factor against the cheapest style of the same release.

    There is no factor against what is too small to be divided by (`amounts.least_divisor`).
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


def written(
    figures: Iterable[Figure], task: Task, metric: str, rows: int, results_dir: Path
) -> list[Table]:
    """A table for each platform that has figures of this task, metric and size."""
    found = find(figures, task=task.name, metric=metric, rows=rows)
    return [
        render(style_by_release(group, task, metric, rows), where)
        for where, group in platforms.apart(found, results_dir)
    ]


def style_by_release(
    figures: Iterable[Figure], task: Task, metric: str, rows: int
) -> StyleByRelease:
    """Sort one task's figures of one metric and size into a table, the dearest style first.

    Raises ValueError for figures of several platforms.
    """
    found = find(figures, task=task.name, metric=metric, rows=rows)
    platforms.require_one(found)
    values: dict[str, dict[str, float | None]] = {}
    for figure in found:
        values.setdefault(figure.style, {})[figure.release] = figure.value
    releases = sorted({figure.release for figure in found}, key=Version)
    cheapest = {release: _cheapest(values.values(), release) for release in releases}
    cells = {
        style: {
            release: Cell(value, _factor(metric, value, cheapest[release]))
            for release, value in values[style].items()
        }
        for style in sorted(values, key=lambda style: _worst(values[style]), reverse=True)
    }
    return StyleByRelease(task, metric, rows, releases, cells)


def render(made: StyleByRelease, where: str = "") -> Table:
    """The table itself; ``where`` it was measured, in words."""
    title = (
        f"{made.task.question}: {label(made.metric)} in {unit_of(made.metric)}"
        f" at {made.rows:,} rows, by release of SQLAlchemy"
    )
    return Table(
        f"{title}; {where}" if where else title,
        [Column("style", "text"), *map(Column, made.releases)],
        [
            [
                made.task.label(style),
                *(_text(made.metric, row.get(release)) for release in made.releases),
            ]
            for style, row in made.cells.items()
        ],
        _caption(made.metric),
    )


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
    figure = in_unit(metric, cell.value)
    return f"{figure} {cell.factor:5.1f}x" if cell.factor else figure
