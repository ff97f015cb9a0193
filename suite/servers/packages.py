"""What a database needs from the package index: its drivers, and PostgreSQL itself.

Each group of pyproject.toml's [dependency-groups] is installed into a folder of the cache, which is
then put on PYTHONPATH: drivers are no part of an environment. See pyproject.toml for how the lock
files are made.
"""

import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from fixtures import cache
from suite.releases import uv
from suite.terminal.errors import UserMistake

LOCKS = Path(__file__).parent / "locks"
# The folder that compiled modules name in the place of their own.
COMPILED_IN = "/packages"
# What has to be compiled, where the index has no wheel for this system.
FROM_SOURCE = {"mysqldb": "mysqlclient"}

# What to do, by what uv says.
WAYS_OUT = (
    ("Failed to fetch", "the package index has to be reachable for this step, once"),
    ("Hash mismatch", "the package index serves other files than those that were locked"),
    ("No space left", "free some space, or name another folder with SQLALCHEMY_ASV_CACHE"),
    ("there is no version of", "the package index that is configured has to have it"),
)
# Where there is no wheel.
ANOTHER = "measure with another Python (--python), or another driver"
OTHERWISE = {
    "postgresql-server": "measure a server of yours: --database postgresql://USER@HOST/NAME"
}
NO_WHEEL = ("no usable wheels", "no wheels with", "does not satisfy Python")


def groups() -> list[str]:
    """The names of all groups."""
    return sorted(path.stem for path in LOCKS.glob("*.txt"))


def folder(
    group: str,
    python: str | None = None,
    interpreter: Path | None = None,
    notice: Callable[[str], None] = lambda line: None,
) -> Path:
    """The folder with the packages of ``group`` for ``python`` ("3.11"; the suite's by default).

    ``interpreter`` is that Python; without it, one is looked for. Made where it is missing, which
    needs the package index; ``notice`` is told. Raises UserMistake where it can't be.
    """
    if group not in groups():
        raise UserMistake(f"there are no packages {group}: {', '.join(groups())}")
    python = python or f"{sys.version_info.major}.{sys.version_info.minor}"
    path = Path(cache.folder()) / "packages" / folder_name(group, python)
    if path.is_dir():
        return path
    try:
        with uv.held(path, lambda: notice(f"waiting for {path.name}")):
            if not path.is_dir():
                notice(f"Installing {group} for Python {python} ...")
                _make(path, group, python, interpreter or _interpreter(python))
    except OSError as error:
        raise UserMistake(
            f"{group} can't be installed: {error.filename or path.parent}: {error.strerror};"
            " name a folder of yours with SQLALCHEMY_ASV_CACHE"
        ) from error
    return path


def folder_name(group: str, python: str) -> str:
    """The name of a group's folder, which changes with the group's lock file."""
    locked = (LOCKS / f"{group}.txt").read_bytes()
    key = hashlib.sha256(COMPILED_IN.encode() + locked).hexdigest()[:8]
    return f"{group}-py{python}-{key}"


def _interpreter(python: str) -> Path:
    if python == f"{sys.version_info.major}.{sys.version_info.minor}":
        return Path(sys.executable)
    found = uv.run("python", "find", python)
    if found.returncode != 0:
        raise UserMistake(
            f"no Python {python} was found to install for: install it (pyenv install {python},"
            f" or your system's python{python})"
        )
    return Path(found.stdout.strip())


def _make(path: Path, group: str, python: str, interpreter: Path) -> None:
    """Make it beside ``path``, and give it its name when it is whole."""
    making = path.with_name(f"{path.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    options = ["--target", str(making), "--python", str(interpreter), "--no-deps"]
    if group not in FROM_SOURCE:
        options += ["--only-binary", ":all:"]
    locked = ["--require-hashes", "--requirement", str(LOCKS / f"{group}.txt")]
    installed = uv.run("pip", "install", "--quiet", *options, *locked)
    if installed.returncode != 0:
        shutil.rmtree(making, ignore_errors=True)
        raise UserMistake(
            f"{group} could not be installed for Python {python}: {_why(group, python, installed)}"
        )
    uv.compile_modules(interpreter, making, COMPILED_IN)
    making.replace(path)


def _why(group: str, python: str, ended: uv.Ended) -> str:
    said = ended.stderr
    for words, way_out in WAYS_OUT:
        if words in said:
            return f"{uv.reason(ended)}; {way_out}"
    if any(words in said for words in NO_WHEEL):
        way_out = OTHERWISE.get(group, ANOTHER)
        return f"there is none of it for Python {python} on this system: {way_out}"
    if "Failed to build" in said and group in FROM_SOURCE:
        return (
            f"{FROM_SOURCE[group]} has no wheel for this system, and compiling it needs what Debian"
            f" calls libmariadb-dev, pkg-config, gcc and python{python}-dev: install these, or"
            " measure mariadb+pymysql, which needs nothing"
        )
    return uv.reason(ended)
