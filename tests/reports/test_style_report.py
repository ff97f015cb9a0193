"""Every figure of a task's styles in one table, for each platform."""

import json
from pathlib import Path

import pytest

from suite.figures import tasks
from suite.figures.identity import Platform
from suite.measuring.results import Figure
from suite.reports import style_by_release, style_report, tables

MEBIBYTE = 2**20
BOX, OTHER = Platform("box", "3.11"), Platform("other", "3.8")
TASK = tasks.tasks()["bounced_addresses"]


def figure(
    style: str, metric: str, rows: int, value: float | None, release: str, where: Platform = BOX
) -> Figure:
    return Figure(where, release, TASK.name, style, rows, metric, value, "1")


FIGURES = [
    figure("columns", "track_peak", 10_000, 4 * MEBIBYTE, "2.1.9"),
    figure("columns", "track_peak", 100_000, 31 * MEBIBYTE, "2.1.9"),
    figure("columns", "track_heap", 100_000, 25 * MEBIBYTE, "2.1.9"),
    figure("columns", "track_retained", 100_000, 2 * MEBIBYTE, "2.1.9"),
    figure("columns", "time_query", 100_000, 0.25, "2.1.9"),
    figure("columns", "track_peak", 100_000, 33 * MEBIBYTE, "1.4.54"),
    figure("scalars", "track_peak", 100_000, None, "1.4.54"),
]
ELSEWHERE = [figure("columns", "track_peak", 100_000, 77 * MEBIBYTE, "2.1.9", OTHER)]


@pytest.fixture
def made() -> style_report.StyleReport:
    report = style_report.report(FIGURES, TASK, 100_000)
    assert report is not None
    return report


@pytest.fixture
def results_dir(tmp_path: Path) -> Path:
    for machine, cpu in (("box", "Fast"), ("other", "Slow")):
        (tmp_path / machine).mkdir()
        known = {"cpu": cpu, "num_cpu": "2"}
        (tmp_path / machine / "machine.json").write_text(json.dumps(known))
    return tmp_path


def test_slope_and_fixed_part_come_from_two_sizes(made: style_report.StyleReport) -> None:
    (line,) = [line for line in made.lines if line.label == made.task.label("columns")]
    assert line.slope == pytest.approx(27 * MEBIBYTE / 90_000)
    assert line.fixed == pytest.approx(1 * MEBIBYTE)


def test_a_style_without_the_largest_size_has_no_slope() -> None:
    small = [figure("scalars", "track_peak", rows, MEBIBYTE, "2.1.9") for rows in (10_000, 20_000)]
    report = style_report.report([*FIGURES, *small], TASK, 100_000)
    assert report is not None
    (line,) = [line for line in report.lines if line.label == TASK.label("scalars")]
    assert line.slope is None


def test_a_cell_holds_two_sizes_and_the_time(made: style_report.StyleReport) -> None:
    text = tables.render(style_report.render(made), tables.MARKDOWN)
    assert "31.0 / 25.0, 250.0 ms" in text.replace(tables.NO_BREAK, " ")
    assert text.splitlines()[2].startswith("| style")
    assert made.releases == ["1.4.54", "2.1.9"]


GROWN = [
    figure("columns", "track_growth", 20, 18646.4, "2.1.9"),
    figure("columns", "track_growth_uncollected", 20, 21000.0, "2.1.9"),
    figure("columns", "track_growth_resident", 20, -0.3, "2.1.9"),
    figure("scalars", "track_growth", 20, 12.0, "1.4.54"),
]


def test_what_further_runs_leave_stands_in_a_table_behind() -> None:
    first, behind = style_report.written([*FIGURES, *GROWN], TASK, 100_000, Path())
    assert first == style_report.written(FIGURES, TASK, 100_000, Path())[0]
    rows = {row[0]: row[1:] for row in behind.rows}
    assert behind.title == "bounced_addresses: what each further run leaves, 20 rows"
    assert rows[TASK.label("columns")] == ["-", "18,646 / 21,000 / 0"]
    assert rows[TASK.label("scalars")] == ["12 / ? / ?", "-"]
    assert behind.caption.endswith("resident growth, in bytes for each execution")


def test_without_a_size_it_is_the_largest_that_was_measured() -> None:
    failed = figure("columns", "track_peak", 1_000_000, None, "2.1.9")
    small = [one for one in FIGURES if one.rows == 10_000]
    for figures, size in ((FIGURES, 100_000), ([*FIGURES, failed], 100_000), (small, 10_000)):
        assert style_report.written([*figures, *GROWN], TASK, None, Path()) == (
            style_report.written([*figures, *GROWN], TASK, size, Path())
        )


def test_growth_stands_alone_where_no_other_size_is_asked_for() -> None:
    for rows in (None, 20):
        (table,) = style_report.written(GROWN, TASK, rows, Path())
        assert table.title.endswith("what each further run leaves, 20 rows")
    assert style_report.written(GROWN, TASK, 100_000, Path()) == []


def test_no_growth_is_told_as_a_multiple_of_next_to_nothing() -> None:
    made = style_by_release.style_by_release(GROWN, TASK, "track_growth", 20)
    assert made.cells["columns"]["2.1.9"].factor == 1
    assert made.cells["scalars"]["1.4.54"].factor is None
    assert "growth in bytes at 20 rows" in style_by_release.render(made).title


def test_nothing_measured_is_no_report() -> None:
    assert style_report.report([], tasks.tasks()["export"], 100_000) is None
    assert style_report.written([], tasks.tasks()["export"], 100_000, Path()) == []


def test_each_platform_has_a_table_that_names_it(results_dir: Path) -> None:
    figures = [*FIGURES, *ELSEWHERE]
    for written in (
        style_report.written(figures, TASK, 100_000, results_dir),
        style_by_release.written(figures, TASK, "track_peak", 100_000, results_dir),
    ):
        box, other = written
        assert box.title.endswith("; Fast, 2 cores, Python 3.11")
        assert other.title.endswith("; Slow, 2 cores, Python 3.8")
        assert "77.0" not in tables.render(box)
        assert "31.0" not in tables.render(other)


def test_two_machines_of_one_kind_are_told_apart(results_dir: Path) -> None:
    twin = Platform("twin", BOX.python)
    (results_dir / "twin").symlink_to(results_dir / "box")
    figures = [*FIGURES, *ELSEWHERE]
    figures.append(figure("columns", "track_peak", 100_000, 55 * MEBIBYTE, "2.1.9", twin))
    for written in (
        style_report.written(figures, TASK, 100_000, results_dir),
        style_by_release.written(figures, TASK, "track_peak", 100_000, results_dir),
    ):
        shown = {table.title.rpartition("; ")[2]: tables.render(table) for table in written}
        assert list(shown) == [
            "Fast, 2 cores, Python 3.11 (box)",
            "Slow, 2 cores, Python 3.8",
            "Fast, 2 cores, Python 3.11 (twin)",
        ]
        assert "55.0" in shown["Fast, 2 cores, Python 3.11 (twin)"]
        assert "55.0" not in shown["Fast, 2 cores, Python 3.11 (box)"]


def test_one_platform_needs_no_name(results_dir: Path) -> None:
    (table,) = style_report.written(FIGURES, TASK, 100_000, results_dir)
    assert table.title == f"bounced_addresses: {TASK.question}, 100,000 rows"


def test_figures_of_two_platforms_are_never_merged() -> None:
    figures = [*FIGURES, *ELSEWHERE]
    with pytest.raises(ValueError, match=r"box/3\.11/sqlite, other/3\.8/sqlite"):
        style_report.report(figures, TASK, 100_000)
    with pytest.raises(ValueError, match="several platforms"):
        style_by_release.style_by_release(figures, TASK, "track_peak", 100_000)
