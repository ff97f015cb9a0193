"""What a style takes in seconds."""

import gc
import time

# A quick query runs again, each time from the starting point, until both are reached.
MOST_RUNS = 3
LONG_ENOUGH = 0.3


def measure(unit):
    """The record of the unit: ``samples`` of seconds, and their median as ``seconds``.

    The median is what asv makes of samples.
    """
    samples = []
    while not samples or (len(samples) < MOST_RUNS and sum(samples) < LONG_ENOUGH):
        run = unit.start()
        gc.collect()
        started = time.perf_counter()
        run()
        samples.append(time.perf_counter() - started)
    return {"method": "perf_counter", "seconds": median(samples), "samples": samples}


def median(samples):
    """The middle one, or the mean of the two in the middle."""
    ordered = sorted(samples)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[-1 - middle]) / 2.0
