"""Starting asv, as a user would, with this project's configuration."""

import platform
import subprocess
import sys
from pathlib import Path

from asv.machine import MachineCollection
from asv.util import UserError

from suite.errors import UserMistake

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = ROOT / "asv.conf.json"
RESULTS = ROOT / "results"
HTML = ROOT / "html"


def asv(*arguments: str, configuration: Path = CONFIGURATION) -> int:
    """Run asv with its output on this terminal; returns its exit code.

    Ctrl-C reaches asv too, which then keeps what it has measured: wait for it to end.
    """
    command = [str(Path(sys.executable).parent / "asv"), *arguments, "--config", str(configuration)]
    process = subprocess.Popen(command, cwd=ROOT)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def register_machine() -> None:
    """Tell asv of this machine without asking, unless the user has described it before."""
    try:
        MachineCollection.load(platform.node())
    except UserError as unknown:
        if asv("machine", "--yes") != 0:
            raise UserMistake("asv could not store what it knows of this machine") from unknown
