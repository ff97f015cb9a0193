"""What every process that measures inherits: a fixed hash seed, fixed addresses, tools on PATH."""

import ctypes
import os
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path

from packaging.version import Version

from benchmarks import measuring
from benchmarks.records import FOLDER

ADDR_NO_RANDOMIZE = 0x0040000  # personality(2)
CURRENT_PERSONALITY = 0xFFFFFFFF


def prepare() -> None:
    """Set up this process so that the ones it starts measure alike. Children inherit all of it."""
    set_variables(os.environ)
    fix_addresses()


def name_among_results(machine: str) -> str:
    """The name that a machine's results have: where figures are sampled, it says so.

    asv compares and draws what has the same machine, and a sampled figure can be below the truth.
    """
    return machine if measuring.has_resettable_mark() else f"{machine}-sampled"


def set_variables(environment: MutableMapping[str, str]) -> None:
    """The variables for a measuring process, and for uv, which makes the environments."""
    environment["PYTHONHASHSEED"] = "0"
    # asv looks for uv on PATH, also where .venv was not activated.
    tools = str(Path(sys.executable).parent)
    if tools not in environment.get("PATH", "").split(os.pathsep):
        environment["PATH"] = os.pathsep.join(filter(None, [tools, environment.get("PATH")]))
    # A Python that uv downloaded would be another build than the one that the user has.
    environment.setdefault("UV_PYTHON_DOWNLOADS", "never")
    select_pyenv_pythons(environment)


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


@contextmanager
def records_in(folder: Path) -> Iterator[None]:
    """Tell the processes that are started inside where to leave their records."""
    os.environ[FOLDER] = str(folder.resolve())
    try:
        yield
    finally:
        del os.environ[FOLDER]
