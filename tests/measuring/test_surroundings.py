"""What measuring processes inherit."""

import subprocess
import sys
from pathlib import Path

import pytest

from suite.measuring import surroundings
from suite.project import ROOT


def test_pyenv_pythons_answer_newest_first(tmp_path: Path) -> None:
    for version in ("2.7.18", "3.8.18", "3.11.7", "pypy3.10-7.3.15", "mine"):
        (tmp_path / "versions" / version).mkdir(parents=True)
    environment = {"PYENV_ROOT": str(tmp_path)}
    surroundings.select_pyenv_pythons(environment)
    assert environment["PYENV_VERSION"] == "3.11.7:3.8.18:2.7.18"


def test_a_users_choice_of_pyenv_python_stands(tmp_path: Path) -> None:
    (tmp_path / "versions" / "3.11.7").mkdir(parents=True)
    environment = {"PYENV_ROOT": str(tmp_path), "PYENV_VERSION": "3.12.1"}
    surroundings.select_pyenv_pythons(environment)
    assert environment["PYENV_VERSION"] == "3.12.1"


def test_who_calls_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the caller's environment holds, a measuring process starts with the same."""
    plain = surroundings.of_a_process(ROOT)
    monkeypatch.setenv("A_TOKEN", "x" * 20_000)
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("PYTHONHASHSEED", "random")
    assert surroundings.of_a_process(ROOT) == plain
    assert plain["PYTHONHASHSEED"] == "0"
    assert "HOME" not in plain


def test_what_moves_an_allocator_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")
    assert surroundings.of_a_process(ROOT)["MALLOC_ARENA_MAX"] == "1"
    assert surroundings.of_a_process(ROOT, {"PYTHONMALLOC": "malloc"})["PYTHONMALLOC"] == "malloc"


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


def test_uv_is_told_what_pip_is_configured_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://example.org/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path} /none https://example.org/wheels")
    environment: dict[str, str] = {}
    surroundings.set_variables_of_uv(environment)
    assert environment["UV_DEFAULT_INDEX"] == "https://example.org/simple"
    assert environment["UV_FIND_LINKS"] == f"{tmp_path},https://example.org/wheels"
    own = {"UV_INDEX_URL": "https://example.com", "UV_FIND_LINKS": "/mine"}
    surroundings.set_variables_of_uv(own)
    assert "UV_DEFAULT_INDEX" not in own
    assert own["UV_FIND_LINKS"] == "/mine"


@pytest.mark.skipif(sys.platform != "linux", reason="personality(2) is Linux's")
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
