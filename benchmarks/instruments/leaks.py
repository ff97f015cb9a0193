"""Functions that leave a known number of bytes with each call: what `growth` is tried on.

``python -m benchmarks.instruments.leaks LEAK SIZE`` measures one in a fresh process and prints, as
JSON, what truth is and what the instrument said. Imports no SQLAlchemy.
"""

import json
import sys

from benchmarks.instruments import growth

# More calls than the instrument makes: what is kept lies in places that were made before.
PLACES = 1000
# What an entry of a cache holds, in bytes.
ENTRY = 1024


class Leak(object):
    """One way of leaving memory.

    ``start(size)`` returns the function that is called again and again. ``growth(size)``,
    ``uncollected(size)`` and ``resident(size)`` are what a call leaves, in bytes, by the figure of
    the instrument that should say so.
    """

    def __init__(self, label, start, growth, uncollected, resident):
        self.label = label
        self.start = start
        self.growth = growth
        self.uncollected = uncollected
        self.resident = resident


def keep_objects(size):
    """One more object of ``size`` bytes, its header included, is kept for ever."""
    kept, calls = [None] * PLACES, _numbers()

    def run():
        kept[calls()] = _object_of(size)

    return run


def keep_in_dict(size):
    """The same in a dict, which is made anew when it is full."""
    kept, calls = {}, _numbers()

    def run():
        kept[calls()] = _object_of(size)

    return run


def fill_cache(size):
    """A cache of ``size`` entries of `ENTRY` bytes: what is new takes the place of the oldest."""
    kept, calls = [None] * size, _numbers()

    def run():
        kept[calls() % size] = _object_of(ENTRY)

    return run


def leave_cycles(size):
    """A list that holds itself, which only the collector finds."""

    def run():
        cycle = _list_of(size)
        cycle[0] = cycle

    return run


def drop_tuples(size):
    """Tuples of so many bytes, made from a generator, which Python keeps free by their lengths."""
    lengths = range(1, 20)

    def run():
        for length in lengths:
            for _ in range(max(1, size // (length * 8 * len(lengths)))):
                tuple(number for number in range(length))

    return run


def keep_in_c(size):
    """A block that a C library takes from malloc and writes to."""
    import ctypes

    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.malloc.argtypes = [ctypes.c_size_t]
    library.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]

    def run():
        library.memset(library.malloc(size), 1, size)

    return run


def _numbers():
    """A function that counts its calls from 0."""
    last = [-1]

    def number():
        last[0] += 1
        return last[0]

    return number


def _object_of(size):
    return b"\x01" * (size - sys.getsizeof(b""))


def _list_of(size):
    return [None] * ((size - sys.getsizeof([])) // tuple.__itemsize__)


def _all(size):
    return size


def _nothing(size):
    return 0


def _while_it_fills(first, executions):
    """What an execution leaves in a cache of so many entries: that of most of the executions."""
    middle = first + executions / 2
    return lambda size: ENTRY if size > middle else 0


_HEAP = growth.STRETCHES * growth.ROUNDS
_WITHOUT_COLLECTOR = growth.SETTLING + _HEAP
_RESIDENT = _WITHOUT_COLLECTOR + _HEAP + 1

LEAKS = {
    "objects": Leak("an object kept", keep_objects, _all, _all, _all),
    "dict": Leak("an object kept in a dict", keep_in_dict, _all, _all, _all),
    "cache": Leak(
        "a cache of so many entries of 1 KiB",
        fill_cache,
        _while_it_fills(growth.SETTLING, _HEAP),
        _while_it_fills(_WITHOUT_COLLECTOR, _HEAP),
        _while_it_fills(_RESIDENT, growth.STRETCHES * growth.RESIDENT_ROUNDS),
    ),
    "cycles": Leak(
        "a reference cycle left",
        leave_cycles,
        _nothing,
        lambda size: sys.getsizeof(_list_of(size)),
        _nothing,
    ),
    "tuples": Leak("tuples dropped", drop_tuples, _nothing, _nothing, _nothing),
    "c": Leak("memory of a C library kept", keep_in_c, _nothing, _nothing, _all),
}

FIGURES = ("growth", "uncollected", "resident")


def main(arguments):
    """Leak, measure and print; arguments as in the module's docstring."""
    name, size = arguments
    leak, size = LEAKS[name], int(size)
    found = growth.grown(leak.start(size))
    truth = {figure: getattr(leak, figure)(size) for figure in FIGURES}
    measured = {figure: found[figure] for figure in FIGURES}
    json.dump({"truth": truth, "measured": measured}, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main(sys.argv[1:])
