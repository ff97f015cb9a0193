"""A style's source with the resident memory after each of its lines, as memory_profiler reads it.

``python -m benchmarks.line_profiling TASK STYLE ROWS`` prints it as a line of JSON. All figures are
in bytes. No other process loads this module, so that it may import memory_profiler.
"""

import gc
import inspect
import sys

import psutil
from memory_profiler import CodeMap, LineProfiler

from benchmarks import command_line, free_memory, measuring, provenance, starting_point


class StyleProfiler(LineProfiler):
    """memory_profiler's profiler, which traces the lines of the style alone.

    The original has Python call it for every line of SQLAlchemy too, and drops those calls.
    """

    def __init__(self):
        LineProfiler.__init__(self)
        self.code_map = Readings(include_children=False, backend="psutil")

    def trace_memory_usage(self, frame, event, arg):
        """Called by Python when a function begins, and for every line of those that are traced."""
        if event == "call" and frame.f_code not in self.code_map:
            return None
        return LineProfiler.trace_memory_usage(self, frame, event, arg)


class Readings(CodeMap):
    """The readings of each line: how often it ran, its highest reading, and the sum of its rises.

    memory_profiler counts a rise from the highest reading of the line before. In a loop in which
    memory has fallen, every round then counts the same bytes anew; here a rise counts from the
    reading before.
    """

    def __init__(self, include_children, backend):
        CodeMap.__init__(self, include_children, backend)
        self.process = psutil.Process()
        self.start = self.before = None

    def trace(self, code, lineno, prev_lineno):
        """Take a reading after line ``lineno``."""
        memory = self.process.memory_info().rss
        rise, highest, rounds = self[code].get(lineno, (0, 0, 0))
        if self.before is None:
            self.start = self.before = memory
        rise += memory - self.before
        self[code][lineno] = rise, max(memory, highest), rounds + 1
        self.before = memory


def profile(style, rows):
    """Run ``style`` once from the stated starting point, and return what was read.

    ``lines`` are those of the style's source: ``number``, ``source``, and where the line ran
    ``memory`` (the highest reading after it), ``increment`` (the sum of its rises) and ``rounds``.
    ``start`` is the reading when the function began; for ``afterwards`` see `resident_afterwards`.
    """
    profiler = StyleProfiler()
    with measuring.limited_memory():
        engine = starting_point.prepare(style, rows)
        profiled = profiler(style.function)
        gc.collect()
        answers = [profiled(engine)]
    afterwards = resident_afterwards(answers)
    readings = profiler.code_map[style.function.__code__]
    lines, first = inspect.getsourcelines(style.function)
    return {
        "style": style.name,
        "rows": rows,
        "start": profiler.code_map.start,
        "lines": [
            dict(described(readings.get(number)), number=number, source=source.rstrip())
            for number, source in enumerate(lines, first)
        ],
        "afterwards": afterwards,
        "measured_with": provenance.facts(),
    }


def described(reading):
    """One line's reading by name; nothing where the line did not run."""
    return dict(zip(("increment", "memory", "rounds"), reading)) if reading else {}


def resident_afterwards(answers):
    """Resident size after the style has returned, step by step; empties ``answers``.

    ``returned``: the answer is held. ``collected``: the garbage collector ran. ``trimmed``: the C
    library gave back what it can, by malloc_trim(3); None where it has no such function.
    ``dropped``: the answer is gone too, collected and trimmed.
    """
    process = psutil.Process()
    sizes = {"returned": process.memory_info().rss}
    gc.collect()
    sizes["collected"] = process.memory_info().rss
    sizes["trimmed"] = process.memory_info().rss if free_memory.give_back() else None
    del answers[:]
    gc.collect()
    sizes["dropped"] = process.memory_info().rss if free_memory.give_back() else None
    return sizes


def main(arguments):
    """Profile, print, and return the exit code of command_line.run_one."""
    return command_line.run_one(
        "python -m benchmarks.line_profiling TASK STYLE ROWS",
        arguments,
        lambda task, style, rows: dict(profile(style, rows), task=task),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
