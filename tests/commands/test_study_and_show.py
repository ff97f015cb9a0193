"""scripts/study and scripts/show: the lists, and what a name leads to."""

import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from suite.commands import show, study
from suite.commands.groups import Group
from suite.project import ROOT
from tests.environments import run, run_command

GROUPS = {"study": study.main, "show": show.main}


def names(of: click.Command) -> list[str]:
    assert isinstance(of, Group)
    return of.list_commands(click.Context(of))


@pytest.mark.parametrize("name", GROUPS)
def test_without_a_name_every_name_is_listed(name: str) -> None:
    listed = run_command(name)
    assert listed.returncode == 0
    assert listed.stderr == ""
    assert listed.stdout == run_command(name, "--help").stdout
    for each in names(GROUPS[name]):
        assert f"  {each} " in listed.stdout


@pytest.mark.parametrize("name", GROUPS)
def test_a_wrong_name_is_told_the_right_ones(name: str) -> None:
    ended = run_command(name, "nosuch", "--rows", "7")
    assert ended.returncode == 2
    assert ended.stderr == (
        f'Error: "nosuch" is not there: name one of {", ".join(names(GROUPS[name]))}\n'
    )


@pytest.mark.parametrize(("name", "command"), [(n, c) for n in GROUPS for c in names(GROUPS[n])])
def test_every_command_is_there_and_names_its_exit_codes(name: str, command: str) -> None:
    shown = CliRunner().invoke(GROUPS[name], [command, "--help"], prog_name=f"scripts/{name}")
    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith(f"Usage: scripts/{name} {command} ")
    assert "130" in shown.output.partition("Exit codes:")[2]


@pytest.mark.parametrize("name", GROUPS)
def test_every_module_is_listed(name: str) -> None:
    found = {path.stem for path in (ROOT / "suite" / "commands" / name).glob("[!_]*.py")}
    assert found == {each.replace("-", "_") for each in names(GROUPS[name])}


def test_the_list_imports_no_command(tmp_path: Path) -> None:
    code = (
        "import sys; from suite.commands.study import main;"
        "main([], standalone_mode=False);"
        "print([m for m in sys.modules if m.startswith(('suite.studies', 'altair'))])"
    )
    listed = run(sys.executable, "-c", code, folder=tmp_path)
    assert listed.stdout.endswith("[]\n"), listed.stderr


SLOW_MODULE = "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(60)"
SLOW_GROUP = """
import click
from suite.commands.groups import Group

main = Group("slow_package", {"slow": "A line."}, callback=lambda: None, name="main")
main(["slow"])
"""


def test_ctrl_c_while_a_command_is_imported_ends_as_it_does_later(tmp_path: Path) -> None:
    (tmp_path / "slow_package").mkdir()
    (tmp_path / "slow_package" / "slow.py").write_text(SLOW_MODULE)
    ended = run(sys.executable, "-c", SLOW_GROUP, folder=tmp_path)
    assert ended.returncode == 130
    assert ended.stderr == "Interrupted.\n"
