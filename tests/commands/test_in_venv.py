"""scripts/in-venv: the environment of the suite itself, made once and never under a command."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from suite.project import ROOT

pytestmark = pytest.mark.network


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A bare clone in a path with a space, whose lock file has one small package."""
    root = tmp_path / "a clone"
    (root / "scripts").mkdir(parents=True)
    for name in ("in-venv", "make_venv.py"):
        shutil.copy(ROOT / "scripts" / name, root / "scripts" / name)
    lock = (ROOT / "requirements.lock").read_text()
    found = re.search(r"^click==.*?(?=^\w)", lock, re.MULTILINE | re.DOTALL)
    assert found
    (root / "requirements.lock").write_text(found[0])
    return root


def start(root: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(root / "scripts" / "in-venv"), *words],
        env={**os.environ, "PYTHONPATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_first_commands_make_it_once(root: Path) -> None:
    started = [start(root, "click", "--version") for _ in range(2)]
    ended = [process.communicate() for process in started]
    # click has no command line of its own: the module was found, and said so.
    assert all("click.__main__" in errors for _, errors in ended), ended
    said = "".join(errors for _, errors in ended)
    assert said.count("Making .venv") == 1
    assert len(list(root.glob(".venv-*"))) == 1
    assert (root / ".venv" / "made-from.lock").read_bytes() == (
        root / "requirements.lock"
    ).read_bytes()


def test_a_changed_lock_file_leaves_a_running_command_its_own(root: Path) -> None:
    (root / "waits.py").write_text(
        "import pathlib, sys, time\n"
        "pathlib.Path('is-running').touch()\n"
        "while not pathlib.Path('go-on').exists(): time.sleep(0.05)\n"
        "import click; print(click.__file__)\n"
    )
    running = subprocess.Popen(
        [str(root / "scripts" / "in-venv"), "waits"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 180
    while not (root / "is-running").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    lock = root / "requirements.lock"
    lock.write_text(lock.read_text() + "# changed\n")
    start(root, "click").communicate()
    assert len(list(root.glob(".venv-*"))) == 2
    (root / "go-on").touch()
    output, errors = running.communicate(timeout=60)
    assert running.returncode == 0, errors
    assert Path(output.strip()).exists()


def test_a_lock_file_that_cannot_be_installed_is_named(root: Path) -> None:
    (root / "requirements.lock").write_text("no-such-package-of-ours==1.0 --hash=sha256:00\n")
    process = start(root, "click")
    _, errors = process.communicate()
    assert process.returncode == 2
    assert ".venv could not be made" in errors
    assert not list(root.glob(".venv-*"))
