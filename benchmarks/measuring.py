"""The instruments: what a callable costs in memory. One measurement wants one fresh process.

All figures are in bytes. A process that has run its callable before reuses the memory that it freed
then, and shows a fraction of the cost.
"""

import contextlib
import gc
import os
import sys
import time

from benchmarks import free_memory, kernel_mark

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
    """Whether resident memory is measured by the kernel's mark here, which this resets."""
    return os.environ.get(INSTRUMENT) != SAMPLED and kernel_mark.is_resettable()


def resident_instrument():
    """The instrument for resident memory on this machine: the kernel's mark, or sampling."""
    return KERNEL if has_resettable_mark() else SAMPLED


def resident(run):
    """What ``run()`` adds to resident memory at its worst, and what stays after its answer is gone.

    ``before``: resident size before. ``peak``: net peak. ``retained``: resident size after the
    answer is dropped and garbage collected, minus the size before; it can be negative where the run
    gave back more than it kept. ``process``: the process at its worst, interpreter and imports
    included, since it started: ``before`` and ``peak``, or more where what `free_memory` took does
    not go back. Where the kernel keeps a mark, peak and retained are not lessened by memory that
    the process had free; sampled ones are.
    """
    # Before it is asked whether it can be reset, which resets it.
    mark_before = kernel_mark.so_far()
    if not has_resettable_mark():
        return sampled(run)
    gc.collect()
    before = kernel_mark.resident()
    with free_memory.occupied():
        occupied = kernel_mark.resident()
        answer, peak = kernel_mark.watch(run)
        del answer
        gc.collect()
        retained = kernel_mark.resident() - occupied
    return {
        "instrument": KERNEL,
        "before": before,
        "peak": peak,
        "retained": retained,
        "process": kernel_mark.restore(max(mark_before, before + peak)),
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


@contextlib.contextmanager
def line_tables():
    """Inside, Python keeps a table of line numbers for all code that runs.

    tracemalloc asks for the line at every allocation. Where a tracer has seen the code, CPython
    3.11 looks it up in such a table (PyCode_Addr2Line in Objects/codeobject.c), and otherwise
    decodes the function's lines from the first one on: a third of the time of an N+1 loop.
    """

    def every_line(frame, event, argument):
        return every_line

    sys.settrace(every_line)
    try:
        yield
    finally:
        sys.settrace(None)


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
    if reported > process + kernel_mark.counting_error():
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
