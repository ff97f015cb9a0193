"""Starting asv, as a user would, with this project's configuration."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from suite.asv_plugin import PARENT, QUIET
from suite.project import CONFIGURATION, ROOT
from suite.terminal.errors import UserMistake
from suite.terminal.interruption import SIGNALS, interrupt


def asv(
    *arguments: str,
    configuration: Path = CONFIGURATION,
    variables: Mapping[str, str] | None = None,
    quiet: bool = False,
) -> int:
    """Run asv with its output on this terminal; returns its exit code.

    With ``quiet``, asv says nothing but warnings and errors, and its progress is a line of ours.

    What interrupts this process is passed on to asv, which keeps what it has measured: this waits
    for it to end. Where this process is killed, asv ends likewise. Raises Interruption where either
    was interrupted, and UserMistake where asv was killed.
    """
    # Not its script, whose first line can't name every path.
    command = [sys.executable, "-m", "asv", *arguments, "--config", str(configuration)]
    reading, writing = os.pipe()
    with_ours = {**os.environ, **(variables or {}), PARENT: str(reading)}
    if quiet:
        with_ours[QUIET] = "1"
    try:
        with _output(quiet) as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=with_ours, pass_fds=[reading], stdout=output
            )
            return _ended(process)
    finally:
        os.close(reading)
        os.close(writing)


@contextmanager
def _output(quiet: bool) -> Iterator[IO[bytes] | None]:
    """Where asv prints to: here, or where nothing is expected, which then is an error of asv's."""
    if not quiet:
        yield None
        return
    with tempfile.TemporaryFile() as output:
        try:
            yield output
        finally:
            output.seek(0)
            sys.stderr.write(output.read().decode(errors="replace"))


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
