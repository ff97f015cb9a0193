"""The process in which a start-up cost is measured.

``python child.py resident|heap STEP [ARGUMENT]`` prints bytes. It imports nothing before it
measures but what Python itself has imported by then, as that would not be counted any more.
"""

import gc
import os
import sys


def resident():
    """The resident size of this process in bytes."""
    with open("/proc/self/status", "rb") as lines:
        for line in lines:
            if line.startswith(b"VmRSS"):
                return int(line.split()[1]) * 1024


def heap():
    """Bytes that Python's allocators have handed out, with ``-X tracemalloc`` since its start."""
    # `tracemalloc` itself imports modules that SQLAlchemy needs too.
    import _tracemalloc

    return _tracemalloc.get_traced_memory()[0]


READINGS = {"resident": resident, "heap": heap}


def main(measures, step, argument=None):
    """Print what ``step`` adds, garbage excepted: "interpreter", "import", or a name of a step."""
    read = READINGS[measures]
    read()
    if step == "interpreter":
        print(read())
        return
    run = _step(step, argument)
    gc.collect()
    before = read()
    kept = run()
    gc.collect()
    print(read() - before)
    del kept


def _step(step, argument):
    if step == "import":
        return lambda: __import__(argument)
    from benchmarks.startup import steps

    return steps.STEPS[step](argument)


if __name__ == "__main__":
    # Modules of this folder would hide some of Python's own.
    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[0] = os.path.dirname(os.path.dirname(folder))
    main(*sys.argv[1:])
