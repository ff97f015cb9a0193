"""What measuring processes start with."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suite.measuring import environments, surroundings
from suite.measuring.environments import Environment
from suite.measuring.surroundings import PACKAGES, Surroundings
from suite.project import ROOT
from suite.terminal.errors import UserMistake

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone fixes it")

# What a process says of itself, once SQLAlchemy and what measures are imported.
FACTS = """
import json, sys
from benchmarks import provenance
facts = provenance.surroundings()
facts["descriptors"] = len(__import__("os").listdir("/proc/self/fd"))
facts["longest"] = max(len(path) for path in sys.path)
json.dump(facts, sys.stdout)
"""
IMPORTS = "from benchmarks import registry, unit; registry.load('bounced_addresses')"


@pytest.fixture(scope="module")
def environment() -> Environment:
    return environments.for_release("2.1.9")


def run(surrounded: Surroundings, program: str) -> str:
    return subprocess.run(
        surrounded.command("-c", program),
        cwd=surrounded.folder,
        env=surrounded.variables,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def checkout(folder: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    return folder


def compiled(code: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in code.rglob("*.pyc")}


def facts(environment: Environment, root: Path = ROOT) -> dict[str, Any]:
    with Surroundings(environment.folder, root) as surrounded:
        found: dict[str, Any] = json.loads(run(surrounded, FACTS))
    return found


def _long_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("A_TOKEN", "x" * 20_000)
    monkeypatch.setenv("HOME", str(tmp_path / ("h" * 150)))
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("PYTHONHASHSEED", "random")


def _other_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(tmp_path / ("c" * 150)))


def _another_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / ("d" * 150)
    folder.mkdir()
    monkeypatch.chdir(folder)


@linux
@pytest.mark.parametrize("change", [_long_names, _other_cache, _another_folder])
def test_who_calls_does_not_show(
    change: Callable[[pytest.MonkeyPatch, Path], None],
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    plain = facts(environment)
    change(monkeypatch, tmp_path)
    assert facts(environment) == plain


@linux
def test_what_the_caller_has_open_does_not_show(environment: Environment, tmp_path: Path) -> None:
    plain = facts(environment)
    opened = [os.open(tmp_path / str(number), os.O_CREAT | os.O_RDWR) for number in range(20)]
    try:
        for descriptor in opened:
            os.set_inheritable(descriptor, True)
        assert facts(environment) == plain
    finally:
        for descriptor in opened:
            os.close(descriptor)


@linux
@pytest.mark.parametrize(
    ("settings", "there", "found"),
    [
        ("home = {0}/bin\nversion_info = 3.11.7", "3.11", True),
        ("home = {0}/bin\nversion = 3.11.7", "3.11", True),
        ("home = {0}/bin\nversion = 3.8.18", "3.11", False),
        ("home = {0}/else\nversion = 3.11.7", "3.11", False),
        ("version = 3.11.7", "3.11", False),
    ],
)
def test_an_installation_is_named_where_it_is_one_folder(
    settings: str, there: str, found: bool, tmp_path: Path
) -> None:
    library = tmp_path / "lib" / f"python{there}"
    library.mkdir(parents=True)
    (library / "os.py").touch()
    (tmp_path / "pyvenv.cfg").write_text(settings.format(tmp_path) + "\n")
    assert surroundings._installation_of(tmp_path) == (tmp_path if found else None)


@linux
def test_where_the_files_lie_does_not_show(environment: Environment, tmp_path: Path) -> None:
    """A checkout and an environment with long paths; the facts are no constants."""
    plain = facts(environment)
    root = checkout(tmp_path / ("r" * 150))
    moved = tmp_path / ("e" * 150)
    moved.symlink_to(environment.folder)
    assert facts(Environment("2.1.9", "3.11", moved), root) == plain
    with Surroundings(environment.folder, ROOT, {"A": "x" * 100}) as other:
        assert json.loads(run(other, FACTS))["environment"] == plain["environment"] + 103


@linux
def test_a_measuring_process_compiles_nothing(environment: Environment, tmp_path: Path) -> None:
    """Nor does it use what somebody compiled in the checkout, which nothing is written to."""
    root = checkout(tmp_path / "checkout")
    with Surroundings(environment.folder, root) as surrounded:
        before = compiled(surrounded.folder / "code")
        run(surrounded, IMPORTS)
        assert compiled(surrounded.folder / "code") == before
    assert len(before) > 10
    assert list(root.rglob("*.pyc")) == []


def test_where_nothing_can_be_written_one_line_says_so(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(surroundings, "_short_folder", lambda: str(tmp_path / "full"))
    with pytest.raises(UserMistake, match="full: no measuring process can work there: No such"):
        Surroundings(environment.folder, ROOT)


def test_what_moves_an_allocator_is_handed_on(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")
    with Surroundings(environment.folder, ROOT, {"PYTHONMALLOC": "malloc"}) as surrounded:
        assert surrounded.variables["MALLOC_ARENA_MAX"] == "1"
        assert surrounded.variables["PYTHONMALLOC"] == "malloc"


def test_nothing_is_left_of_it(environment: Environment) -> None:
    with Surroundings(environment.folder, ROOT) as surrounded:
        assert surrounded.folder.is_dir()
    assert not surrounded.folder.exists()
    assert (ROOT / "benchmarks").is_dir()
    assert environment.interpreter.exists()


@pytest.mark.parametrize(
    ("told", "fresh"), [("fresh", True), ("fork", False), (None, sys.platform != "linux")]
)
def test_one_setting_says_whether_processes_fork(
    told: str | None, fresh: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SQLALCHEMY_ASV_PROCESSES", raising=False)
    if told:
        monkeypatch.setenv("SQLALCHEMY_ASV_PROCESSES", told)
    assert surroundings.must_not_fork() is fresh


@linux
def test_children_have_fixed_addresses() -> None:
    """In a process of its own: the setting can't be taken back, and is inherited."""
    program = (
        "import subprocess, sys\n"
        "from suite.measuring import surroundings\n"
        "assert surroundings.fix_addresses()\n"
        "subprocess.run(['cat', '/proc/self/personality'], check=True)\n"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert int(printed, 16) & surroundings.ADDR_NO_RANDOMIZE
