"""What is known of the machine that measured."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asv.util import UserError, load_json

UNKNOWN = "unknown processor"


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
