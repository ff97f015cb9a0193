"""Starting asv, as a user would, with this project's configuration."""

import subprocess
import sys
from pathlib import Path

from suite.measuring import machines
from suite.project import CONFIGURATION, ROOT
from suite.terminal.interruption import Interruption


def asv(*arguments: str, configuration: Path = CONFIGURATION) -> int:
    """Run asv with its output on this terminal; returns its exit code.

    Ctrl-C reaches asv too, which then keeps what it has measured: this waits for it to end. Raises
    Interruption where Ctrl-C ended it, and UserMistake where this machine can't be described.
    """
    machines.this_machine()
    command = [str(Path(sys.executable).parent / "asv"), *arguments, "--config", str(configuration)]
    process = subprocess.Popen(command, cwd=ROOT)
    interrupted = False
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            interrupted = True
        else:
            if interrupted and code:
                raise Interruption
            return code
