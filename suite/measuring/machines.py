"""This machine as asv knows it, and what is known of the machine that measured."""

import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asv.machine import Machine, MachineCollection
from asv.util import UserError, load_json

from suite.terminal.errors import UserMistake

UNKNOWN = "unknown processor"


def this_machine() -> dict[str, str]:
    """What asv stores with results that are measured here.

    A machine that asv does not know yet is described without asking anybody. Raises UserMistake
    where asv's file of machines can't be read or written.
    """
    node = platform.node()
    try:
        known: dict[str, str] = MachineCollection.load(node)
    except UserError:
        known = Machine.get_defaults()
        try:
            MachineCollection.save(node, known)
        except (UserError, OSError, ValueError) as error:
            raise UserMistake(f"this machine could not be described to asv: {error}") from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise UserMistake(
            f"{MachineCollection.get_machine_file_path()} can't be read ({error}):"
            " correct it, or move it away"
        ) from error
    return known


def describe(folder: Path) -> str:
    """A machine in a few words, by its processor and not by its name: "AMD EPYC, 2 cores".

    ``folder`` holds its results, and asv's machine.json among them.
    """
    try:
        known: Mapping[str, Any] = load_json(str(folder / "machine.json"))
        cores = str(known.get("num_cpu") or "")
        words = [str(known.get("cpu") or UNKNOWN), f"{cores} cores" if cores else ""]
    except (UserError, OSError, AttributeError):
        return UNKNOWN
    return ", ".join(filter(None, words))
