"""Memory over time: measured, stored beside asv's results, read again."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from suite.commands.study.traces import main
from suite.measuring import traces
from suite.project import Project
from tests.scratch_project import ScratchProject


@pytest.fixture
def project(tmp_path: Path) -> Project:
    scratch = ScratchProject(tmp_path)
    scratch.write_configuration()
    return Project(scratch.configuration)


def run(project: Project, *arguments: str) -> str:
    where = ["--config", str(project.configuration), "--rows", "1000"]
    ended = CliRunner().invoke(main, [*arguments, *where])
    assert ended.exit_code == 0, ended.output
    return ended.output


def test_traces_are_stored_and_read_again(project: Project) -> None:
    said = run(project, "2.1.9", "--style", "columns", "--style", "full_entity")
    assert "2 styles on SQLAlchemy 2.1.9" in said
    found = {trace.style: trace for trace in traces.read(project.results_dir, pytest.fail)}
    assert set(found) == {"columns", "full_entity"}
    trace = found["full_entity"]
    assert (trace.release, trace.python, trace.rows) == ("2.1.9", "3.11", 1000)
    assert trace.answered > 0
    assert max(size for _, size in trace.samples) > 0
    assert trace.measured.startswith("20")


def test_the_rest_is_kept_when_one_is_traced_again(project: Project) -> None:
    run(project, "2.1.9", "--style", "columns", "--style", "full_entity")
    before = {trace.style: trace for trace in traces.read(project.results_dir)}
    run(project, "2.1.9", "--style", "columns")
    after = {trace.style: trace for trace in traces.read(project.results_dir)}
    assert after["full_entity"] == before["full_entity"]
    assert after["columns"] != before["columns"]


def test_what_a_release_lacks_is_no_failure(project: Project) -> None:
    assert "0 styles on SQLAlchemy 1.3.24" in run(project, "1.3", "--style", "scalars")
    assert traces.read(project.results_dir, pytest.fail) == []


@pytest.mark.parametrize("text", ["", "[]", '{"format": 9, "records": []}'])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "box" / "2.1.9-engine-py3.11.records"
    path.parent.mkdir()
    path.write_text(text)
    said: list[str] = []
    assert traces.read(tmp_path, said.append) == []
    assert len(said) == 1
    assert str(path) in said[0]


def test_bad_input_ends_with_2(project: Project) -> None:
    for arguments, words in (
        (["--task", "nosuch"], '"nosuch" is no task'),
        (["--style", "nosuch"], '"nosuch" is no style'),
        (["--rows", "10"], "not in the range"),
    ):
        ended = CliRunner().invoke(main, [*arguments, "--config", str(project.configuration)])
        assert ended.exit_code == 2, ended.output
        assert words in ended.output
    assert not project.results_dir.exists()
