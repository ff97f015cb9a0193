"""What each further execution on the same engine leaves behind. All sizes are in bytes.

A statement that misses a cache leaves some kilobytes once, which no single run tells from nothing:
here they are multiplied, as in a service that runs for days.
"""

import array
import gc
import tracemalloc

from benchmarks.instruments import free_memory, heap, resident

# Executions before the first reading: what comes once with them has come after ten.
SETTLING = 20
# So many stretches of so many executions, the middle of which counts: what comes once, such as a
# table that is made anew when it is full, lies in one of them.
STRETCHES = 5
ROUNDS = 6
# Of resident memory, which is read in pages.
RESIDENT_ROUNDS = 20


def measure(unit):
    """The record of the unit: what `grown` returns."""
    with heap.line_tables():
        run = unit.start()
    return grown(run, unit.settle)


def grown(run, settle=lambda: None):
    """What is held more after each execution of ``run()``, whose answers are dropped.

    ``growth``: of Python's heap, garbage collected at each reading. ``uncollected``: the same with
    the collector off. ``resident``: of resident memory over more executions, after malloc gave back
    what it can; it can be negative. ``settle()`` is called before each reading.
    """

    def collected():
        settle()
        gc.collect()
        heap.forget_attributes()
        return tracemalloc.get_traced_memory()[0]

    def traced():
        settle()
        # Empties Python's lists of free objects and no more: what is frozen is not collected.
        gc.freeze()
        gc.collect()
        heap.forget_attributes()
        return tracemalloc.get_traced_memory()[0]

    def trimmed():
        settle()
        gc.collect()
        heap.forget_attributes()
        free_memory.give_back()
        return resident.now()

    # What lies in that cache by now would be replaced by strings that are counted.
    heap.forget_attributes()
    tracemalloc.start()
    try:
        for _ in range(SETTLING):
            run()
            # What this leaves once is not the execution's.
            settle()
        growth = _middle(ROUNDS, run, collected)
        gc.disable()
        uncollected = _middle(ROUNDS, run, traced)
    finally:
        gc.unfreeze()
        gc.enable()
        tracemalloc.stop()
    run()
    return {
        "method": heap.TRACEMALLOC,
        "growth": growth,
        "uncollected": uncollected,
        "resident": _middle(RESIDENT_ROUNDS, run, trimmed),
    }


def _middle(rounds, run, reading):
    """By how much ``reading()`` rises for each execution: the middle of some stretches."""
    # Made before the first reading, and of no objects.
    read = array.array("q", [0] * (STRETCHES + 1))
    read[0] = reading()
    for stretch in range(STRETCHES):
        for _ in range(rounds):
            run()
        read[stretch + 1] = reading()
    rises = [read[stretch + 1] - read[stretch] for stretch in range(STRETCHES)]
    return sorted(rises)[STRETCHES // 2] / float(rounds)
