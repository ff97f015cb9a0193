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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fixtures import cache
from suite.project import Project
from suite.releases import uv
from suite.releases.catalogue import Catalogue
from suite.terminal.errors import UserMistake

# Written last, so that an environment without it is one whose making was interrupted.
MADE = "made.json"
# The folder that compiled modules name in the place of their own.
COMPILED_IN = "/environment"


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
            with uv.held(folder, lambda: notice(f"waiting for {folder.name}")):
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


def _is_made(environment: Environment) -> bool:
    # The interpreter is a link, which dangles where its Python was removed.
    return (environment.folder / MADE).is_file() and environment.interpreter.exists()


def _make(environment: Environment, wanted: list[str]) -> None:
    shutil.rmtree(environment.folder, ignore_errors=True)
    new = ["--quiet", "--python", environment.python, str(environment.folder)]
    made = uv.run("venv", *new)
    if made.returncode != 0:
        raise UserMistake(_why_no_environment(environment.python, made))
    interpreter = environment.interpreter
    installed = uv.run("pip", "install", "--quiet", "--python", str(interpreter), *wanted)
    if installed.returncode != 0:
        shutil.rmtree(environment.folder, ignore_errors=True)
        raise UserMistake(
            f"{wanted[0]} could not be installed on Python {environment.python}:"
            f" {uv.reason(installed)}"
        )
    for packages in environment.folder.glob("lib/python*/site-packages"):
        uv.compile_modules(interpreter, packages, COMPILED_IN)
    (environment.folder / MADE).write_text(json.dumps(wanted), encoding="utf-8")


def _why_no_environment(version: str, ended: uv.Ended) -> str:
    if "No interpreter found" in ended.stderr:
        return (
            f"no Python {version} was found to measure with: install it (pyenv install {version},"
            f" or your system's python{version})"
        )
    return f"no environment with Python {version} could be made: {uv.reason(ended)}"
