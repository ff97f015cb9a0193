"""scripts/show styles: where there is nothing to show, the line says why."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from suite.commands.show import main
from tests import fake_results
from tests.scratch_project import ScratchProject


@pytest.fixture
def project(tmp_path: Path) -> ScratchProject:
    project = ScratchProject(tmp_path)
    project.write_configuration()
    return project


def why(project: ScratchProject, *arguments: str) -> str:
    shown = CliRunner().invoke(main, ["styles", "--config", str(project.configuration), *arguments])
    assert shown.exit_code == 2, shown.output
    assert not shown.stdout
    return shown.stderr.splitlines()[-1]


def test_no_results_at_all(project: ScratchProject) -> None:
    assert why(project) == (
        f"Error: there are no results in {project.results} yet: measure with scripts/bench"
    )


@pytest.mark.parametrize(
    ("arguments", "lacking", "there"),
    [
        (("--rows", "7"), "at 7 rows", "at 20 rows, 1,000 rows, 10,000 rows"),
        (("--python", "3.8"), "of Python 3.8", "of Python 3.11"),
        (("--release", "2.0.58"), "of SQLAlchemy 2.0.58", "of SQLAlchemy 2.1.8, 2.1.9"),
        (("how_many",), "of how_many", "of bounced_addresses"),
        (("how_many", "--metric", "heap"), "of how_many", "of bounced_addresses"),
    ],
)
def test_results_of_something_else(
    project: ScratchProject, arguments: tuple[str, ...], lacking: str, there: str
) -> None:
    fake_results.write(project.results, ["2.1.8", "2.1.9"], sizes=(1000, 10000))
    assert why(project, "--rows", "1000", *arguments) == (
        f"Error: nothing is stored {lacking}, but {there}:"
        " name one of these, or measure with scripts/bench"
    )


def test_without_rows_every_task_is_shown_at_the_largest_size_that_it_has(
    project: ScratchProject,
) -> None:
    fake_results.write(project.results, ["2.1.9"], ["history", "insert"], sizes=(1000, 10000))
    arguments = ["styles", "--config", str(project.configuration)]
    shown = CliRunner().invoke(main, arguments)
    assert shown.exit_code == 0, shown.output
    for task in ("history", "insert"):
        assert f"{task}: what each further run leaves.\nGrowth in bytes at 20 rows" in shown.stdout
    assert shown.stdout.count(" at 10,000 rows,") == 2
    assert " 1,000 rows" not in shown.stdout


def test_only_growth_is_something(project: ScratchProject) -> None:
    fake_results.write(project.results, ["2.1.9"], sizes=())
    shown = CliRunner().invoke(main, ["styles", "--config", str(project.configuration)])
    assert shown.exit_code == 0, shown.output
    assert "what each further run leaves.\nGrowth in bytes at 20 rows" in shown.stdout
    assert why(project, "--rows", "1000") == (
        "Error: nothing is stored at 1,000 rows, but at 20 rows:"
        " name one of these, or measure with scripts/bench"
    )


def test_figures_of_an_older_version(project: ScratchProject) -> None:
    folder = fake_results.write(project.results, ["2.1.9"])
    path = fake_results.path_of(folder, "2.1.9")
    stored = json.loads(path.read_text())
    for row in stored["results"].values():
        row[2] = "older"
    path.write_text(json.dumps(stored))
    assert why(project) == (
        f"Error: no figure in {project.results} was measured as today:"
        " measure anew with scripts/bench"
    )


def test_styles_that_all_failed(project: ScratchProject) -> None:
    folder = fake_results.write(project.results, ["2.1.9"])
    path = fake_results.path_of(folder, "2.1.9")
    stored = json.loads(path.read_text())
    for row in stored["results"].values():
        row[0] = [None] * len(row[0])
    path.write_text(json.dumps(stored))
    records = json.loads(path.with_suffix(".records").read_text())
    for record in records["records"]:
        record["failed"] = "out of memory"
    path.with_suffix(".records").write_text(json.dumps(records))
    said = why(project)
    assert said.startswith("Error: all of it failed, bounced_addresses.")
    assert said.endswith(": out of memory")


def test_another_metric_stands_for_each_release(project: ScratchProject) -> None:
    fake_results.write(project.results, ["2.1.8", "2.1.9"])
    arguments = ["styles", "--config", str(project.configuration), "--metric", "heap"]
    shown = CliRunner().invoke(main, [*arguments, "--format", "markdown"])
    assert shown.exit_code == 0, shown.output
    assert "Heap in MiB at 100,000 rows" in shown.stdout
    (titles,) = [line for line in shown.stdout.splitlines() if line.startswith("| style")]
    assert titles == (
        "| style | key | 2.1.8 | 2.1.9 | times | net peak | time | bytes a row | fixed |"
    )


def test_a_metric_that_is_none_gets_one_line(project: ScratchProject) -> None:
    assert why(project, "--metric", "weight").startswith('Error: --metric: "weight" is no metric')
