"""A style's source with the resident memory after each of its lines, as memory_profiler reads it.

All figures are in bytes.
"""

import gc
import inspect

import psutil
from memory_profiler import CodeMap, LineProfiler

from benchmarks.instruments import free_memory


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


def measure(unit):
    """The record of the unit: ``start``, ``lines`` and ``afterwards``.

    ``lines`` are those of the style's source: ``number``, ``source``, and where the line ran
    ``memory`` (the highest reading after it), ``increment`` (the sum of its rises) and ``rounds``.
    ``start`` is the reading when the function began; for ``afterwards`` see `resident_afterwards`.
    """
    profiler = StyleProfiler()
    run = unit.start(around=profiler)
    gc.collect()
    answers = [run()]
    afterwards = resident_afterwards(answers)
    function = unit.style.function
    readings = profiler.code_map[function.__code__]
    lines, first = inspect.getsourcelines(function)
    return {
        "method": "memory_profiler",
        "start": profiler.code_map.start,
        "lines": [
            dict(described(readings.get(number)), number=number, source=source.rstrip())
            for number, source in enumerate(lines, first)
        ],
        "afterwards": afterwards,
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
