"""This machine as asv knows it, and what is known of the machine that measured."""

import os
import platform
from collections.abc import Mapping
from contextlib import suppress
from errno import ENOENT
from pathlib import Path
from typing import Any

from asv.machine import Machine, MachineCollection
from asv.util import UserError, load_json, write_json

from suite.terminal.errors import UserMistake

UNKNOWN = "unknown processor"


def this_machine() -> dict[str, str]:
    """What asv stores with results that are measured here.

    A machine that asv does not know yet is described without asking anybody, and the description
    kept where the user has a home to keep it in. Raises UserMistake where asv's file of machines
    can't be read.
    """
    known = load(platform.node())
    save(platform.node(), known)
    return known


def load(name: str, _path: str | None = None) -> dict[str, str]:
    """In the place of asv's: what its file says of a machine, this one's defaults otherwise.

    Raises UserMistake where the file can't be read, and asv's UserError where it does not say
    anything of another machine than this one.
    """
    path = Path(_path or MachineCollection.get_machine_file_path())
    known = _read(path)
    # Where there is one description, it is this machine's under a name of the user's own.
    if name not in known and name == platform.node():
        return next(iter(known.values())) if len(known) == 1 else Machine.get_defaults()
    if name not in known:
        raise UserError(f"No information stored about machine {name!r}, in {path}")
    return known[name]


def save(name: str, described: Mapping[str, str], _path: str | None = None) -> None:
    """In the place of asv's: write what changed, and replace the file in one step.

    What asv would find out again need not be kept. Raises UserMistake where what the user has said
    can't be kept.
    """
    path = Path(_path or MachineCollection.get_machine_file_path())
    known = _read(path)
    if known.get(name) == described or (name not in known and described in known.values()):
        return
    path = path.resolve()
    new = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        # asv would make a home where there is none, even one named "~".
        if not path.parent.is_dir():
            raise FileNotFoundError(ENOENT, "there is no such folder")
        write_json(str(new), {**known, name: dict(described)}, MachineCollection.api_version)
        new.replace(path)
    except OSError as error:
        if described != Machine.get_defaults():
            raise UserMistake(f"{path} can't be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        if not path.is_file():
            return {}
        known = load_json(str(path), MachineCollection.api_version)
        known.pop("version", None)
        if all(isinstance(one["machine"], str) for one in known.values()):
            return dict(known)
        reason = "it names no machine"
    except OSError as error:
        reason = str(error.strerror)
    except (UserError, ValueError, TypeError, AttributeError, LookupError):
        reason = "it is not what this version of asv writes"
    raise UserMistake(f"{path} can't be read: {reason}: correct it, or move it away")


def describe(folder: Path) -> str:
    """A machine in a few words, by its processor and not by its name: "AMD EPYC, 2 cores".

    ``folder`` holds its results, and asv's machine.json among them.
    """
    try:
        known: Mapping[str, Any] = load_json(str(folder / "machine.json"))
        cores = str(known.get("num_cpu") or "")
        words = [str(known.get("cpu") or UNKNOWN), f"{cores} cores" if cores else ""]
    except (UserError, OSError, ValueError, AttributeError):
        return UNKNOWN
    return ", ".join(filter(None, words))
