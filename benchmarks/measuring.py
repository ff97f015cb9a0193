"""The instruments: what a callable costs in memory. One measurement wants one fresh process.

All figures are in bytes. A process that has run its callable before reuses the memory that it freed
then, and shows a fraction of the cost.
"""

import contextlib
import gc
import mmap
import os
import re
import time

KERNEL = "kernel"
SAMPLED = "sampled"
TRACEMALLOC = "tracemalloc"

# Set to SAMPLED, it says that memory_profiler shall sample although the kernel keeps a mark.
INSTRUMENT = "SQLALCHEMY_ASV_INSTRUMENT"

# How often memory_profiler looks where the kernel keeps no mark, in seconds.
SAMPLING_INTERVAL = 0.001


class MeasurementError(RuntimeError):
    """A figure that would not be what its name says."""


def has_resettable_mark():
    """Whether the kernel keeps a high-water mark for this process that can be reset.

    Linux 4.0 and newer do (proc_pid_clear_refs(5)); macOS, Windows and some sandboxes do not.
    """
    if os.environ.get(INSTRUMENT) == SAMPLED:
        return False
    try:
        _reset_mark()
        return _status()["VmHWM"] > 0
    except (OSError, KeyError):
        return False


def resident_instrument():
    """The instrument for resident memory on this machine: the kernel's mark, or sampling."""
    return KERNEL if has_resettable_mark() else SAMPLED


def resolution():
    """Bytes by which a net peak can be wrong: the batch in which the kernel counts pages.

    compute_batch_value in lib/percpu_counter.c since Linux 6.2; TASK_RSS_EVENTS_THRESH before.
    """
    numbers = re.findall(r"\d+", os.uname().release)[:2]
    percpu = tuple(map(int, numbers)) >= (6, 2)
    pages = max(32, 2 * (os.cpu_count() or 1)) if percpu else 64
    return pages * os.sysconf("SC_PAGE_SIZE")


def resident(run):
    """What ``run()`` adds to resident memory at its worst, and what stays after its answer is gone.

    ``peak``: net peak, the high-water mark minus the resident size just before. ``retained``:
    resident size after the answer is dropped and garbage collected, minus the size before; it can
    be negative where the run gave back more than it kept. ``process``: the process at its worst,
    interpreter and imports included, since it started.
    """
    # Before it is asked whether it can be reset, which resets it.
    mark_before = _peak_so_far()
    if not has_resettable_mark():
        return sampled(run)
    gc.collect()
    with _steady_count():
        before = _status()["VmRSS"]
        _reset_mark()
        counted_before = _counted_resident()
        answer = run()
        mark = _status()["VmHWM"]
    del answer
    gc.collect()
    after = _status()["VmRSS"]
    _restore_mark(mark_before)
    return {
        "instrument": KERNEL,
        "before": before,
        "peak": mark - counted_before,
        "retained": after - before,
        "process": max(mark, mark_before),
    }


def heap(run):
    """What Python holds at the worst moment of ``run()``, and what it still holds afterwards.

    ``heap`` and ``leaked`` count the blocks that Python's allocators handed out since the start,
    by tracemalloc; memory that C libraries take from malloc themselves is not in them.
    """
    import tracemalloc

    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        answer = run()
        peak = tracemalloc.get_traced_memory()[1]
        del answer
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    return {"instrument": TRACEMALLOC, "heap": peak - before, "leaked": after - before}


def timed(run):
    """Seconds that ``run()`` takes, garbage collection included."""
    started = time.perf_counter()
    run()
    return {"instrument": "perf_counter", "seconds": time.perf_counter() - started}


INSTRUMENTS = {"resident": resident, "heap": heap, "time": timed}


def refuse_inherited_mark(record):
    """Raise MeasurementError where asv is about to read a peak that is not this process' own.

    ``ru_maxrss`` survives exec(2): a process that stayed smaller than the one that started it, asv,
    reports asv's size (getrusage(2)). ``record`` is what `resident` measured in this process. Where
    it was sampled there is no exact peak to compare with.
    """
    if record["instrument"] != KERNEL:
        return
    import resource

    process = record["process"]
    reported = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    if reported > process + _status_error():
        raise MeasurementError(
            "the peak of %.1f MiB that asv would read is the size of asv itself; this process "
            "needed %.1f MiB" % (reported / 2.0**20, process / 2.0**20)
        )


@contextlib.contextmanager
def limited_memory():
    """Make a run that allocates without end fail by MemoryError before it takes the machine down.

    The limit is ``SQLALCHEMY_ASV_MEMORY_LIMIT`` in bytes, or 45 % of the memory, as two executions
    of a style run beside each other. It is one of address space, RLIMIT_AS in setrlimit(2); where
    the system has none, nothing is done.
    """
    try:
        import resource

        before = soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        own = os.environ.get("SQLALCHEMY_ASV_MEMORY_LIMIT")
        limits = [int(own or _memory() * 0.45), soft, hard]
        limit = min(limit for limit in limits if limit != resource.RLIM_INFINITY)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (ImportError, AttributeError, OSError, ValueError):
        yield
        return
    try:
        yield
    finally:
        # What follows has to write down that memory ran out.
        resource.setrlimit(resource.RLIMIT_AS, before)


def _memory():
    """The memory of the machine, or of the container where that is less, in bytes."""
    sizes = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in (
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ):
        try:
            with open(path) as stream:
                sizes.append(int(stream.read()))
        except (OSError, ValueError):
            continue
    return min(sizes)


def _status():
    """The memory fields of /proc/self/status, in bytes."""
    fields = {}
    with open("/proc/self/status", "rb") as lines:
        for line in lines:
            if line.startswith(b"Vm"):
                name, value = line.split(b":")
                fields[name.decode()] = int(value.split()[0]) * 1024
    return fields


def _counted_resident():
    """Resident size as the kernel counts it for the mark, which is behind the exact one.

    The kernel adds pages to its count in batches, and the mark is the highest count. Newer kernels
    tell the exact size in /proc/self/status, and the count in /proc/self/stat. Two counts differ
    from the truth by less than `resolution()`; a count and an exact size would by more.
    """
    return int(_stat_fields()[21]) * os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def _steady_count():
    """Let the kernel's count begin with a batch, and stay on the processor that has this batch.

    Without it the same run differs by a batch or two, as what the count lacks at its beginning is
    a matter of chance.
    """
    allowed = os.sched_getaffinity(0)
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, {int(_stat_fields()[36])})
    pages = _complete_batch()
    try:
        yield
    finally:
        pages.close()
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, allowed)


def _complete_batch():
    """Take pages until the kernel's count includes all of them, and return them."""
    page = os.sysconf("SC_PAGE_SIZE")
    pages = mmap.mmap(-1, 2 * resolution())
    before = _counted_resident()
    for offset in range(0, len(pages), page):
        pages[offset] = 1
        if _counted_resident() != before:
            break
    return pages


def _stat_fields():
    """/proc/self/stat from its third field on: proc_pid_stat(5)."""
    with open("/proc/self/stat", "rb") as stream:
        return stream.read().rpartition(b")")[2].split()


def _peak_so_far():
    """The mark since the process began, 0 where the kernel keeps none."""
    try:
        return _status()["VmHWM"]
    except (OSError, KeyError):
        return 0


def _reset_mark():
    with open("/proc/self/clear_refs", "w") as control:
        control.write("5")


def _status_error():
    """How far two readings of the same size may differ: the kernel counts pages per processor."""
    return 64 * (os.cpu_count() or 1) * os.sysconf("SC_PAGE_SIZE")


def _restore_mark(mark):
    """Bring the high-water mark back to ``mark``: asv reads it at the end as the process' peak."""
    missing = mark - _status()["VmHWM"]
    if missing > 0:
        ballast = b"\x01" * (mark - _status()["VmRSS"])
        del ballast


def sampled(run, interval=SAMPLING_INTERVAL):
    """The same figures by looking every millisecond, which can miss a short peak."""
    from memory_profiler import memory_usage

    # The profiler's own first start takes a mebibyte, which is not the query's.
    memory_usage((_nothing, (), {}), interval=interval, max_usage=True)
    gc.collect()
    before = memory_usage(-1, max_usage=True)
    peak, answer = memory_usage((run, (), {}), interval=interval, max_usage=True, retval=True)
    del answer
    gc.collect()
    after = memory_usage(-1, max_usage=True)
    mebibyte = 2**20
    return {
        "instrument": SAMPLED,
        "before": int(before * mebibyte),
        "peak": int((peak - before) * mebibyte),
        "retained": int((after - before) * mebibyte),
        "process": int(peak * mebibyte),
    }


def _nothing():
    return None
