"""What a run adds to resident memory: by the kernel's mark, or sampled. All sizes are in bytes."""

import gc
import os

from benchmarks.instruments import free_memory, kernel_mark

KERNEL = "kernel"
SAMPLED = "sampled"

# Set to SAMPLED, it says that memory_profiler shall sample although the kernel keeps a mark.
INSTRUMENT = "SQLALCHEMY_ASV_INSTRUMENT"

# How often memory_profiler looks where the kernel keeps no mark, in seconds.
SAMPLING_INTERVAL = 0.001
MEBIBYTE = 2**20


def has_resettable_mark():
    """Whether resident memory is measured by the kernel's mark here, which this resets."""
    return os.environ.get(INSTRUMENT) != SAMPLED and kernel_mark.is_resettable()


def now():
    """The resident size."""
    if has_resettable_mark():
        return kernel_mark.resident()
    from memory_profiler import memory_usage

    return int(memory_usage(-1, max_usage=True) * MEBIBYTE)


def measure(unit):
    """The record of the unit: what `added` returns."""
    run = unit.start()
    # Before it is asked whether the mark can be reset, which resets it.
    mark = max(unit.mark, kernel_mark.so_far())
    return added(run, mark) if has_resettable_mark() else sampled(run)


def added(run, mark):
    """What ``run()`` adds to resident memory at its worst, and what stays after its answer is gone.

    ``before``: resident size before. ``peak``: net peak. ``retained``: resident size after the
    answer is dropped, garbage collected, and malloc has given back what it has free, minus the size
    before; it can be negative where the run gave back more than it kept. ``kept``: what malloc gave
    back only when it was asked. ``process``: the process at its worst, interpreter and imports
    included: ``before`` and ``peak``, or ``mark``, its highest size up to here. Peak and retained
    are not lessened by memory that the process had free.
    """
    gc.collect()
    before = kernel_mark.resident()
    with free_memory.occupied():
        occupied = kernel_mark.resident()
        answer, peak = kernel_mark.watch(run)
        del answer
        gc.collect()
        left = kernel_mark.resident()
        free_memory.give_back()
        retained = kernel_mark.resident() - occupied
    return {
        "method": KERNEL,
        "before": before,
        "peak": peak,
        "retained": retained,
        "kept": left - occupied - retained,
        "process": max(mark, before + peak),
    }


def sampled(run, interval=SAMPLING_INTERVAL):
    """The same figures by looking every millisecond, which can miss a short peak.

    Memory that the process had free lessens them.
    """
    from memory_profiler import memory_usage

    # The profiler's own first start takes a mebibyte, which is not the query's.
    memory_usage((_nothing, (), {}), interval=interval, max_usage=True)
    gc.collect()
    before = memory_usage(-1, max_usage=True)
    peak, answer = memory_usage((run, (), {}), interval=interval, max_usage=True, retval=True)
    del answer
    gc.collect()
    left = memory_usage(-1, max_usage=True)
    free_memory.give_back()
    after = memory_usage(-1, max_usage=True)
    return {
        "method": SAMPLED,
        "before": int(before * MEBIBYTE),
        "peak": int((peak - before) * MEBIBYTE),
        "retained": int((after - before) * MEBIBYTE),
        "kept": int((left - after) * MEBIBYTE),
        "process": int(peak * MEBIBYTE),
    }


def _nothing():
    return None
