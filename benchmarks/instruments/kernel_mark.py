"""The kernel's high-water mark of resident memory: Linux only. All sizes are in bytes."""

import contextlib
import mmap
import os
import re

# The addresses that the reserve takes, in batches; how many it fills follows what is measured.
RESERVED_BATCHES = 32


def is_resettable():
    """Whether the kernel keeps a mark for this process that can be reset; resets it to find out.

    Linux 4.0 and newer do (proc_pid_clear_refs(5)); macOS, Windows and some sandboxes do not.
    """
    try:
        _reset()
        return so_far() > 0
    except OSError:
        return False


def so_far():
    """The mark since the process began or was reset; 0 where the kernel keeps none."""
    try:
        return _sizes("/proc/self/status")["VmHWM"]
    except (OSError, KeyError):
        return 0


def resident():
    """Resident size, exact: the kernel goes through the page tables for it, since Linux 4.14.

    Where it does not, what it has counted.
    """
    try:
        return _sizes("/proc/self/smaps_rollup")["Rss"]
    except (OSError, KeyError):
        return _sizes("/proc/self/status")["VmRSS"]


def watch(run):
    """The answer of ``run()``, and how far resident memory rose while it ran.

    The mark is the highest count of pages, and the kernel counts in batches, one for each
    processor and kind of page. So counts are compared with counts, on one processor, from the
    middle of a batch on: what the batch lacks at the worst moment is rounded rather than cut.
    """
    with _one_processor():
        reserve = _begin_batch()
        try:
            _reset()
            before = _counted()
            answer = run()
        finally:
            # The kernel brings the mark up to date when pages go. Without them the size is below
            # the mark, which the kernel would else replace by the exact size when it is read.
            reserve.close()
        return answer, so_far() - before


def resolution():
    """By how much two measurements of the same can differ: the batch in which pages are counted.

    compute_batch_value in lib/percpu_counter.c since Linux 6.2; TASK_RSS_EVENTS_THRESH before.
    """
    numbers = re.findall(r"\d+", os.uname().release)[:2]
    percpu = tuple(map(int, numbers)) >= (6, 2)
    pages = max(32, 2 * (os.cpu_count() or 1)) if percpu else 64
    return pages * mmap.PAGESIZE


@contextlib.contextmanager
def _one_processor():
    """Stay on the processor that runs this process."""
    allowed = os.sched_getaffinity(0)
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, {int(_stat_fields()[36])})
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, allowed)


def _begin_batch():
    """Take pages until the kernel has just counted some, and half a batch more; return them all.

    They are of the kind that Python's allocators take, private ones, and so many that the size
    falls below the count when they go: more than the two differ by now, and a batch more for each
    kind of page, of files and of allocators, as what comes runs on one processor.
    """
    ahead = abs(resident() - _counted()) + 2 * resolution()
    size = ahead + 3 * resolution()
    # Always as many addresses: they decide whether the block beside them can grow in its place.
    length = max(size, RESERVED_BATCHES * resolution())
    reserve = mmap.mmap(-1, length, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with contextlib.suppress(AttributeError, OSError):
        reserve.madvise(mmap.MADV_NOHUGEPAGE)
    end = _take(reserve, 0, ahead)
    before = _counted()
    while _counted() == before and end < size - resolution():
        end = _take(reserve, end, mmap.PAGESIZE)
    _take(reserve, end, resolution() // 2)
    return reserve


def _take(pages, start, size):
    """Make ``size`` bytes of ``pages`` resident from ``start`` on; where they end."""
    for offset in range(start, start + size, mmap.PAGESIZE):
        pages[offset] = 1
    return start + size


def _counted():
    """Resident size as the kernel counts it for the mark: /proc/self/stat tells the count."""
    return int(_stat_fields()[21]) * mmap.PAGESIZE


def _reset():
    with open("/proc/self/clear_refs", "w") as control:
        control.write("5")


def _sizes(path):
    """The fields of a file of /proc/self that are sizes, in bytes."""
    fields = {}
    with open(path, "rb") as lines:
        for line in lines:
            name, _, value = line.partition(b":")
            if value.endswith(b" kB\n"):
                fields[name.decode()] = int(value.split()[0]) * 1024
    return fields


def _stat_fields():
    """/proc/self/stat from its third field on: proc_pid_stat(5)."""
    with open("/proc/self/stat", "rb") as stream:
        return stream.read().rpartition(b")")[2].split()
