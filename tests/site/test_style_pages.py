"""A page for each style: its code, its figures of every release, and a line."""

from pathlib import Path

import pytest

from suite.figures.identity import Platform
from suite.figures.tasks import tasks
from suite.measuring.results import Figure
from suite.site import page_data, shown, style_pages

TASK = "bounced_addresses"
MEBIBYTE = 2**20
EVIL = "<script>alert(1)</script>"


def figure(
    release: str, value: float | None, metric: str = "track_peak", rows: int = 1000
) -> Figure:
    where = Platform("box", "3.11")
    return Figure(where, release, TASK, "columns", rows, metric, value, "1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    figures = [
        figure("1.4.54", 10.0 * MEBIBYTE),
        figure("2.0.0", None),
        figure("2.1.9", 20.0 * MEBIBYTE),
        figure("2.1.9", 1.0 * MEBIBYTE, rows=10),
        figure("2.1.9", 1.5, "time_query"),
    ]
    found = page_data.by_platform(figures, {})
    folder = tmp_path_factory.mktemp("site")
    style_pages.write(folder, {EVIL: found[0]}, shown.tasks_of(found))
    return folder


def test_each_style_of_a_measured_task_has_a_page(folder: Path) -> None:
    pages = {path.name for path in (folder / "style").iterdir()}
    assert pages == {f"{TASK}.{style}.html" for style in tasks()[TASK].styles}


def test_it_has_the_code_and_the_figures_of_every_release(folder: Path) -> None:
    page = (folder / style_pages.address(TASK, "columns")).read_text()
    style = tasks()[TASK].styles["columns"]
    assert style.code.splitlines()[0] in page
    assert f"{style.file}:{style.line}" in page
    assert f"index.html#task={TASK}&amp;style=columns" in page
    rows = [line for line in page.splitlines() if "release.html#" in line]
    assert ["release.html#2.1.9" in line for line in rows] == [True, False]
    assert ">20.0 MiB<" in rows[0]
    assert ">1.50 s<" in rows[0]
    assert "from 10.0 MiB with 1.4.54 to 20.0 MiB with 2.1.9" in page
    assert EVIL not in page


def test_what_was_not_measured_says_so(folder: Path) -> None:
    page = (folder / style_pages.address(TASK, "full_entity")).read_text()
    assert "not been measured" in page
    assert "<polyline" not in page


def test_a_line_is_drawn_from_nothing_up_to_the_highest_figure() -> None:
    releases = ["1.4.53", "1.4.54", "2.0.0", "2.0.1"]
    line = style_pages.line(releases, [0.0, None, 4.0 * MEBIBYTE, 1.0 * MEBIBYTE], 1000)
    assert line is not None
    width, height = style_pages.WIDTH, style_pages.HEIGHT
    assert line.points == [(0.0, height), (width / 2, 0.0), (width, height * 0.75)]
    assert line.starts == [(0.0, "1.4"), (width / 2, "2.0")]
    assert line.most == "4.00 MiB"
    assert style_pages.line(releases, [None, None, None, 1.0], 1000) is None
