"""uv, which installs releases and drivers: how it is started, and what it says where it fails."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, MutableMapping
from pathlib import Path

from filelock import FileLock, Timeout
from packaging.version import Version

from benchmarks.endings import why_it_ended
from suite.releases import package_index
from suite.terminal.errors import UserMistake

PROGRAM = Path(sys.executable).with_name("uv")
MOST_WORDS = 400  # characters of uv's output, in a message

Ended = subprocess.CompletedProcess[str]


def run(*arguments: str) -> Ended:
    """Run uv to its end. Raises UserMistake where it can't be started."""
    variables = dict(os.environ)
    set_variables(variables)
    command = [str(PROGRAM), *arguments]
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
            f"{PROGRAM} can't be started: {error.strerror}; remove the folder"
            f" {Path(sys.prefix).name}, which the next command makes anew"
        ) from error


def reason(ended: Ended) -> str:
    """What uv said, on one line: where it is long, how it begins and ends, as causes come last."""
    words = " ".join(ended.stderr.split()).removeprefix("error: ")
    if len(words) > MOST_WORDS:
        words = f"{words[: MOST_WORDS // 2]} ... {words[-MOST_WORDS // 2 :]}"
    return words or f"uv {why_it_ended(ended.returncode)}, without a word"


def compile_modules(interpreter: Path, folder: Path, compiled_in: str) -> None:
    """Compile the modules of a folder, as if it were the folder ``compiled_in``.

    A first import that had to compile would leave freed memory behind, which a query reuses. A
    compiled module holds its path, which is read at each import and moves what comes after: so it
    is one that does not depend on where the folder lies. What can't be compiled, as some package's
    module for another Python, is left as it is.
    """
    options = ["-q", "-j", "0", "-d", compiled_in]
    command = [str(interpreter), "-m", "compileall", *options, str(folder)]
    subprocess.run(command, capture_output=True, check=False)


def held(folder: Path, waiting: Callable[[], None]) -> FileLock:
    """The lock of who makes ``folder``; ``waiting`` is called where another process has it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{folder}.lock")
    try:
        lock.acquire(timeout=0.1)
        lock.release()
    except Timeout:
        waiting()
    return lock


def set_variables(environment: MutableMapping[str, str]) -> None:
    """The variables with which uv makes environments, as this machine's installer would."""
    # A Python that uv downloaded would be another build than the one that the user has.
    environment.setdefault("UV_PYTHON_DOWNLOADS", "never")
    select_pyenv_pythons(environment)
    index = package_index.installer_setting("index-url", "PIP_INDEX_URL")
    if index and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX"} & environment.keys():
        environment["UV_DEFAULT_INDEX"] = index
    links = package_index.installer_setting("find-links", "PIP_FIND_LINKS") or ""
    # pip passes over a folder that is not there, where uv ends.
    if found := [link for link in links.split() if "://" in link or os.access(link, os.R_OK)]:
        environment.setdefault("UV_FIND_LINKS", ",".join(found))


def cache_folder() -> Path:
    """Where uv keeps what it has downloaded, as its documentation says for Linux and macOS."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("UV_CACHE_DIR") or Path(caches) / "uv")


def select_pyenv_pythons(environment: MutableMapping[str, str]) -> None:
    """Make all of pyenv's shims answer: uv runs them, and does not look into pyenv's folders."""
    root = Path(environment.get("PYENV_ROOT") or Path.home() / ".pyenv")
    # Who became another user may still have the first one's PYENV_ROOT, and not be let in.
    if "PYENV_VERSION" in environment or not os.access(root / "versions", os.R_OK | os.X_OK):
        return
    names = (path.name for path in (root / "versions").iterdir() if path.is_dir())
    # The newest first: it is the one that answers to `python`, which uv asks too. A name that is
    # no number is another implementation, or an environment of the user's.
    numbered = (name for name in names if re.fullmatch(r"\d+(\.\d+)+", name))
    versions = sorted(map(Version, numbered), reverse=True)
    if versions:
        environment["PYENV_VERSION"] = ":".join(map(str, versions))
