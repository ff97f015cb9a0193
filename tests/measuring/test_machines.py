"""This machine as asv knows it: without questions, and whatever the user's home is like."""

import json
import platform
from pathlib import Path

import pytest
from asv.machine import Machine, MachineCollection

from suite.measuring import machines
from suite.terminal.errors import UserMistake
from tests.asv_plugin import asv_project


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """asv's file of machines, in a home of this test's own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / ".asv-machine.json"


def test_an_unknown_machine_is_described_and_kept(file: Path) -> None:
    known = machines.this_machine()
    assert known == Machine.get_defaults()
    assert json.loads(file.read_text()) == {platform.node(): known, "version": 1}
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_what_is_known_is_not_written_again(file: Path) -> None:
    described = {"machine": "ours", "cpu": "a good one"}
    file.write_text(json.dumps({"some name": described, "version": 1}))
    before = file.read_bytes(), file.stat().st_ino
    assert machines.this_machine() == described
    assert (file.read_bytes(), file.stat().st_ino) == before


def test_another_machine_is_not_taken_for_this_one(file: Path) -> None:
    others = {name: {"machine": name} for name in ("one", "two")}
    file.write_text(json.dumps({**others, "version": 1}))
    assert machines.this_machine()["machine"] == platform.node()
    assert json.loads(file.read_text()).keys() == {"one", "two", platform.node(), "version"}


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", "{}", '{"version": 9}', '{"version": 1, "x": 5}',
     '{"version": 1, "x": {"machine": 5}}', '{"version": 1, "x": {}}', "\x00\xff"],
)  # fmt: skip
def test_a_damaged_file_is_named(file: Path, content: str) -> None:
    file.write_text(content, encoding="latin-1")
    with pytest.raises(UserMistake, match=r"asv-machine\.json can't be read: .*move it away"):
        machines.this_machine()
    assert file.read_text(encoding="latin-1") == content


@pytest.mark.parametrize("home", ["a file", "nothing", "~"])
def test_without_a_home_the_description_is_made_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("HOME", home if home == "~" else str(tmp_path / home))
    monkeypatch.chdir(tmp_path)
    assert machines.this_machine() == Machine.get_defaults()
    assert [path.name for path in tmp_path.iterdir()] == ["a file"]


def test_what_the_user_says_is_not_lost_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nothing"))
    with pytest.raises(UserMistake, match="can't be written"):
        machines.save("mine", {"machine": "mine"})


def test_asv_asks_nothing_and_needs_no_home(tmp_path: Path) -> None:
    project = asv_project.create(tmp_path)
    (project.folder / "home" / ".asv-machine.json").unlink()
    (project.folder / "home").rmdir()
    ended = project.asv("run", "2.1.9", "--bench", "nosuch")
    assert "No benchmarks selected" in ended.stdout
    assert "Traceback" not in ended.stdout
    assert not (project.folder / "home").exists()


def test_asv_names_a_damaged_file(tmp_path: Path) -> None:
    project = asv_project.create(tmp_path)
    (project.folder / "home" / ".asv-machine.json").write_text("[1]")
    ended = project.asv("run", "2.1.9", "--bench", "nosuch")
    assert ended.returncode == 1
    assert ended.stdout.count("\n") == 1
    assert "move it away" in ended.stdout


def test_tests_have_a_file_of_machines_of_their_own() -> None:
    users = Path("~/.asv-machine.json").expanduser()
    assert Path(MachineCollection.get_machine_file_path()) != users
