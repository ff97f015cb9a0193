"""A second execution beside this one: a fresh process that ends with the one that started it."""

import os
import signal
import subprocess
import sys

from benchmarks import records

# Tells the second process which one it must not outlive.
PARENT = "SQLALCHEMY_ASV_PARENT"
PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


class Execution(object):
    """One unit of work under way; its record says how it went."""

    def __init__(self, task, style, rows, measures):
        self.unit = (task, style, rows, measures)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks", task, style, str(rows), measures],
            env=dict(
                records.environment(),
                PYTHONPATH=records.project_root(),
                **{PARENT: str(os.getpid())},
            ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def finish(self):
        """Wait for its end; where the process could not say why it failed, write its reason down.

        Does not raise: the figures of this process are good, whatever the other one ran into.
        """
        reason = records.why_it_ended(self.process.wait())
        record = records.read(*self.unit) or records.begin(*self.unit)
        if reason and "failed" not in record:
            records.write(dict(record, failed=reason))

    def stop(self):
        """End it; nothing is written down."""
        self.process.kill()
        self.process.wait()


def end_with_parent():
    """In the second process: end where the first one has ended, or when it does.

    By prctl(2) on Linux; elsewhere asv ends both, as they are one process group, except where the
    first one crashed.
    """
    parent = os.environ.get(PARENT)
    if parent is None or not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):
        sys.exit("the process that started this one has ended")
