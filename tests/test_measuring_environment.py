"""What measuring processes inherit."""

import subprocess
import sys
from pathlib import Path

import pytest

from suite import measuring_environment


def test_pyenv_pythons_answer_newest_first(tmp_path: Path) -> None:
    for version in ("2.7.18", "3.8.18", "3.11.7", "pypy3.10-7.3.15", "mine"):
        (tmp_path / "versions" / version).mkdir(parents=True)
    environment = {"PYENV_ROOT": str(tmp_path)}
    measuring_environment.select_pyenv_pythons(environment)
    assert environment["PYENV_VERSION"] == "3.11.7:3.8.18:2.7.18"


def test_a_users_choice_of_pyenv_python_stands(tmp_path: Path) -> None:
    (tmp_path / "versions" / "3.11.7").mkdir(parents=True)
    environment = {"PYENV_ROOT": str(tmp_path), "PYENV_VERSION": "3.12.1"}
    measuring_environment.select_pyenv_pythons(environment)
    assert environment["PYENV_VERSION"] == "3.12.1"


def test_tools_of_the_venv_are_found_first() -> None:
    environment = {"PATH": "/somewhere"}
    measuring_environment.set_variables(environment)
    assert environment["PATH"].split(":") == [str(Path(sys.executable).parent), "/somewhere"]
    assert environment["PYTHONHASHSEED"] == "0"


@pytest.mark.skipif(sys.platform != "linux", reason="personality(2) is Linux's")
def test_children_have_fixed_addresses() -> None:
    """In a process of its own: the setting can't be taken back, and is inherited."""
    program = (
        "import subprocess, sys\n"
        "from suite import measuring_environment\n"
        "assert measuring_environment.fix_addresses()\n"
        "subprocess.run(['cat', '/proc/self/personality'], check=True)\n"
    )
    root = Path(__file__).resolve().parent.parent
    printed = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    assert int(printed, 16) & measuring_environment.ADDR_NO_RANDOMIZE
