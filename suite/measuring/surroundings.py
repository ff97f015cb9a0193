"""What a measuring process starts with: the same for every caller, as far as can be fixed.

The size of an environment variable and the length of a path move what lies where in a process'
memory, and with it what is measured (Mytkowicz et al., "Producing wrong data without doing anything
obviously wrong", ASPLOS 2009). What still differs is recorded with every figure, and compared.
"""

import contextlib
import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from benchmarks import variables
from benchmarks.databases.sqlite import COPIES
from benchmarks.instruments import resident
from fixtures import cache
from suite.terminal.errors import UserMistake

ADDR_NO_RANDOMIZE = 0x0040000  # personality(2)
CURRENT_PERSONALITY = 0xFFFFFFFF
# Linux' own default, in bytes. It decides where in a process everything else lies.
STACK = 8 * 2**20

# The folders of this project that run inside a release.
PACKAGES = ("benchmarks", "fixtures")


class Surroundings:
    """The folder in which processes of one environment measure, and what they start with.

    They open everything through links in it, and so by paths of one length, wherever the caller's
    files lie: ``environment`` is the folder of the release's environment, ``root`` the one that
    holds `benchmarks` and `fixtures`, ``packages`` one with what is to be found beside the release.
    ``more`` variables are added to theirs. To be closed. Raises UserMistake where nothing can be
    written for them.
    """

    def __init__(
        self,
        environment: Path,
        root: Path,
        more: Mapping[str, str] | None = None,
        packages: Path | None = None,
    ) -> None:
        _fix_stack()
        fix_addresses()
        where = _short_folder()
        try:
            self._folder = tempfile.TemporaryDirectory(
                prefix="sqlalchemy-asv-", dir=where, ignore_cleanup_errors=True
            )
            self.folder = Path(self._folder.name)
            self._copy(root)
        except OSError as error:
            raise UserMistake(
                f"{where}: no measuring process can work there: {error.strerror or error}"
            ) from error
        self._environment = self._link("environment", environment)
        found = [self.folder / "code", *([self._link("driver", packages)] if packages else [])]
        self.variables = {
            **self._variables(environment),
            "PYTHONPATH": os.pathsep.join(map(str, found)),
            **(more or {}),
        }
        self._compile()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the folder."""
        self._folder.cleanup()

    def command(self, *arguments: str) -> list[str]:
        """The command that runs the environment's Python with ``arguments``."""
        windows = os.name == "nt"
        interpreter = Path("Scripts", "python.exe") if windows else Path("bin", "python")
        return [str(self._environment / interpreter), *arguments]

    def _variables(self, environment: Path) -> dict[str, str]:
        python = _installation_of(environment)
        return {
            **variables.fixed(os.environ),
            **({"PYTHONHOME": str(self._link("python", python))} if python else {}),
            "HOME": str(self.folder),
            COPIES: str(self.folder),
            # Else Python asks the system for the user's home.
            "PYTHONUSERBASE": str(self.folder),
            "SQLALCHEMY_ASV_CACHE": str(self._link("cache", Path(cache.folder()))),
            "TMPDIR": str(self._link("tmp", Path(tempfile.gettempdir()))),
        }

    def _link(self, name: str, target: Path) -> Path:
        """A path of fixed length to ``target``; the target itself where there are no links."""
        link = self.folder / name
        try:
            link.symlink_to(target.absolute(), target_is_directory=True)
        except (OSError, NotImplementedError):
            return target.absolute()
        return link

    def _copy(self, root: Path) -> None:
        """The packages, without what was compiled of them: by whom and where would show."""
        for package in PACKAGES:
            without = shutil.ignore_patterns("__pycache__")
            shutil.copytree(root / package, self.folder / "code" / package, ignore=without)

    def _compile(self) -> None:
        """An import that had to compile would leave freed memory behind, for a query to use."""
        compile_ = self.command("-m", "compileall", "-q", str(self.folder / "code"))
        # Where it fails, the measurement itself says why.
        with contextlib.suppress(OSError):
            subprocess.run(compile_, env=self.variables, capture_output=True, check=False)


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


def fix_addresses() -> bool:
    """Turn address-space randomisation off for children; False where the system forbids it."""
    try:
        personality = ctypes.CDLL(None).personality
    except (AttributeError, OSError):
        return False
    current = personality(CURRENT_PERSONALITY)
    return bool(current >= 0 and personality(current | ADDR_NO_RANDOMIZE) >= 0)


def _fix_stack() -> None:
    """Give children the usual limit of the stack, where the system has such a limit."""
    try:
        import resource

        hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
        if hard == resource.RLIM_INFINITY or hard >= STACK:
            resource.setrlimit(resource.RLIMIT_STACK, (STACK, hard))
    except (ImportError, OSError, ValueError):
        return


def _short_folder() -> str:
    """Where temporary folders have the same path for everyone; the user's where that is closed."""
    usual = "/tmp"
    return usual if os.access(usual, os.W_OK | os.X_OK) else tempfile.gettempdir()


def _installation_of(environment: Path) -> Path | None:
    """The folder of the Python that an environment was made from, where PYTHONHOME can name it.

    Elsewhere than on Linux, an installation need not be one folder.
    """
    if not sys.platform.startswith("linux"):
        return None
    try:
        settings = (environment / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return None
    # uv writes version_info, the standard library version.
    home = re.search(r"^home\s*=\s*(.+?)\s*$", settings, re.MULTILINE)
    version = re.search(r"^version(?:_info)?\s*=\s*(\d+\.\d+)", settings, re.MULTILINE)
    if home is None or version is None:
        return None
    folder = Path(home[1]).parent
    library = folder / "lib" / f"python{version[1]}" / "os.py"
    return folder if Path(home[1]).name == "bin" and library.is_file() else None
