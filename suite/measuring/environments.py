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

from fixtures import cache
from suite.measuring import surroundings
from suite.project import Project
from suite.releases.catalogue import Catalogue
from suite.terminal.errors import UserMistake

# Written last, so that an environment without it is one whose making was interrupted.
MADE = "made.json"
MOST_WORDS = 300  # of uv's output, in a message


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
    require_support(release, python)
    wanted = requirements(release, project)
    wanted += [f"{name}=={version}" if version else name for name, version in (extra or {}).items()]
    key = hashlib.sha256(json.dumps(wanted).encode()).hexdigest()[:8]
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


def require_support(version: str, python: str) -> None:
    """Raise UserMistake where a release does not run on a Python."""
    release = Catalogue.load().get(version)
    if release is not None and not release.supports(python):
        raise UserMistake(
            f"SQLAlchemy {version} does not run on Python {python}, but on {release.pythons}:"
            " name another release or another Python"
        )


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
    surroundings.set_variables_of_uv(variables)
    uv = str(Path(sys.executable).parent / "uv")
    new = ["venv", "--quiet", "--python", environment.python, str(environment.folder)]
    made = _run([uv, *new], variables)
    if made.returncode != 0:
        raise UserMistake(_why_no_environment(environment.python, made.stderr))
    # A first import that had to compile would leave freed memory behind, which a query reuses.
    install = [uv, "pip", "install", "--quiet", "--compile-bytecode"]
    installed = _run([*install, "--python", str(environment.interpreter), *wanted], variables)
    if installed.returncode != 0:
        shutil.rmtree(environment.folder, ignore_errors=True)
        raise UserMistake(
            f"{wanted[0]} could not be installed on Python {environment.python}:"
            f" {_last_words(installed.stderr)}"
        )
    (environment.folder / MADE).write_text(json.dumps(wanted), encoding="utf-8")


def _why_no_environment(version: str, said: str) -> str:
    if "No interpreter found" in said:
        return (
            f"no Python {version} was found to measure with: install it (pyenv install {version},"
            f" or your system's python{version})"
        )
    return f"no environment with Python {version} could be made: {_last_words(said)}"


def _run(command: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def _last_words(output: str) -> str:
    """uv's message on one line, without its drawing."""
    words = " ".join(output.replace("\u2570\u2500\u25b6", " ").replace("\u00d7", " ").split())
    return words[:MOST_WORDS] or "uv gave no reason"
