"""scripts/show drivers: from stored results, and what to run where there are none."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suite.commands.show import main
from suite.figures import tasks
from tests import fake_results
from tests.scratch_project import ScratchProject

HOW = "measure with scripts/bench --database postgresql+psycopg2 --bench streaming"


@pytest.fixture
def project(tmp_path: Path) -> ScratchProject:
    scratch = ScratchProject(tmp_path)
    scratch.write_configuration()
    return scratch


def show(project: ScratchProject, *arguments: str) -> Result:
    where = ["--config", str(project.configuration)]
    return CliRunner().invoke(main, ["drivers", *arguments, *where])


def measure(project: ScratchProject, *databases: str, release: str = "2.1.9") -> None:
    for database in databases:
        fake_results.write(
            project.results, [release], ("streaming",), database=database, flat=("core_stream",)
        )


def test_it_prints_what_is_held_what_streams_and_the_seconds(project: ScratchProject) -> None:
    measure(project, "sqlite", "mariadb+pymysql")
    shown = show(project)
    assert shown.exit_code == 0, shown.output
    for words in ("Net peak in MiB by driver: SQLAlchemy 2.1.9, 100,000 rows", "Does it stream?"):
        assert words in shown.stdout
    assert "Seconds by driver" in shown.stdout
    assert "PyMySQL" in shown.stdout


def test_markdown_of_named_styles(project: ScratchProject) -> None:
    measure(project, "sqlite", "mariadb+pymysql")
    label = tasks.task_named("streaming").label("core_stream")
    by_key, shown = (
        show(project, "--style", style, "--format", "markdown", "--rows", "10000")
        for style in ("core_stream", label)
    )
    assert shown.stdout == by_key.stdout
    assert shown.exit_code == 0, shown.output
    lines = shown.stdout.splitlines()
    assert lines.count("| driver | Core stream |") == 3
    assert "| PyMySQL | yes |" in [line.replace("\u00a0", " ") for line in lines]
    assert "10,000 rows" in lines[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--release", "2.0.58"], "is stored of SQLAlchemy 2.0.58, but of 2.1.9: name one of"),
        (["--rows", "7"], "is stored at 7 rows, but at 1,000, 10,000, 100,000: name one of these"),
        (["--style", "core_streem"], 'no style of streaming; did you mean "core_stream"?'),
        (["--style", "export.columns"], "no style of the task streaming"),
    ],
)
def test_what_is_not_there_gets_one_line(
    project: ScratchProject, arguments: list[str], said: str
) -> None:
    measure(project, "sqlite")
    shown = show(project, *arguments)
    assert shown.exit_code == 2
    assert not shown.stdout
    (line,) = shown.stderr.splitlines()
    assert said in line
    assert ("--style" in arguments) or line.endswith(HOW)


def test_without_results_it_says_what_to_run(project: ScratchProject) -> None:
    fake_results.write(project.results, ["2.1.9"])
    shown = show(project)
    assert shown.exit_code == 2
    (line,) = shown.stderr.splitlines()
    assert line == (f"Error: no figure of the task streaming is stored in {project.results}: {HOW}")
