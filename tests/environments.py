"""Environments with one SQLAlchemy release each, made once per machine and shared by all tests."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock

from fixtures import cache
from suite.project import ROOT
from suite.releases import uv
from tests.lacking import lacks

UV = Path(sys.executable).with_name("uv")


def environment(release: str, python: str = "3.11") -> Path:
    """The Python of an environment that has nothing but pip and this release of SQLAlchemy.

    It stays in the project's cache folder. Skips the test where this machine lacks ``python``,
    fails it where the release cannot be installed.
    """
    folder = Path(cache.folder()) / "test-environments" / f"{release}-python{python}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        complete = folder / "complete"
        if not complete.exists():
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder, release, python)
            complete.touch()
    return folder / "bin" / "python"


def run(
    python: Path | str,
    *arguments: str,
    folder: Path = ROOT,
    project: Path = ROOT,
    variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a Python in ``folder`` where the folders of ``project`` can be imported."""
    return subprocess.run(
        [python, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(project), **(variables or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def run_command(name: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a module of suite/commands, as scripts/ do."""
    return run(sys.executable, "-m", f"suite.commands.{name}", *arguments, variables=variables)


def _make(folder: Path, release: str, python: str) -> None:
    made = _uv("venv", "--seed", "--python", python, str(folder))
    if "No interpreter found" in made.stderr:
        lacks(f"Python {python} is not installed")
    assert made.returncode == 0, made.stderr
    interpreter = str(folder / "bin" / "python")
    installed = _uv("pip", "install", "--python", interpreter, f"SQLAlchemy=={release}")
    assert installed.returncode == 0, installed.stderr


def _uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    variables = dict(os.environ)
    uv.set_variables(variables)
    return subprocess.run(
        [UV, *arguments], env=variables, capture_output=True, text=True, check=False
    )
