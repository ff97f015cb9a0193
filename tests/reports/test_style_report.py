"""Every figure of a task's styles in one table, for each platform."""

import json
from pathlib import Path

import pytest

from suite.figures import tasks
from suite.figures.identity import Platform
from suite.measuring.results import Figure
from suite.reports import style_report, tables

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


def line_of(made: style_report.StyleReport, style: str) -> style_report.Line:
    (line,) = [line for line in made.lines if line.style == style]
    return line


def test_slope_and_fixed_part_come_from_two_sizes(made: style_report.StyleReport) -> None:
    beside = line_of(made, "columns").beside
    assert beside["bytes a row"] == f"{round(27 * MEBIBYTE / 90_000):,}"
    assert beside["fixed"] == "1.00 MiB"


def test_a_style_without_the_largest_size_has_no_slope() -> None:
    small = [figure("scalars", "track_peak", rows, MEBIBYTE, "2.1.9") for rows in (10_000, 20_000)]
    report = style_report.report([*FIGURES, *small], TASK, 100_000)
    assert report is not None
    assert line_of(report, "scalars").beside == {}


def cells(table: tables.Table) -> dict[str, dict[str, str]]:
    """By label and title."""
    titles = [column.title for column in table.columns]
    return {row[0]: dict(zip(titles[1:], row[1:], strict=True)) for row in table.rows}


def test_a_row_has_a_figure_of_each_release_and_more_of_the_newest(
    made: style_report.StyleReport,
) -> None:
    row = cells(style_report.render(made))[TASK.label("columns")]
    assert row == {
        "key": "columns",
        "1.4.54": "33.0",
        "2.1.9": "31.0",
        "times": "1.0x",
        "heap": "25.0 MiB",
        "time": "250.0 ms",
        "bytes a row": "315",
        "fixed": "1.00 MiB",
    }


def test_what_failed_and_what_was_not_measured_are_told_apart(
    made: style_report.StyleReport,
) -> None:
    row = cells(style_report.render(made))[TASK.label("scalars")]
    assert (row["1.4.54"], row["2.1.9"], row["times"]) == ("failed", "-", "")


def test_the_dearest_style_stands_first_among_those_that_give_the_same() -> None:
    sizes = {"columns": 10, "full_entity": 40, "yield_per": 60, "dbapi_fetchall": 99}
    figures = [figure(s, "track_peak", 1, n * MEBIBYTE, "2.1.9") for s, n in sizes.items()]
    report = style_report.report(figures, TASK, 1)
    assert report is not None
    assert [row[0] for row in style_report.render(report).rows] == [
        "you need objects",
        TASK.label("yield_per"),
        TASK.label("full_entity"),
        "you need values",
        TASK.label("columns"),
        "without SQLAlchemy",
        TASK.label("dbapi_fetchall"),
    ]
    assert line_of(report, "yield_per").factor == 6.0


def test_styles_that_give_the_same_have_no_heading() -> None:
    figures = [figure(style, "track_peak", 1, MEBIBYTE, "2.1.9") for style in ("columns", "bundle")]
    report = style_report.report(figures, TASK, 1)
    assert report is not None
    assert {row[1] for row in style_report.render(report).rows} == {"columns", "bundle"}


def test_the_newest_release_and_the_first_are_shown_where_little_fits() -> None:
    releases = ["1.3.24", "1.4.0", "1.4.54", "2.0.0", "2.0.58", "2.1.0", "2.1.8", "2.1.9"]
    figures = [figure("columns", "track_peak", 1, MEBIBYTE, release) for release in releases]
    report = style_report.report(figures, TASK, 1)
    assert report is not None
    columns = style_report.render(report).columns[2:]
    assert [column.title for column in columns] == [*releases, "times"]
    ranked = sorted(columns, key=lambda column: column.rank)
    assert [column.title for column in ranked] == [
        "2.1.9",
        "times",
        "1.3.24",
        "2.0.58",
        "1.4.54",
        "2.1.8",
        "2.1.0",
        "2.0.0",
        "1.4.0",
    ]


def test_a_figure_that_mib_would_read_as_nothing_has_its_own_unit() -> None:
    figures = [
        figure(style, "track_heap", 1, size, "2.1.9")
        for style, size in (("columns", 12_288), ("bundle", 5 * MEBIBYTE), ("scalars", 0))
    ]
    report = style_report.report(figures, TASK, 1, ("track_heap",))
    assert report is not None
    rows = cells(style_report.render(report))
    shown = {row["key"]: row["2.1.9"] for row in rows.values() if row["key"]}
    assert shown == {"bundle": "5.0", "columns": "12.0 KiB", "scalars": "0.0"}


GROWN = [
    figure("columns", "track_growth", 20, 18646.4, "2.1.9"),
    figure("columns", "track_growth_uncollected", 20, 21000.0, "2.1.9"),
    figure("columns", "track_growth_resident", 20, -0.3, "2.1.9"),
    figure("scalars", "track_growth", 20, 12.0, "1.4.54"),
]


def test_what_further_runs_leave_stands_in_a_table_behind() -> None:
    first, behind = style_report.written([*FIGURES, *GROWN], TASK, 100_000, Path())
    assert first == style_report.written(FIGURES, TASK, 100_000, Path())[0]
    rows = cells(behind)
    assert behind.title.startswith("bounced_addresses: what each further run leaves.\nGrowth in")
    assert " at 20 rows" in behind.title
    assert rows[TASK.label("columns")] == {
        "key": "columns",
        "1.4.54": "-",
        "2.1.9": "18,646",
        "times": "1.0x",
        "growth, collector off": "20.5 KiB",
        "resident growth": "0 bytes",
    }
    assert rows[TASK.label("scalars")]["1.4.54"] == "12"


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
        assert "what each further run leaves" in table.title
    assert style_report.written(GROWN, TASK, 100_000, Path()) == []


@pytest.mark.parametrize(
    ("metric", "least", "factor"),
    [("track_growth", 12.0, None), ("track_peak", MEBIBYTE / 2, None), ("track_heap", 1.0, 8.0)],
)
def test_nothing_is_told_as_a_multiple_of_less_than_the_instrument_can_tell(
    metric: str, least: float, factor: float | None
) -> None:
    figures = [
        figure("columns", metric, 20, least, "2.1.9"),
        figure("full_entity", metric, 20, 8 * least, "2.1.9"),
    ]
    report = style_report.report(figures, TASK, 20, (metric,))
    assert report is not None
    assert line_of(report, "full_entity").factor == factor
    titles = [column.title for column in style_report.render(report).columns]
    assert ("times" in titles) == (factor is not None)


def test_nothing_measured_is_no_report() -> None:
    assert style_report.report([], tasks.tasks()["export"], 100_000) is None
    assert style_report.written([], tasks.tasks()["export"], 100_000, Path()) == []


def test_each_platform_has_a_table_that_names_it(results_dir: Path) -> None:
    box, other = style_report.written([*FIGURES, *ELSEWHERE], TASK, 100_000, results_dir)
    assert box.title.endswith("\nFast, 2 cores, Python 3.11")
    assert other.title.endswith("\nSlow, 2 cores, Python 3.8")
    assert "77.0" not in tables.render(box)
    assert "31.0" not in tables.render(other)


def test_two_machines_of_one_kind_are_told_apart(results_dir: Path) -> None:
    twin = Platform("twin", BOX.python)
    (results_dir / "twin").symlink_to(results_dir / "box")
    figures = [*FIGURES, *ELSEWHERE]
    figures.append(figure("columns", "track_peak", 100_000, 55 * MEBIBYTE, "2.1.9", twin))
    written = style_report.written(figures, TASK, 100_000, results_dir)
    shown = {table.title.rpartition("\n")[2]: tables.render(table) for table in written}
    assert list(shown) == [
        "Fast, 2 cores, Python 3.11 (box)",
        "Slow, 2 cores, Python 3.8",
        "Fast, 2 cores, Python 3.11 (twin)",
    ]
    assert "55.0" in shown["Fast, 2 cores, Python 3.11 (twin)"]
    assert "55.0" not in shown["Fast, 2 cores, Python 3.11 (box)"]


def test_one_platform_needs_no_name(results_dir: Path) -> None:
    (table,) = style_report.written(FIGURES, TASK, 100_000, results_dir)
    assert table.title == (
        f"bounced_addresses: {TASK.question}.\nNet peak in MiB at 100,000 rows,"
        " by release of SQLAlchemy"
    )


def test_figures_of_two_platforms_are_never_merged() -> None:
    figures = [*FIGURES, *ELSEWHERE]
    with pytest.raises(ValueError, match=r"box/3\.11/sqlite, other/3\.8/sqlite"):
        style_report.report(figures, TASK, 100_000)
