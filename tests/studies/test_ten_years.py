"""Ten years: the second configuration of asv, and the stored figures of the article's styles."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from suite.commands.study.ten_years import main
from suite.measuring import store
from suite.measuring.processes import Outcome, Unit
from suite.project import CONFIGURATION, HISTORY_CONFIGURATION, Project
from suite.releases.catalogue import Catalogue
from suite.releases.timeline import Timeline
from suite.reports import tables
from suite.studies import article, ten_years
from suite.studies.ten_years import Point
from tests.scratch_project import ScratchProject

OWN = {"pythons", "branches"}
# What only `asv publish` reads: it publishes both from the main configuration.
PUBLISHED = {
    "plugins",
    "site_address",
    "regressions_thresholds",
    "regressions_first_commits",
}


@pytest.fixture
def both() -> tuple[dict[str, Any], dict[str, Any]]:
    return Project(CONFIGURATION).settings, Project(HISTORY_CONFIGURATION).settings


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
    given = {
        "python": "3.8",
        "rows": 1000,
        "figures": {"track_peak": peak * 2**20, "track_retained": 2**20, "track_heap": 2**21},
        "compiled": True,
        "measured": "2026-11-22",
    }
    return Point(**{"release": release, "style": style, **given, **changes})


POINTS = [
    point("2.0.58", "columns", 37.1),
    point("0.9.10", "full_entity", 343.1),
    point("0.9.9", "full_entity", 343.0),
    point("2.0.58", "full_entity", 264.6, compiled=False),
    point("2.0.58", "full_entity", 227.4, python="3.11"),
]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    scratch = ScratchProject(tmp_path)
    scratch.write_configuration()
    return Project(scratch.configuration)


def keep(place: store.Place, *styles: str, peak: float = 37.1) -> None:
    """Store figures of styles as if they had been measured."""
    facts = {"compiled_extensions": ["sqlalchemy.cresultproxy"]}
    with store.keeping(place) as run:
        for style in styles:
            for what, figures in (
                ("resident", {"peak": peak * 2**20, "retained": 2**20}),
                ("heap", {"heap": 2**21, "leaked": 0}),
            ):
                unit = Unit("bounced_addresses", style, 1000, what)
                run.keep(Outcome(unit, {**figures, "measured_with": facts}))


def test_points_are_what_is_stored_of_both_instruments(project: Project) -> None:
    place = store.place_of(project, "2.0.58", "3.8")
    assert ten_years.points(place, 1000) == []
    assert len(ten_years.lacking(place, 1000, fresh=False)) == 4
    keep(place, "columns")
    (found,) = ten_years.points(place, 1000)
    assert found == point("2.0.58", "columns", 37.1, measured=found.measured)
    assert {unit.style for unit in ten_years.lacking(place, 1000, fresh=False)} == {"full_entity"}
    assert len(ten_years.lacking(place, 1000, fresh=True)) == 4
    assert ten_years.points(place, 2000) == []
    keep(place, "columns", peak=30.0)
    (found,) = ten_years.points(place, 1000)
    assert found.figures["track_peak"] == 30 * 2**20


def test_pythons_are_kept_apart(project: Project) -> None:
    keep(store.place_of(project, "2.0.58", "3.8"), "columns")
    assert ten_years.points(store.place_of(project, "2.0.58", "3.11"), 1000) == []


def test_what_failed_is_measured_again(project: Project) -> None:
    place = store.place_of(project, "2.0.58", "3.8")
    keep(place, "columns")
    failed = Unit("bounced_addresses", "columns", 1000, "heap")
    with store.keeping(place) as run:
        run.keep(Outcome(failed, {"failed": "out of memory"}))
    assert ten_years.points(place, 1000) == []
    assert failed in ten_years.lacking(place, 1000, fresh=False)


def test_the_table_is_in_the_order_of_releases_and_pythons() -> None:
    made = ten_years.table(POINTS, 1000)
    assert [row[:3] for row in made.rows] == [
        ["3.8", "0.9.9", "343.0"],
        ["3.8", "0.9.10", "343.1"],
        ["3.8", "2.0.58 (pure Python)", "264.6"],
        ["3.11", "2.0.58", "227.4"],
    ]
    assert tables.render(made, tables.MARKDOWN).startswith("**1,000 rows, in MiB**")


def test_the_picture_names_every_line_and_release() -> None:
    svg = ten_years.picture(POINTS, 1000, "a <quiet> machine")
    assert svg.startswith("<svg")
    for words in ("full entity, Python 3.11", "column only, Python 3.8", "0.9.10", "2026-11-22"):
        assert words in svg
    assert "a &lt;quiet&gt; machine" in svg


def test_stored_figures_are_printed_without_measuring(
    monkeypatch: pytest.MonkeyPatch, project: Project, tmp_path: Path
) -> None:
    monkeypatch.setattr("suite.measuring.environments.for_release", None)
    place = store.place_of(project, "2.0.58", "3.8")
    keep(place, *article.STYLES, peak=264.6)
    (place.path.parent / "machine.json").write_text(json.dumps({"cpu": "fast", "num_cpu": "2"}))
    drawn = tmp_path / "new" / "picture.svg"
    arguments = ["2.0.58", "--python", "3.8", "--rows", "1000", "--picture", str(drawn)]
    result = CliRunner().invoke(main, [*arguments, "--config", str(project.configuration)])
    assert result.exit_code == 0, result.output
    assert "264.6" in result.output
    assert "fast, 2 cores" in drawn.read_text()


def test_what_is_missing_is_measured_and_stored(project: Project) -> None:
    arguments = ["2.1.9", "--rows", "1000", "--config", str(project.configuration)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    place = store.place_of(project, "2.1.9", "3.11")
    assert [found.style for found in ten_years.points(place, 1000)] == list(article.STYLES)
    assert ten_years.lacking(place, 1000, fresh=False) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--python", "3.8"], "name some"),
        (["nosuch"], "nosuch"),
        (["1.1..1.0"], "runs backwards"),
        (["2.0.58", "--rows", "0"], "not in the range"),
    ],
)
def test_bad_input_ends_with_2(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2, result.output
    assert words in result.output
