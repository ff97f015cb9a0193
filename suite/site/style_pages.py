"""A page for each style: its code, its figures of every release, and its net peak as a line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.metrics import METRICS
from suite.figures.tasks import heading
from suite.site import documents, templates, wording
from suite.site.first_view import PEAK
from suite.site.page_data import PlatformData, TaskData
from suite.site.shown import ShownTask

WIDTH, HEIGHT = 640, 180
"""Of the picture, in pixels, without the room for its words."""


@dataclass(frozen=True)
class Line:
    """A style's net peak over releases, as a picture: where its points lie, and what it says."""

    points: list[tuple[float, float]]
    starts: list[tuple[float, str]]
    most: str
    words: str


def address(task: str, style: str) -> str:
    """Where the page of a style lies; names of the catalogue are identifiers."""
    return f"style/{task}.{style}.html"


def write(html_dir: Path, platforms: dict[str, PlatformData], tasks: list[ShownTask]) -> None:
    """Write the pages of all styles that the catalogue has; ``platforms`` are by their words."""
    for task in tasks:
        for style in task.known.values():
            measured = {
                words: _figures(platform, platform.tasks[task.name], style.name)
                for words, platform in platforms.items()
                if task.name in platform.tasks
            }
            templates.write(
                html_dir,
                address(task.name, style.name),
                "style.html",
                task=task,
                style=style,
                kind=heading(style.gives, task.writes),
                source=documents.source(style.file),
                measured={words: found for words, found in measured.items() if found["releases"]},
            )


def _figures(platform: PlatformData, task: TaskData, style: str) -> dict[str, Any]:
    """Of the largest size of each metric, a row for each release that has figures."""
    rows = {
        metric: {size: by_style[style] for size, by_style in sizes.items() if style in by_style}
        for metric, sizes in task.values.items()
    }
    cells = {
        metric: task.cell(metric.name, max(rows[metric.name]), style)
        for metric in METRICS
        if rows.get(metric.name)
    }
    releases = [
        (release, [wording.readable(cell.metric, cell.row[place]) for cell in cells.values()])
        for place, release in enumerate(platform.releases)
        if any(cell.row[place] is not None for cell in cells.values())
    ]
    peak = next((cell for cell in cells.values() if cell.metric == PEAK), None)
    return {
        "headings": [(metric.label, metric.about, cell.rows) for metric, cell in cells.items()],
        "releases": releases[::-1],
        "line": line(platform.releases, peak.row, peak.rows) if peak else None,
    }


def line(releases: list[str], row: list[float | None], rows: int) -> Line | None:
    """The picture of a row of bytes; None where there are no two figures."""
    measured = [(place, value) for place, value in enumerate(row) if value is not None]
    if len(measured) < 2:
        return None
    most = max(1.0, *(value for _, value in measured))
    step = WIDTH / (len(measured) - 1)
    points = [
        (round(number * step, 1), round(HEIGHT * (1 - max(0.0, value) / most), 1))
        for number, (_, value) in enumerate(measured)
    ]
    series = [".".join(releases[place].split(".")[:2]) for place, _ in measured]
    starts = [
        (points[number][0], name)
        for number, name in enumerate(series)
        if not number or series[number - 1] != name
    ]
    (first, before), (last, after) = measured[0], measured[-1]
    words = (
        f"net peak at {wording.counted(rows, 'row')}: from {wording.readable(PEAK, before)} with"
        f" {releases[first]} to {wording.readable(PEAK, after)} with {releases[last]}"
    )
    return Line(points, starts, wording.readable(PEAK, most), words)
