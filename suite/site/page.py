"""Writes the site's own pages: the front page, a page for each style, the documents, and data.

The front page is one HTML file that holds its first figures; what it shows beyond them lies in
files of data, which it loads when it shows them.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from suite.figures.advice import nearest
from suite.measuring.results import Figure
from suite.measuring.traces import Trace
from suite.releases.catalogue import Catalogue
from suite.reports import drivers
from suite.site import (
    changes,
    chart_library,
    charts,
    data_files,
    documents,
    front_page,
    index,
    page_data,
    release_data,
    series,
    shown,
    style_pages,
    templates,
    traces_data,
)
from suite.site.page_data import Limits, PlatformData
from suite.site.shown import ShownTask
from suite.site.templates import STATIC
from suite.studies.museum import EXHIBITS

FOLDER = "site"

# The page's script is put together from these, in the order in which they need each other: scripts
# that import each other do not load from a file address.
SCRIPTS = (
    "data.js",
    "state.js",
    "figures.js",
    "elements.js",
    "copy.js",
    "advice.js",
    "first.js",
    "compare.js",
    "changes.js",
    "charts.js",
    "history.js",
    "releases.js",
    "byrows.js",
    "tradeoff.js",
    "drivers.js",
    "traces.js",
    "start.js",
)


def write(
    html_dir: Path,
    figures: Iterable[Figure],
    traces: Iterable[Trace],
    results_dir: Path,
    limits: Limits,
) -> None:
    """Write the site; ``results_dir`` describes the machines, ``limits`` say what is a change."""
    figures = list(figures)
    several = len({figure.platform.database for figure in figures}) > 1
    skipped = drivers.skips(results_dir) if several else {}
    found = page_data.by_platform(figures, limits, skipped)
    tasks = shown.tasks_of(found)
    folder, data = html_dir / FOLDER, html_dir / FOLDER / "data"
    data.mkdir(parents=True, exist_ok=True)
    _write_static(folder)
    _write_data(data, found, tasks)
    described = index.build(found, tasks, limits, _write_traces(data, list(traces)), results_dir)
    front_page.write(html_dir, found, tasks, described)
    words = [platform["label"] for platform in described["platforms"]]
    style_pages.write(html_dir, dict(zip(words, found, strict=True)), tasks)
    templates.write(html_dir, "release.html", "release.html")
    documents.write(html_dir)
    documents.write_source(html_dir, {s.file for task in tasks for s in task.known.values()})


def _write_static(folder: Path) -> None:
    for name in ("page.css", "release.js"):
        shutil.copyfile(STATIC / name, folder / name)
    (folder / "page.js").write_text(_script(), encoding="utf-8")
    (folder / "vega.js").write_text(chart_library.script(), encoding="utf-8")


def _script() -> str:
    parts = [(STATIC / "page" / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return "\n".join(['"use strict";\n', *parts])


def _write_data(folder: Path, found: list[PlatformData], tasks: list[ShownTask]) -> None:
    known = Catalogue.load()
    for platform in found:
        key = data_files.key_of(platform.platform)
        for place, release in enumerate(platform.releases):
            data_files.write(
                folder, f"{key}-r-{release}", release_data.of_release(platform, place, tasks)
            )
        for task in tasks:
            if task.name in platform.tasks:
                for metric, sizes in series.of_task(platform, task.name).items():
                    data_files.write(folder, f"{key}-s-{task.number}-{metric}", sizes)
        found_changes = [asdict(change) for change in changes.of_platform(platform, known)]
        data_files.write(folder, f"{key}-changes", found_changes)
    for task in tasks:
        data_files.write(folder, f"task-{task.number}", _code(task))
    data_files.write(folder, "charts", charts.all_charts())
    data_files.write(folder, "changelog", _changelog())


def _code(task: ShownTask) -> dict[str, Any]:
    """Each style's code, and the other styles, the one with the most similar code first."""
    return {
        "code": {name: style.code for name, style in task.known.items()},
        "nearest": {name: nearest(task.name, name) for name in task.known},
    }


def _changelog() -> dict[str, list[tuple[int, str]]]:
    """By release, what SQLAlchemy's change log names of it: the ticket, and what it was."""
    named: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for exhibit in EXHIBITS:
        named[exhibit.first].append((exhibit.ticket, exhibit.what))
    return named


def _write_traces(folder: Path, watched: list[Trace]) -> index.Traces:
    groups: dict[tuple[str, str], list[Trace]] = defaultdict(list)
    for trace in watched:
        groups[trace.platform.key, trace.task].append(trace)
    return {key: traces_data.write(folder, group) for key, group in groups.items()}
