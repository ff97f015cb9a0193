"""Starting asv, as a user would, with this project's configuration."""

import platform
import subprocess
import sys
from pathlib import Path
from typing import IO

from asv.machine import MachineCollection
from asv.util import UserError

from suite.errors import UserMistake

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = ROOT / "asv.conf.json"
RESULTS = ROOT / "results"
HTML = ROOT / "html"

INTERRUPTED = 130  # what a shell reports for a command that Ctrl-C ended


def asv(*arguments: str, configuration: Path = CONFIGURATION, output: IO[str] | None = None) -> int:
    """Run asv with its output on this terminal; returns its exit code, or INTERRUPTED.

    A command whose own output is read by a program sends asv's to ``output``, standard error.

    Ctrl-C reaches asv too, which then keeps what it has measured: wait for it to end.
    """
    command = [str(Path(sys.executable).parent / "asv"), *arguments, "--config", str(configuration)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=output)
    interrupted = False
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            interrupted = True
        else:
            return INTERRUPTED if interrupted and code else code


def register_machine() -> None:
    """Tell asv of this machine without asking, unless the user has described it before."""
    try:
        MachineCollection.load(platform.node())
    except UserError as unknown:
        if asv("machine", "--yes", output=sys.stderr) != 0:
            raise UserMistake("asv could not store what it knows of this machine") from unknown


def machine_name() -> str:
    """The name under which asv stores what it measures here."""
    register_machine()
    return str(MachineCollection.load(platform.node())["machine"])
