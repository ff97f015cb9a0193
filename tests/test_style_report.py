"""Every figure of a task's styles in one table."""

import pytest
from click.testing import CliRunner

from suite import style_report, styles
from suite.commands.styles import main
from suite.results import Figure

MEBIBYTE = 2**20


def figure(style: str, metric: str, rows: int, value: float | None, release: str) -> Figure:
    return Figure(
        release, "bounced_addresses", style, rows, metric, value, "box", "env", "3.11", "1"
    )


@pytest.fixture
def made() -> style_report.StyleReport:
    figures = [
        figure("columns", "track_peak", 10_000, 4 * MEBIBYTE, "2.1.9"),
        figure("columns", "track_peak", 100_000, 31 * MEBIBYTE, "2.1.9"),
        figure("columns", "track_heap", 100_000, 25 * MEBIBYTE, "2.1.9"),
        figure("columns", "track_retained", 100_000, 2 * MEBIBYTE, "2.1.9"),
        figure("columns", "time_query", 100_000, 0.25, "2.1.9"),
        figure("columns", "track_peak", 100_000, 33 * MEBIBYTE, "1.4.54"),
        figure("scalars", "track_peak", 100_000, None, "1.4.54"),
    ]
    report = style_report.report(figures, styles.tasks()["bounced_addresses"], 100_000)
    assert report is not None
    return report


def test_slope_and_fixed_part_come_from_two_sizes(made: style_report.StyleReport) -> None:
    (line,) = [line for line in made.lines if line.label == made.task.label("columns")]
    assert line.slope == pytest.approx(27 * MEBIBYTE / 90_000)
    assert line.fixed == pytest.approx(1 * MEBIBYTE)


def test_a_cell_holds_three_sizes_and_seconds(made: style_report.StyleReport) -> None:
    text = style_report.render(made, markdown=True)
    assert "31.0 / 25.0 / 2.0, 0.25 s" in text
    assert text.splitlines()[0].startswith("| style")
    assert made.releases == ["1.4.54", "2.1.9"]


def test_nothing_measured_is_no_report() -> None:
    assert style_report.report([], styles.tasks()["export"], 100_000) is None


def test_an_unknown_task_is_named() -> None:
    ended = CliRunner().invoke(main, ["nonsense"])
    assert ended.exit_code == 2
    assert "nonsense: no such task" in ended.output
