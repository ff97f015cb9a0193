"""What a measuring process starts with: the same for every caller, as far as can be fixed."""

import ctypes
import os
import re
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from packaging.version import Version

from benchmarks.instruments import resident
from fixtures import cache
from suite.releases import package_index

ADDR_NO_RANDOMIZE = 0x0040000  # personality(2)
CURRENT_PERSONALITY = 0xFFFFFFFF

# What of the caller's environment a measuring process gets: where libraries are found, what moves
# the allocators (recorded with every figure), and what this suite and SQLAlchemy are told by it.
HANDED_ON = re.compile(
    r"MALLOC_.*|PYTHONMALLOC|GLIBC_TUNABLES|LD_.*|DYLD_.*|TMPDIR"
    r"|DISABLE_SQLALCHEMY_CEXT.*|SQLALCHEMY_ASV_INSTRUMENT"
)


def of_a_process(project_root: Path, variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a measuring process; ``variables`` are added to it.

    ``project_root`` is the folder that holds ``benchmarks`` and ``fixtures``.
    """
    fix_addresses()
    kept = {name: value for name, value in os.environ.items() if HANDED_ON.fullmatch(name)}
    return {
        **kept,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(project_root),
        "SQLALCHEMY_ASV_CACHE": str(cache.folder()),
        **(variables or {}),
    }


def is_sampled() -> bool:
    """Whether resident memory is sampled here, because the kernel keeps no mark to reset."""
    return not resident.has_resettable_mark()


def must_not_fork() -> bool:
    """Whether each measurement has to start as a process of its own.

    Elsewhere than on Linux, libraries that a process has loaded can break in a fork of it.
    SQLALCHEMY_ASV_PROCESSES=fresh says so anywhere, =fork that it is safe.
    """
    asked = os.environ.get("SQLALCHEMY_ASV_PROCESSES")
    return not sys.platform.startswith("linux") if asked is None else asked != "fork"


def set_variables_of_uv(environment: MutableMapping[str, str]) -> None:
    """The variables with which uv makes environments, as this machine's installer would."""
    # A Python that uv downloaded would be another build than the one that the user has.
    environment.setdefault("UV_PYTHON_DOWNLOADS", "never")
    select_pyenv_pythons(environment)
    index = package_index.installer_setting("index-url", "PIP_INDEX_URL")
    if index and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX"} & environment.keys():
        environment["UV_DEFAULT_INDEX"] = index
    links = package_index.installer_setting("find-links", "PIP_FIND_LINKS") or ""
    # pip passes over a folder that is not there, where uv ends.
    if found := [link for link in links.split() if "://" in link or Path(link).exists()]:
        environment.setdefault("UV_FIND_LINKS", ",".join(found))


def select_pyenv_pythons(environment: MutableMapping[str, str]) -> None:
    """Make all of pyenv's shims answer: uv runs them, and does not look into pyenv's folders."""
    root = Path(environment.get("PYENV_ROOT") or Path.home() / ".pyenv")
    if "PYENV_VERSION" in environment or not (root / "versions").is_dir():
        return
    names = (path.name for path in (root / "versions").iterdir() if path.is_dir())
    # The newest first: it is the one that answers to `python`, which uv asks too. A name that is
    # no number is another implementation, or an environment of the user's.
    numbered = (name for name in names if re.fullmatch(r"\d+(\.\d+)+", name))
    versions = sorted(map(Version, numbered), reverse=True)
    if versions:
        environment["PYENV_VERSION"] = ":".join(map(str, versions))


def fix_addresses() -> bool:
    """Turn address-space randomisation off for children; False where the system forbids it."""
    try:
        personality = ctypes.CDLL(None).personality
    except (AttributeError, OSError):
        return False
    current = personality(CURRENT_PERSONALITY)
    return bool(current >= 0 and personality(current | ADDR_NO_RANDOMIZE) >= 0)
