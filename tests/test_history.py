"""Ten years: the second configuration of asv, and the stored figures of the article's styles."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from suite import article, line_profile, ten_years
from suite.asv_commands import CONFIGURATION
from suite.catalogue import Catalogue
from suite.commands.ten_years import main
from suite.line_profile import HISTORY_CONFIGURATION
from suite.ten_years import Point
from suite.timeline import Timeline

OWN = {"pythons", "branches"}
# What only `asv publish` reads: it publishes both from the main configuration.
PUBLISHED = {
    "plugins",
    "show_commit_url",
    "regressions_thresholds",
    "regressions_first_commits",
}


@pytest.fixture
def both() -> tuple[dict[str, Any], dict[str, Any]]:
    main = line_profile.configuration(CONFIGURATION)
    return main, line_profile.configuration(HISTORY_CONFIGURATION)


def test_both_configurations_measure_alike(both: tuple[dict[str, Any], dict[str, Any]]) -> None:
    main, history = (
        {name: value for name, value in configuration.items() if name not in OWN | PUBLISHED}
        for configuration in both
    )
    assert history == main


def test_the_history_loads_no_plugin_that_the_main_one_lacks(
    both: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    main, history = both
    assert set(history["plugins"]) <= set(main["plugins"])


def test_every_series_of_the_history_runs_on_its_python(
    both: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    _, history = both
    timeline = Timeline(Catalogue.load())
    assert history["branches"] == ["2.0", "1.4", "1.3", "1.2", "1.1", "1.0", "0.9"]
    for series in history["branches"]:
        assert timeline.named(series).supports(history["pythons"][0])


def test_the_story_goes_from_the_article_to_the_newest_series() -> None:
    timeline = Timeline(Catalogue.load())
    planned = ten_years.planned(timeline)
    assert planned[0] == (article.RELEASE, "3.8")
    assert planned[-1] == (timeline.named("2.1").version, "3.11")
    assert {"1.3", "1.4", "2.0"} <= {
        ".".join(release.split(".")[:2]) for release, python in planned if python == "3.11"
    }


def point(release: str, style: str, peak: float, **changes: Any) -> Point:
    figures = {
        "python": "3.8",
        "rows": 1000,
        "track_peak": round(peak * 2**20),
        "track_retained": 2**20,
        "track_heap": 2**21,
        "compiled": True,
        "measured": "2026-11-22",
    }
    return Point(**{"release": release, "style": style, **figures, **changes})


POINTS = [
    point("2.0.58", "columns", 37.1),
    point("0.9.10", "full_entity", 343.1),
    point("0.9.9", "full_entity", 343.0),
    point("2.0.58", "full_entity", 264.6, compiled=False),
    point("2.0.58", "full_entity", 227.4, python="3.11"),
]


def test_points_are_stored_and_replaced_one_by_one(tmp_path: Path) -> None:
    ten_years.store(tmp_path, POINTS)
    newer = point("0.9.9", "full_entity", 300.0)
    ten_years.store(tmp_path, [newer])
    stored = ten_years.read(tmp_path)
    assert len(stored) == len(POINTS)
    assert newer in stored


def test_asv_does_not_take_the_file_for_results(tmp_path: Path) -> None:
    ten_years.store(tmp_path, POINTS)
    assert list(tmp_path.glob("*.json")) == []


@pytest.mark.parametrize("text", ["", "[]", '{"format": 9, "points": []}', '{"format": 1}'])
def test_a_damaged_file_is_named_and_kept(tmp_path: Path, text: str) -> None:
    (tmp_path / ten_years.FILE).write_text(text)
    said: list[str] = []
    assert ten_years.read(tmp_path, said.append) == []
    assert len(said) == 1
    assert ten_years.FILE in said[0]
    ten_years.store(tmp_path, POINTS)
    assert (tmp_path / "ten-years.damaged").read_text() == text
    assert len(ten_years.read(tmp_path)) == len(POINTS)


def test_the_table_is_in_the_order_of_releases_and_pythons() -> None:
    rows = ten_years.as_markdown(POINTS, 1000).splitlines()[4:]
    assert [row.split(" | ")[:3] for row in rows] == [
        ["| 3.8", "0.9.9", "343.0"],
        ["| 3.8", "0.9.10", "343.1"],
        ["| 3.8", "2.0.58 (pure Python)", "264.6"],
        ["| 3.11", "2.0.58", "227.4"],
    ]
    assert ten_years.as_table(POINTS, 1000).row_count == 4


def test_the_picture_names_every_line_and_release() -> None:
    svg = ten_years.picture(POINTS, 1000, "a <quiet> machine")
    assert svg.startswith("<svg")
    for words in ("full entity, Python 3.11", "column only, Python 3.8", "0.9.10", "2026-11-22"):
        assert words in svg
    assert "a &lt;quiet&gt; machine" in svg


def test_stored_figures_are_printed_without_measuring(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("suite.asv_commands.RESULTS", tmp_path)
    monkeypatch.setattr("suite.asv_commands.machine_name", lambda: "quiet")
    monkeypatch.setattr("suite.environments.for_release", None)
    (tmp_path / "quiet").mkdir()
    ten_years.store(tmp_path / "quiet", POINTS)
    (tmp_path / "quiet" / "machine.json").write_text(json.dumps({"cpu": "fast", "num_cpu": "2"}))
    drawn = tmp_path / "new" / "picture.svg"
    arguments = ["2.0.58", "--python", "3.8", "--rows", "1000", "--picture", str(drawn)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "264.6" in result.output
    assert "fast, 2 cores" in drawn.read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--python", "3.8"], "name some"),
        (["nosuch"], "not a release"),
        (["1.1..1.0"], "runs backwards"),
        (["2.0.58", "--rows", "0"], "not in the range"),
    ],
)
def test_bad_input_ends_with_2(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2, result.output
    assert words in result.output
