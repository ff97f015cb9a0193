"""scripts/show styles and pictures: from stored results, and without any."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suite.commands.show import main
from tests import fake_results
from tests.scratch_project import ScratchProject


@pytest.fixture
def project(tmp_path: Path) -> ScratchProject:
    scratch = ScratchProject(tmp_path)
    scratch.write_configuration()
    return scratch


def show(project: ScratchProject, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--config", str(project.configuration)])


def test_pythons_have_tables_of_their_own(project: ScratchProject) -> None:
    for python in ("3.11", "3.8"):
        fake_results.write(project.results, ["2.0.58"], python=python)
    shown = show(project, "styles", "bounced_addresses")
    assert shown.exit_code == 0, shown.output
    # One of a run, and one of growth.
    assert shown.output.count("bounced_addresses: ") == 2 * 2
    for python in ("3.11", "3.8"):
        assert f"Fake Processor, 2 cores, Python {python}" in shown.output
    assert show(project, "styles", "--python", "3.8").output.count("bounced_addresses: ") == 2


def test_markdown_escapes_the_labels(project: ScratchProject) -> None:
    fake_results.write(project.results, ["2.0.58"])
    shown = show(project, "styles", "--format", "markdown")
    assert r"yield\_per(1000)" in shown.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], '"nonsense" is no task'),
        (["--rows", "7"], "measure with scripts/bench"),
        (["--rows", "many"], "--rows"),
    ],
)
def test_styles_that_cannot_be_shown(
    project: ScratchProject, arguments: list[str], words: str
) -> None:
    shown = show(project, "styles", *arguments)
    assert shown.exit_code == 2
    assert words in shown.output


def test_pictures_are_of_one_platform(project: ScratchProject, tmp_path: Path) -> None:
    fake_results.write(project.results, ["2.0.58", "2.1.9"], python="3.11")
    fake_results.write(project.results, ["1.4.54"], python="3.8")
    shown = show(project, "pictures", "--output", str(tmp_path / "drawn"))
    assert shown.exit_code == 0, shown.output
    drawn = (tmp_path / "drawn" / "heat-table.svg").read_text()
    assert "SQLAlchemy 2.0.58, 2.1.9; Python 3.11" in drawn
    assert "scripts/study traces" in shown.output


def test_pictures_without_results_blame_no_option(project: ScratchProject) -> None:
    shown = show(project, "pictures")
    assert shown.exit_code == 2
    assert "holds nothing to draw" in shown.output
    assert "--results" not in shown.output


def test_a_folder_of_results_that_is_missing_is_named(
    project: ScratchProject, tmp_path: Path
) -> None:
    shown = show(project, "pictures", "--results", str(tmp_path / "none"))
    assert shown.exit_code == 2
    assert "'--results'" in shown.output
    assert str(tmp_path / "none") in shown.output
