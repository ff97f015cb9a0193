"""How much this machine or container can carry: measurements beside each other, and their memory.

All sizes are in bytes.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from suite.terminal.errors import UserMistake

# How much of the memory the command and its measurements may take together.
SHARE = 0.9
# What the command and the processes that fork measurements take of that.
OWN = 192 * 2**20
# So much each measurement has to have where several run beside each other: the dearest of this
# suite's styles need a third of it.
SMALLEST = 2 * 2**30
MEMORY_LIMIT = "SQLALCHEMY_ASV_MEMORY_LIMIT"

CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIPS = Path("/proc/self/cgroup")


def beside() -> int:
    """How many measurements of memory run at a time: one a processor, as far as memory goes."""
    try:
        processors = len(os.sched_getaffinity(0))
    except AttributeError:
        processors = os.cpu_count() or 1
    return max(1, min(processors, int(_for_measurements() / SMALLEST)))


def memory_limit() -> int:
    """The address space of one measurement: its share, so that all fit beside each other.

    One alone gets half, or what the dearest style needs. SQLALCHEMY_ASV_MEMORY_LIMIT says another;
    raises UserMistake where that is no number of bytes.
    """
    if own := os.environ.get(MEMORY_LIMIT):
        if not own.isascii() or not own.isdigit() or int(own) == 0:
            raise UserMistake(
                f"{MEMORY_LIMIT}={own[:40]!r}: write a number of bytes, such as {SMALLEST}"
            )
        return int(own)
    memory = _for_measurements()
    return int(min(memory / beside(), max(memory / 2, SMALLEST)))


def _for_measurements() -> float:
    # The least is what an interpreter with a release needs: a smaller one would only fail sooner.
    return max(OWN, memory() * SHARE - OWN)


def memory() -> int:
    """What the machine has, or the container or service that this process runs in."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([physical, *_limits_of_cgroups()])


def _limits_of_cgroups() -> Iterator[int]:
    """The limits of this process' control groups, and of all above them: cgroups(7), v1 and v2."""
    try:
        memberships = MEMBERSHIPS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in memberships:
        number, controllers, path = line.split(":", 2)
        if number == "0":
            mounts, name = [CGROUPS, CGROUPS / "unified"], "memory.max"
        elif "memory" in controllers.split(","):
            mounts, name = [CGROUPS / "memory"], "memory.limit_in_bytes"
        else:
            continue
        # A container sees its own group at the top, whatever its path is outside.
        groups = [path.strip("/"), *map(str, Path(path.strip("/")).parents)]
        for group in groups:
            for mount in mounts:
                try:
                    yield int((mount / group / name).read_text())
                except (OSError, ValueError):
                    continue
