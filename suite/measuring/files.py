"""Files of what was measured: replaced as a whole, and never in the place of an unreadable one.

A file can be damaged, written by a newer asv or a newer version of this suite, or be no file at
all. It is then set aside, under another name beside it, and one line says so.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from asv import util
from asv.results import Results

from suite.measuring import sound
from suite.measuring.sound import UNREADABLE, UnreadableError
from suite.terminal.errors import UserMistake

# asv's own, which suite.asv_plugin.patches replaces by those below.
_load_json, _write_json, _load_data = util.load_json, util.write_json, Results.load_data


def set_aside(unreadable: UnreadableError) -> None:
    """Give an unreadable file another name, and say so. Raises UserMistake where that fails."""
    path, reason = unreadable.path, unreadable.reason
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.unreadable-{number}")):
        number += 1
    try:
        path.rename(aside)
    except OSError as error:
        raise UserMistake(
            f"{path} can't be read ({reason}), nor moved away ({error.strerror}): move it yourself"
        ) from error
    click.echo(f"{path} can't be read ({reason}): set aside as {aside.name}", err=True)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to write, which takes the place of another one when the block ends without error."""
    new = path.with_name(f"{path.name}.new")
    try:
        yield new
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def write_json(path: str, data: Any, api_version: int | None = None, compact: bool = False) -> None:
    """In the place of asv's own: replaces a file as a whole, and no unreadable one.

    Files without a version are pages, which are published as a whole. Raises OSError and
    UserMistake.
    """
    if api_version is None:
        _write_json(path, data, compact=compact)
        return
    # A link stays one.
    target = Path(os.path.realpath(path))
    if os.path.lexists(target):
        try:
            # One of an older version is what `asv update` writes anew.
            sound.read_json(target, api_version, older=True)
        except UnreadableError as error:
            set_aside(error)
    with replacing(target) as new:
        _write_json(str(new), data, api_version, compact)


def load_json(path: str, api_version: int | None = None, js_comments: bool = False) -> Any:
    """In the place of asv's own: whatever is wrong with a file, raises what asv knows to handle.

    Raises OSError where there is no such file, and UserError.
    """
    try:
        return _load_json(path, api_version, js_comments)
    except (OSError, util.UserError):
        raise
    except UNREADABLE as error:
        raise util.UserError(str(UnreadableError(Path(path), error))) from error


def load(cls: type, path: str, machine_name: str | None = None) -> Any:
    """In the place of asv's own: raises UserError for what is not sound; asv warns, and goes on."""
    try:
        return sound.load(Path(path), machine_name)
    except UnreadableError as error:
        raise util.UserError(error.passed_over) from error


def load_data(results: Results, results_dir: str) -> None:
    """In the place of asv's own: take over what is stored, and set aside what can't be read.

    asv would end, or add to what nothing reads. Raises UserMistake.
    """
    path = Path(results_dir) / results._filename
    if not os.path.lexists(path):
        return
    try:
        sound.load(path)
    except UnreadableError as error:
        set_aside(error)
    else:
        _load_data(results, results_dir)


def save(results: Results, results_dir: str) -> None:
    """Save asv's results as a whole. Raises OSError."""
    name = results._filename
    with replacing(Path(results_dir) / name) as new:
        results._filename = str(new.relative_to(results_dir))
        try:
            results.save(results_dir)
        finally:
            results._filename = name
