"""The environment of a release: a virtual environment with it installed, found or made once.

They lie in the cache folder, beside the fixtures, and are never changed after they were made: so
several commands can measure with them at the same time. What is installed beside the release is
pinned in asv.conf.json.
"""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from benchmarks.endings import why_it_ended
from fixtures import cache
from suite.project import Project
from suite.releases import uv
from suite.releases.catalogue import Catalogue
from suite.terminal.errors import UserMistake

# Written last, so that an environment without it is one whose making was interrupted.
MADE = "made.json"
UV = Path(sys.executable).with_name("uv")
# The folder that compiled modules name in the place of their own.
COMPILED_IN = "/environment"
MOST_WORDS = 400  # characters of uv's output, in a message


@dataclass(frozen=True)
class Environment:
    """A virtual environment with one release installed."""

    release: str
    python: str
    folder: Path

    @property
    def interpreter(self) -> Path:
        """The Python that has the release."""
        if os.name == "nt":
            return self.folder / "Scripts" / "python.exe"
        return self.folder / "bin" / "python"


def for_release(
    release: str,
    python: str | None = None,
    notice: Callable[[str], None] = lambda line: None,
    project: Project | None = None,
    extra: Mapping[str, str] | None = None,
) -> Environment:
    """The environment of ``release`` on ``python`` ("3.11"; the project's first by default).

    Makes it where it is missing, which needs the package index; ``notice`` is told. ``extra`` are
    further packages with their versions. Raises UserMistake where the release does not run on that
    Python, the Python is missing, or the installation fails.
    """
    project = project or Project()
    python = python or project.python
    if (known := Catalogue.load().get(release)) is not None:
        known.require(python)
    wanted = requirements(release, project)
    wanted += [f"{name}=={version}" if version else name for name, version in (extra or {}).items()]
    key = hashlib.sha256(json.dumps([COMPILED_IN, *wanted]).encode()).hexdigest()[:8]
    folder = Path(cache.folder()) / "environments" / f"sqlalchemy-{release}-py{python}-{key}"
    environment = Environment(release, python, folder)
    if not _is_made(environment):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with _held(FileLock(f"{folder}.lock"), lambda: notice(f"waiting for {folder.name}")):
                if not _is_made(environment):
                    notice(f"Installing SQLAlchemy {release} on Python {python} ...")
                    _make(environment, wanted)
        except OSError as error:
            raise UserMistake(
                f"no environment can be made in {folder.parent}: {error.strerror};"
                " name a folder of yours with SQLALCHEMY_ASV_CACHE"
            ) from error
    return environment


def requirements(release: str, project: Project) -> list[str]:
    """What is installed: "SQLAlchemy==2.1.9" and the pinned helpers of asv's install_command.

    Raises UserMistake where that installs no SQLAlchemy.
    """
    commands = project.settings.get("install_command") or []
    words = [word for command in commands for word in shlex.split(str(command))]
    found = [word.replace("{commit}", release) for word in words if "==" in word]
    if f"SQLAlchemy=={release}" not in found:
        raise UserMistake(
            f"{project.configuration}: install_command installs no SQLAlchemy=={{commit}},"
            " so no release can be measured: restore it"
        )
    return found


def _held(lock: FileLock, waiting: Callable[[], None]) -> FileLock:
    try:
        lock.acquire(timeout=0.1)
        lock.release()
    except Timeout:
        waiting()
    return lock


def _is_made(environment: Environment) -> bool:
    # The interpreter is a link, which dangles where its Python was removed.
    return (environment.folder / MADE).is_file() and environment.interpreter.exists()


def _make(environment: Environment, wanted: list[str]) -> None:
    shutil.rmtree(environment.folder, ignore_errors=True)
    variables = dict(os.environ)
    uv.set_variables(variables)
    new = ["venv", "--quiet", "--python", environment.python, str(environment.folder)]
    made = _run([str(UV), *new], variables)
    if made.returncode != 0:
        raise UserMistake(_why_no_environment(environment.python, made))
    install = [str(UV), "pip", "install", "--quiet"]
    installed = _run([*install, "--python", str(environment.interpreter), *wanted], variables)
    if installed.returncode != 0:
        shutil.rmtree(environment.folder, ignore_errors=True)
        raise UserMistake(
            f"{wanted[0]} could not be installed on Python {environment.python}:"
            f" {_reason(installed)}"
        )
    _compile(environment, variables)
    (environment.folder / MADE).write_text(json.dumps(wanted), encoding="utf-8")


def _compile(environment: Environment, variables: dict[str, str]) -> None:
    """A first import that had to compile would leave freed memory behind, which a query reuses.

    A compiled module holds its path, which is read at each import and moves what comes after: so
    it is one that does not depend on where the environment lies. What can't be compiled, as some
    package's module for another Python, is left as it is.
    """
    for packages in environment.folder.glob("lib/python*/site-packages"):
        options = ["-q", "-j", "0", "-d", COMPILED_IN]
        command = [str(environment.interpreter), "-m", "compileall", *options, str(packages)]
        _run(command, variables)


def _why_no_environment(version: str, ended: subprocess.CompletedProcess[str]) -> str:
    if "No interpreter found" in ended.stderr:
        return (
            f"no Python {version} was found to measure with: install it (pyenv install {version},"
            f" or your system's python{version})"
        )
    return f"no environment with Python {version} could be made: {_reason(ended)}"


def _run(command: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            env=variables,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise UserMistake(
            f"{command[0]} can't be started: {error.strerror}; remove the folder"
            f" {Path(sys.prefix).name}, which the next command makes anew"
        ) from error


def _reason(ended: subprocess.CompletedProcess[str]) -> str:
    """What uv said, on one line: where it is long, how it begins and ends, as causes come last."""
    words = " ".join(ended.stderr.split()).removeprefix("error: ")
    if len(words) > MOST_WORDS:
        words = f"{words[: MOST_WORDS // 2]} ... {words[-MOST_WORDS // 2 :]}"
    return words or f"uv {why_it_ended(ended.returncode)}, without a word"
