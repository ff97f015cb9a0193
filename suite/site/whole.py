"""A site is published whole or not at all: made beside the one that is there, which it replaces.

asv itself deletes the published pages before it makes new ones.
"""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from filelock import FileLock, Timeout

from suite.terminal.errors import UserMistake


@contextmanager
def made_beside(folder: Path) -> Iterator[Path]:
    """A folder to publish into, which takes the place of ``folder`` when the block has ended well.

    One command at a time has it; another one says so, and waits. Raises UserMistake where the site
    can't be written, nor ``folder`` moved; whatever is raised, what was there stays.
    """
    folder = folder.resolve()
    new, old = (folder.with_name(f".{folder.name}.{word}") for word in ("new", "old"))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            _restore(old, folder)
            shutil.rmtree(new, ignore_errors=True)
            try:
                yield new
                _put(new, folder, old)
            finally:
                shutil.rmtree(new, ignore_errors=True)
    except OSError as error:
        raise UserMistake(
            f"the site could not be published into {folder}: {_reason(error)};"
            f" what is published there stays as it is{_way_out(error)}"
        ) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = FileLock(folder.with_name(f".{folder.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        click.echo(f"waiting for another command that is publishing into {folder}", err=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _put(new: Path, folder: Path, old: Path) -> None:
    shutil.rmtree(old, ignore_errors=True)
    try:
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        _restore(old, folder)
    shutil.rmtree(old, ignore_errors=True)


def _restore(old: Path, folder: Path) -> None:
    """Bring back what was moved away for a new site that did not come."""
    if old.exists() and not folder.exists():
        old.rename(folder)


def _way_out(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EBUSY, errno.EROFS):
        return (
            ": a new site takes the folder's place, so name one as html_dir that is no mount point,"
            " in a folder that you can write in"
        )
    return ""


def _reason(error: OSError) -> str:
    if isinstance(error, shutil.Error):
        # Of the many files that could not be copied, the first: (from, to, why).
        return str(error.args[0][0][2])
    return error.strerror or str(error)
