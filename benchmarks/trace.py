"""Resident memory over time: ``python -m benchmarks.trace TASK STYLE ROWS`` prints a trace as JSON.

``samples`` are [seconds since the query began, bytes more than before it], ``answered`` the second
at which the style returned its answer, which is dropped then. memory_profiler looks from a process
of its own, so that what is watched runs as it would alone.
"""

import gc
import sys
import time

# How often memory_profiler looks, and how long it goes on after the answer was dropped, in seconds.
INTERVAL = 0.005
REST = 0.05


def main(arguments):
    """Trace, print, and return the exit code of command_line.run_one."""
    from benchmarks import command_line

    return command_line.run_one(
        "python -m benchmarks.trace TASK STYLE ROWS",
        arguments,
        lambda task, style, rows: trace(style, rows),
    )


def trace(style, rows):
    """Run the style once, watched. Raises what the style raises."""
    # The watching process forks from this one: what it needs is imported before.
    from memory_profiler import memory_usage

    from benchmarks import measuring, starting_point

    marks = []

    def run():
        time.sleep(REST)
        marks.append(time.time())
        answer = style.function(engine)
        marks.append(time.time())
        del answer
        gc.collect()
        time.sleep(REST)

    # More than one iteration would be a second run, in memory that the first one left.
    with measuring.limited_memory():
        engine = starting_point.prepare(style, rows)
        looks = memory_usage((run, (), {}), interval=INTERVAL, timestamps=True, max_iterations=1)
    began, answered = marks
    before = [size for size, moment in looks if moment <= began] or [looks[0][0]]
    return {
        "answered": round(answered - began, 4),
        "samples": [
            [round(moment - began, 4), int((size - before[-1]) * 2**20)]
            for size, moment in looks
            if moment >= began
        ],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
