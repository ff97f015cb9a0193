"""Starting asv, as a user would, with this project's configuration."""

import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from asv.config import Config
from asv.machine import MachineCollection
from asv.util import UserError

from suite import measuring_environment
from suite.errors import UserMistake
from suite.interruption import Interruption

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = ROOT / "asv.conf.json"
RESULTS = ROOT / "results"
HTML = ROOT / "html"


def asv(
    *arguments: str,
    configuration: Path = CONFIGURATION,
    heard: Callable[[str], None] | None = None,
) -> int:
    """Run asv with its output on this terminal; returns its exit code.

    A command whose own output is read by a program gives ``heard``, which is called with each line
    of asv's instead. Ctrl-C reaches asv too, which then keeps what it has measured: wait for it to
    end. Raises Interruption where Ctrl-C ended it.
    """
    command = [str(Path(sys.executable).parent / "asv"), *arguments, "--config", str(configuration)]
    output = subprocess.PIPE if heard else None
    process = subprocess.Popen(command, cwd=ROOT, stdout=output, text=True, errors="replace")
    interrupted = False
    while True:
        try:
            for line in process.stdout or ():
                if heard:
                    heard(line.rstrip())
            code = process.wait()
        except KeyboardInterrupt:
            interrupted = True
        else:
            if interrupted and code:
                raise Interruption
            return code


def read_configuration(path: Path) -> Config:
    """What asv reads from ``path``. Raises UserMistake where asv could not."""
    try:
        return Config.load(str(path))
    except (UserError, ValueError, TypeError, AttributeError) as error:
        raise UserMistake(f"{path} is no configuration of asv: {error}") from error


def register_machine() -> None:
    """Tell asv of this machine without asking, unless the user has described it before."""
    try:
        MachineCollection.load(platform.node())
    except UserError as unknown:
        if asv("machine", "--yes", heard=lambda line: None) != 0:
            raise UserMistake("asv could not store what it knows of this machine") from unknown


def machine_name() -> str:
    """The name under which asv stores what it measures here."""
    register_machine()
    name = str(MachineCollection.load(platform.node())["machine"])
    return measuring_environment.name_among_results(name)
