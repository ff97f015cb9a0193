"""Makes .venv from requirements.lock: ``python make_venv.py ROOT``, with the standard library only.

.venv is a link to a folder of its own for each lock file, so that a command that is running keeps
the one that it was started with. Commands that start at the same time make it once.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

try:
    import fcntl
except ImportError:  # no such locks on this platform
    fcntl = None

KEPT = 2  # folders: the one in use, and the one before it
MADE_FROM = "made-from.lock"


def main(root: Path) -> int:
    """Make it where it is missing or was made from another lock file; returns an exit code."""
    lock_file = root / "requirements.lock"
    folder = root / f".venv-{hashlib.sha256(lock_file.read_bytes()).hexdigest()[:8]}"
    with (root / ".venv.lock").open("w") as lock:
        wait_for(lock.fileno())
        if not (folder / MADE_FROM).exists():
            say("Making .venv from requirements.lock (about half a minute, once) ...")
            if not make(folder, lock_file):
                return 2
        link(root / ".venv", folder)
        remove_old(root)
    return 0


def wait_for(lock: int) -> None:
    """Let one command at a time go on."""
    if fcntl is None:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("waiting for another command that is making .venv ...")
        fcntl.flock(lock, fcntl.LOCK_EX)


def make(folder: Path, lock_file: Path) -> bool:
    """Make the folder whole, or not at all."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        venv.create(folder, with_pip=True, symlinks=os.name != "nt")
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-qq", "--require-hashes"]
        options = ["--disable-pip-version-check", "--requirement", str(lock_file)]
        subprocess.run([*pip, *options], check=True, stdout=sys.stderr)
    except (subprocess.CalledProcessError, OSError, KeyboardInterrupt) as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, KeyboardInterrupt):
            raise
        say(
            "sqlalchemy-asv: .venv could not be made: see the message above;"
            " the package index has to be reachable for this step"
        )
        return False
    shutil.copyfile(lock_file, folder / MADE_FROM)
    return True


def link(name: Path, folder: Path) -> None:
    """Point ``name`` at the folder, in one step."""
    if name.is_dir() and not name.is_symlink():
        shutil.rmtree(name)
    new = name.with_name(f"{name.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(folder.name)
    new.replace(name)
    os.utime(folder)


def remove_old(root: Path) -> None:
    """Remove all but the newest folders."""
    made = [path for path in root.glob(".venv-*") if path.is_dir()]
    made.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in made[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)


def say(line: str) -> None:
    """Tell the user something that is not the command's output."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(Path(sys.argv[1])))
    sys.exit(130)
