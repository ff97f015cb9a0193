"""Resident memory over time, as memory_profiler looks at it from a process of its own.

What is watched so runs as it would alone.
"""

import gc
import time

# How often memory_profiler looks, and how long it goes on after the answer was dropped, in seconds.
INTERVAL = 0.005
REST = 0.05


def measure(unit):
    """The record of the unit: ``answered`` and ``samples``.

    ``samples`` are [seconds since the query began, bytes more than before it], ``answered`` the
    second at which the style returned its answer, which is dropped then.
    """
    # The watching process forks from this one: what it needs is imported before.
    from memory_profiler import memory_usage

    query = unit.start()
    marks = []

    def run():
        time.sleep(REST)
        marks.append(time.time())
        answer = query()
        marks.append(time.time())
        del answer
        gc.collect()
        time.sleep(REST)

    # More than one iteration would be a second run, in memory that the first one left.
    looks = memory_usage((run, (), {}), interval=INTERVAL, timestamps=True, max_iterations=1)
    began, answered = marks
    before = [size for size, moment in looks if moment <= began] or [looks[0][0]]
    return {
        "method": "memory_profiler",
        "answered": round(answered - began, 4),
        "samples": [
            [round(moment - began, 4), int((size - before[-1]) * 2**20)]
            for size, moment in looks
            if moment >= began
        ],
    }
