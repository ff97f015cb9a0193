"""The museum of known changes: each is findable, nothing is told, and what is named is judged.

With SQLALCHEMY_ASV_PROOFS=1 every one is searched for, in real releases.
"""

import os
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from benchmarks.startup.steps import STEPS
from suite.commands.study.museum import main
from suite.figures import limits
from suite.figures.bisection import UnmeasurableError
from suite.figures.verdicts import Verdict
from suite.measuring import environments
from suite.project import ROOT, Project
from suite.releases.catalogue import Catalogue
from suite.studies import museum
from suite.studies.museum import EXHIBITS, Exhibit
from suite.terminal.errors import UserMistake
from suite.upgrade import regression
from tests.scratch_project import ScratchProject
from tests.upgrade import upgrade_project
from tests.upgrade.upgrade_project import UpgradeProject

PYTHON = "3.11"
LIMITS = limits.on_this_machine(limits.load())
RELEASES = [f"2.0.{number}" for number in range(41, 54)]
EXHIBIT = Exhibit(
    99999, "less of everything", "bounced_addresses.columns", "heap", "2.0.41", "2.0.53", "2.0.48"
)
# Neighbours of the release, on both sides of it together: one could be hit by chance.
LEAST_RELEASES = 5

each = pytest.mark.parametrize(
    "exhibit", EXHIBITS, ids=lambda exhibit: f"{exhibit.ticket}-{exhibit.style}"
)


@each
def test_every_exhibit_can_be_searched_for(exhibit: Exhibit) -> None:
    releases = museum.releases(exhibit, PYTHON)
    assert exhibit.first in releases[1:-1]
    assert len(releases) >= LEAST_RELEASES
    judged = museum.judged_by(exhibit, LIMITS)
    if exhibit.style.startswith(museum.STARTUP):
        assert exhibit.style.removeprefix(museum.STARTUP) in STEPS
        assert list(judged) == ["track_heap"]
    else:
        assert len(regression.cells_of(exhibit.style, exhibit.rows, judged)) == 1
    assert exhibit.verdict in (Verdict.WORSE, Verdict.BETTER)


def test_no_exhibit_is_there_twice() -> None:
    places = [(exhibit.style, exhibit.metric, exhibit.first) for exhibit in EXHIBITS]
    assert len(set(places)) == len(places)


def test_every_exhibit_stands_in_the_document() -> None:
    text = (ROOT / "docs" / "evidence" / "figures" / "museum.md").read_text()
    rows = re.findall(ROW, text, re.MULTILINE)
    shown = [(int(ticket), what, style.replace("\\", "")) for ticket, what, style in rows]
    assert shown == [(exhibit.ticket, exhibit.what, exhibit.style) for exhibit in EXHIBITS]


ROW = r"^\| (\d+) \| ([^|]*) \| ([\w\\]+\.[\w\\]+) \|"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UpgradeProject:
    monkeypatch.setattr(museum, "EXHIBITS", (EXHIBIT,))
    return upgrade_project.create(tmp_path, monkeypatch, RELEASES)


def run(project: ScratchProject, *arguments: str) -> Result:
    words = [*arguments, "--config", str(project.configuration)]
    return CliRunner().invoke(main, words, catch_exceptions=False)


def lighter_from(project: UpgradeProject, first: str, factor: float = 0.8) -> None:
    for release in RELEASES[RELEASES.index(first) :]:
        project.scale(release, "columns", factor, ["track_heap"])


def test_the_right_release_is_right(project: UpgradeProject) -> None:
    lighter_from(project, "2.0.48")
    result = run(project)
    assert result.exit_code == 0, result.output
    assert "1 of 1 known changes found, in 5 measurements" in result.stdout
    assert "5 of 13" in result.stdout


def test_another_release_is_not(project: UpgradeProject) -> None:
    lighter_from(project, "2.0.50")
    result = run(project, "99999")
    assert result.exit_code == 1
    assert "2.0.50" in result.stdout
    assert "no: 2.0.48" in result.stdout


def test_the_other_direction_is_not(project: UpgradeProject) -> None:
    lighter_from(project, "2.0.48", factor=1.2)
    assert "no: 2.0.48" in run(project).stdout


def test_one_of_two_is_not(project: UpgradeProject) -> None:
    lighter_from(project, "2.0.48")
    project.set("2.0.47", "columns", None, "track_heap")
    result = run(project)
    assert "2.0.47, 2.0.48" in result.stdout
    assert result.exit_code == 1


def test_nothing_and_no_figure_are_said(project: UpgradeProject) -> None:
    assert "nothing changed" in run(project).stdout
    project.set("2.0.53", "columns", None, "track_heap")
    result = run(project)
    assert result.exit_code == 1
    assert "install_command" in result.stdout


def test_the_search_is_not_told(monkeypatch: pytest.MonkeyPatch, project: UpgradeProject) -> None:
    """It is asked the same for every release that could be the right one."""
    told: list[Any] = []

    def find(*arguments: Any) -> None:
        told.append(arguments[1:4])
        raise UserMistake("this is all")

    monkeypatch.setattr(regression, "find", find)
    for first in ("2.0.44", "2.0.48"):
        museum.find(Project(project.configuration), replace(EXHIBIT, first=first), LIMITS)
    assert told[0] == told[1]
    releases, (cell,), judged_by = told[0]
    assert (releases, cell.style, list(judged_by)) == (RELEASES, "columns", ["track_heap"])


STEP = Exhibit(1, "", "startup.mapping", "heap", "2.0.41", "2.0.53", "2.0.48", rows=10)


@pytest.mark.parametrize(("factor", "right"), [(0.9, True), (1.1, False), (0.9999, False)])
def test_a_step_of_the_start_up_is_searched_alike(
    monkeypatch: pytest.MonkeyPatch, project: UpgradeProject, factor: float, right: bool
) -> None:
    def heap(interpreter: Path, step: str, classes: int) -> float:
        assert (step, classes) == ("mapping", 10)
        number = int(str(interpreter).split(".")[-1])
        return 2**24 * (factor if number >= 48 else 1)

    made = SimpleNamespace
    monkeypatch.setattr(
        environments, "for_release", lambda release, *unused: made(interpreter=Path(release))
    )
    monkeypatch.setattr(museum, "heap_of_start_up", heap)
    found = museum.find(Project(project.configuration), STEP, LIMITS)
    assert found.is_right is right
    assert found.named == ([] if factor > 0.99 and factor < 1 else ["2.0.48"])


def test_the_heap_of_a_step_is_measured() -> None:
    interpreter = environments.for_release("2.1.9").interpreter
    few, many = (museum.heap_of_start_up(interpreter, "mapping", count) for count in (2, 10))
    assert 0 < few < many
    with pytest.raises(UnmeasurableError, match="nosuch"):
        museum.heap_of_start_up(interpreter, "nosuch", 1)


@pytest.mark.parametrize(
    ("arguments", "words"), [(["1"], "not in the museum"), (["one"], "not a valid integer")]
)
def test_bad_input_ends_with_2(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2, result.output
    assert words in result.output


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Project:
    scratch = ScratchProject(tmp_path_factory.mktemp("museum"))
    scratch.write_configuration()
    return Project(scratch.configuration)


@pytest.mark.network
@pytest.mark.skipif(
    "SQLALCHEMY_ASV_PROOFS" not in os.environ,
    reason="takes minutes: set SQLALCHEMY_ASV_PROOFS=1",
)
@each
def test_every_exhibit_is_found(exhibit: Exhibit, empty: Project) -> None:
    assert Catalogue.load().get(exhibit.first) is not None
    found = museum.find(empty, exhibit, LIMITS)
    assert found.named == [exhibit.first], found.trouble
    assert found.is_right
