"""Starting asv, as a user would, with this project's configuration."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from suite.asv_plugin import PARENT
from suite.project import CONFIGURATION, ROOT
from suite.terminal.errors import UserMistake
from suite.terminal.interruption import SIGNALS, interrupt


def asv(
    *arguments: str,
    configuration: Path = CONFIGURATION,
    variables: Mapping[str, str] | None = None,
) -> int:
    """Run asv with its output on this terminal; returns its exit code.

    What interrupts this process is passed on to asv, which keeps what it has measured: this waits
    for it to end. Where this process is killed, asv ends likewise. Raises Interruption where either
    was interrupted, and UserMistake where asv was killed.
    """
    # Not its script, whose first line can't name every path.
    command = [sys.executable, "-m", "asv", *arguments, "--config", str(configuration)]
    reading, writing = os.pipe()
    with_ours = {**os.environ, **(variables or {}), PARENT: str(reading)}
    try:
        process = subprocess.Popen(command, cwd=ROOT, env=with_ours, pass_fds=[reading])
        return _ended(process)
    finally:
        os.close(reading)
        os.close(writing)


def _ended(process: subprocess.Popen[bytes]) -> int:
    interruption: KeyboardInterrupt | None = None
    while True:
        try:
            code = process.wait()
            break
        except KeyboardInterrupt as raised:
            interruption = raised
            process.terminate()
    if interruption is not None:
        raise interruption
    if -code in (*SIGNALS, signal.SIGPIPE):
        interrupt(-code)
    if code < 0:
        raise UserMistake(
            f"asv was ended by {signal.strsignal(-code)}: run the same command again, which takes"
            " over what was measured"
        )
    return code
