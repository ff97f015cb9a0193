"""What every command answers to wrong arguments: one line, exit code 2, and nothing is written."""

import importlib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from suite.project import ROOT

LONG = "9" * 5000

# The module of a command, its arguments, and what its one line has to name.
WRONG = [
    ("bench", ["--nosuch"], "--nosuch"),
    ("bench", ["--database", "postgresql://me:secret@host:port/x"], "can't be read"),
    ("bench", ["--bench"], "--bench"),
    ("bench", ["2.0.58", "1.4.54"], "1.4.54"),
    ("check_upgrade", ["1.4"], "name two releases"),
    ("check_upgrade", ["HEAD", "2.0"], '"HEAD"'),
    ("check_upgrade", ["1.4", "releases"], '"releases"'),
    ("check_upgrade", ["1.4..2.0", "2.0"], "a range"),
    ("check_upgrade", ["2.0.58", "2.0.58"], "no upgrade to check"),
    ("check_upgrade", ["previous", "previous"], '"previous"'),
    ("check_upgrade", [LONG, "2.0"], "neither a release nor a file"),
    ("check_upgrade", ["none.txt", "2.0"], "none.txt"),
    ("check_upgrade", ["1.4", "2.0", "--task", "nosuch"], '"nosuch" is no task'),
    ("check_upgrade", ["1.4", "2.0", "--style", "nosuch"], '"nosuch" is no style'),
    ("check_upgrade", ["1.4", "2.0", "--style", "a.b.c"], '"a.b" is no task'),
    ("check_upgrade", ["1.4", "2.0", "--rows", "0"], "not measured at 0 rows"),
    ("check_upgrade", ["1.4", "2.0", "--rows", "-1"], "not measured at -1 rows"),
    ("check_upgrade", ["1.4", "2.0", "--budget", "9" * 300], "not an amount of memory"),
    ("check_upgrade", ["1.4", "2.0", "--budget", "0"], "above nothing"),
    ("check_upgrade", ["1.4", "2.0", "--config", ""], "--config"),
    ("check_upgrade", ["1.4", "2.0", "--config", "/"], "--config"),
    ("check_upgrade", ["1.4", "2.0", "--limits", "none.toml"], "none.toml"),
    ("check_upgrade", ["1.4", "2.0", "--accept", "none.toml"], "none.toml"),
    ("check_upgrade", ["1.4", "2.0", "--format", "nosuch"], "'nosuch' is not one of"),
    ("check_upgrade", ["1.4", "2.0", "--database", "mariadb+psycopg2"], "mariadb+psycopg2"),
    ("check_upgrade", ["1.4", "2.0", "--database", "sqlite:///x.db"], "write sqlite"),
    ("check_upgrade", ["1.4", "2.0", "2.1"], "unexpected extra argument (2.1)"),
    ("find_regression", ["history.nosuch", "1.4", "2.0"], '"nosuch" is no style'),
    ("find_regression", ["history.lazy", "HEAD", "2.0"], '"HEAD"'),
    ("find_regression", ["history.lazy", "1.4", ">=2.0"], "a range"),
    ("find_regression", ["history.lazy", "1.4", "2.0", "--rows", "0"], "not measured at 0 rows"),
    ("find_regression", ["history.lazy", "1.4", "2.0", "--metric", "x"], '"x" is no metric'),
    ("find_regression", ["history.lazy", "1.4"], "NEW"),
    ("find_regression", ["history.lazy", "1.4", "2.0", "--database", "pg"], "pg is no database"),
    ("seed", [], "--rows N"),
    ("seed", ["--rows", "0"], "from 1 to 80,000,000, not 0"),
    ("seed", ["--rows", "many"], "from 1 to 80,000,000, not many"),
    ("seed", ["--rows", "10", "--show", "x.db"], "--show FILE"),
    ("seed", ["--show", "none.db"], "none.db"),
    ("seed", ["--drop"], "name one with --database"),
    ("seed", ["--drop", "--rows", "10"], "--drop"),
    ("seed", ["--rows", "10", "--database", "oracle"], "oracle is no database"),
    ("seed", ["--rows", "10", "--dataset", "nosuch"], "nosuch"),
    ("publish", ["--config", "none.json"], "none.json"),
    ("study", ["changes", "2.1.8..2.1.9"], "name two releases or more"),
    ("study", ["changes", "--task", "nosuch"], '"nosuch" is no task'),
    ("study", ["museum", "1"], "1 is not in the museum"),
    ("study", ["nosuch"], '"nosuch"'),
    ("study", ["noise", "9.9.9"], "9.9.9"),
    ("study", ["noise", "--rows", "0"], "'--rows': 0 is not in the range"),
    ("study", ["noise", "--task", "nosuch"], '"nosuch" is no task'),
    ("study", ["noise", "--style", "nosuch"], '"nosuch" is no style'),
    ("study", ["noise", "--repeat", "1"], "'--repeat': 1 is not in the range"),
    ("study", ["false-alarms", "HEAD"], '"HEAD"'),
    ("study", ["false-alarms", "--rows", "7"], "not measured at 7 rows"),
    ("study", ["lines", "nosuch"], '"nosuch" is no style'),
    ("study", ["lines", "full_entity", "--release", "2.0..2.1"], "a range"),
    ("study", ["article", "--release", "nosuch"], '"nosuch"'),
    ("study", ["ten-years", "nosuch"], "nosuch"),
    ("study", ["traces", "nosuch"], '"nosuch"'),
    ("study", ["traces", "--rows", "0"], "'--rows': 0 is not in the range"),
    ("study", ["drivers", "--driver", "nosuch"], "nosuch is no database"),
    ("study", ["outside"], "name one with --database"),
    ("study", ["outside", "--database", "postgresql+psycopg3"], "postgresql+psycopg3"),
    ("study", ["page-speed", "--releases", "0"], "'--releases': 0 is not in the range"),
    ("study", ["seed-speed", "--rows", "0"], "'--rows': 0 is not in the range"),
    ("study", ["known-truth", "--python", "3.8"], "does not run on Python 3.8"),
    ("show", ["nosuch"], '"nosuch"'),
    ("show", ["styles", "nosuch"], '"nosuch" is no task'),
    ("show", ["styles", "--rows", "0"], "'--rows': 0 is not in the range"),
    ("show", ["pictures", "--task", "nosuch"], '"nosuch" is no task'),
    ("show", ["drivers", "--rows", "0"], "'--rows': 0 is not in the range"),
    ("show", ["releases", "--file", "x.json"], "--refresh"),
]


def test_every_command_is_asked() -> None:
    folder = ROOT / "suite" / "commands"
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    single = {path.stem for path in folder.glob("[!_]*.py")} - {"groups", "options"}
    grouped = {
        (group, path.stem.replace("_", "-"))
        for group in packages
        for path in (folder / group).glob("[!_]*.py")
    }
    assert {module for module, *_ in WRONG} == single | packages
    assert {(module, words[0]) for module, words, _ in WRONG if module in packages} >= grouped


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(("module", "arguments", "named"), WRONG)
def test_wrong_arguments_get_one_line_and_2(
    module: str, arguments: list[str], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command: click.Command = importlib.import_module(f"suite.commands.{module}").main
    ended = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert ended.exit_code == 2, ended.output
    assert not ended.stdout
    # click itself shows how the command is used, above the line that says what is wrong.
    said = [line for line in ended.stderr.splitlines() if line.startswith("Error: ")]
    assert len(said) == 1, ended.stderr
    assert named in said[0]
    assert len(said[0]) < 600
    assert not [path for path in tmp_path.rglob("*") if path.name != "cache"]
