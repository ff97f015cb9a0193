"""The environment of a release, for commands that measure without asv: found, or made once.

They lie in the cache folder, beside the fixtures. What is installed is what asv.conf.json tells asv
to install, so that a unit of work gives the same figure on both ways.
"""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asv.util import UserError, load_json

from fixtures import cache, lock
from suite import measuring_environment
from suite.asv_commands import CONFIGURATION
from suite.catalogue import Catalogue
from suite.errors import UserMistake

# Written last, so that an environment without it is one whose making was interrupted.
MADE = "made.json"


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
) -> Environment:
    """The environment of ``release`` on ``python`` ("3.11"; asv.conf.json's first by default).

    Makes it where it is missing, which needs the package index; ``notice`` is told. Raises
    UserMistake where the release does not run on that Python, the Python is missing, or the
    installation fails.
    """
    configuration = _configuration()
    python = python or str(configuration["pythons"][0])
    _require_support(release, python)
    wanted = requirements(release, configuration["install_command"])
    key = hashlib.sha256(json.dumps(wanted).encode()).hexdigest()[:8]
    folder = Path(cache.folder()) / "environments" / f"sqlalchemy-{release}-py{python}-{key}"
    environment = Environment(release, python, folder)
    if not _is_made(environment):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with lock.held(f"{folder}.lock", lambda: notice(f"waiting for {folder.name}")):
                if not _is_made(environment):
                    notice(f"Installing SQLAlchemy {release} on Python {python} ...")
                    _make(environment, wanted)
        except OSError as error:
            raise UserMistake(
                f"no environment can be made in {folder.parent}: {error.strerror};"
                " name a folder of yours with SQLALCHEMY_ASV_CACHE"
            ) from error
    return environment


def requirements(release: str, install_command: list[str]) -> list[str]:
    """What asv's ``install_command`` installs: "SQLAlchemy==2.1.9", "Faker==35.2.2", ..."""
    words = [word for command in install_command for word in shlex.split(command)]
    return [word.replace("{commit}", release) for word in words if "==" in word]


def _configuration() -> dict[str, Any]:
    try:
        configuration: dict[str, Any] = load_json(str(CONFIGURATION), js_comments=True)
    except UserError as error:
        raise UserMistake(f"{CONFIGURATION.name} can't be read: {error}") from error
    return configuration


def _require_support(version: str, python: str) -> None:
    release = Catalogue.load().get(version)
    if release is not None and not release.supports(python):
        raise UserMistake(
            f"SQLAlchemy {version} does not run on Python {python}, but on {release.pythons}:"
            " name another release or another Python"
        )


def _is_made(environment: Environment) -> bool:
    # The interpreter is a link, which dangles where its Python was removed.
    return (environment.folder / MADE).is_file() and environment.interpreter.exists()


def _make(environment: Environment, wanted: list[str]) -> None:
    shutil.rmtree(environment.folder, ignore_errors=True)
    variables = dict(os.environ)
    measuring_environment.set_variables(variables)
    uv = str(Path(sys.executable).parent / "uv")
    made = _run(
        [uv, "venv", "--quiet", "--python", environment.python, str(environment.folder)], variables
    )
    if made.returncode != 0:
        version = environment.python
        raise UserMistake(
            f"no Python {version} was found to measure with: install it (pyenv install {version},"
            f" or your system's python{version})"
        )
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


def _run(command: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def _last_words(output: str) -> str:
    """uv's message on one line, without its drawing."""
    words = " ".join(output.replace("\u2570\u2500\u25b6", " ").replace("\u00d7", " ").split())
    return words[:300] or "uv gave no reason"
