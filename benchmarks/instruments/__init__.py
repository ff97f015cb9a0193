"""How it is measured: one module an instrument, whose ``measure(unit)`` returns a record.

One measurement wants one process that has measured nothing before: a process that has run the style
reuses the memory that it freed then, and shows a fraction of the cost.
"""

import importlib

NAMES = ("resident", "heap", "growth", "seconds", "trace", "lines")


def load(name):
    """The ``measure`` of an instrument; KeyError where there is none.

    Imported when it is asked for: `trace` and `lines` need memory_profiler.
    """
    if name not in NAMES:
        raise KeyError(name)
    return importlib.import_module("benchmarks.instruments." + name).measure
