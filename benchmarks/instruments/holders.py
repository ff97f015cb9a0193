"""Functions that hold a known number of bytes for a known time: what an instrument is tried on.

``python -m benchmarks.instruments.holders HOLDER BYTES SECONDS INSTRUMENT`` holds in a fresh
process and prints, as JSON, what truth is and what the instrument said. Imports no SQLAlchemy.
"""

import functools
import json
import mmap
import sqlite3
import sys
import time

from benchmarks.instruments import heap, kernel_mark, resident

# CPython's allocator of small objects hands out multiples of 16 bytes from pools, each with a
# header (Objects/obmalloc.c); pools grew with 3.10.
ALIGNMENT = 16
POOL = 16384 if sys.version_info >= (3, 10) else 4096
POOL_HEADER = 48
# How long a function works before it holds, as a query does before its peak, in seconds: what looks
# at the first and the last moment only would else see all that is held shortly.
BEFORE = 0.03
# The payload of one small object.
PAYLOAD = 479


class Holder(object):
    """One way of holding memory.

    ``hold(size, seconds)`` holds about ``size`` bytes for ``seconds``. ``resident(size)`` is the
    memory that the process then has in addition, whole pages, ``heap(size)`` what Python's
    allocators were asked for; both in bytes.
    """

    def __init__(self, label, hold, resident, heap):
        self.label = label
        self.hold = hold
        self.resident = resident
        self.heap = heap


def hold_bytes(size, seconds):
    """One bytes object, which Python takes from malloc and writes to."""
    held = b"\x01" * size
    time.sleep(seconds)
    return len(held)


def hold_objects(size, seconds):
    """A list of small bytes objects."""
    count = _object_count(size)
    held = [None] * count
    for place in range(count):
        held[place] = b"%*d" % (PAYLOAD, place)
    time.sleep(seconds)
    return len(held)


def hold_in_sqlite(size, seconds):
    """A string that SQLite makes and keeps for itself while the statement runs."""
    connection = sqlite3.connect(":memory:")
    connection.create_function("wait", 1, lambda length: time.sleep(seconds) or length)
    ((length,),) = connection.execute("SELECT wait(length(printf('%*s', ?, '')))", (size,))
    connection.close()
    return length


def _work(holder, size, seconds):
    time.sleep(BEFORE)
    return holder.hold(size, seconds)


def _object_count(size):
    return size // (_object_size() + 1)


def _object_size():
    """What Python asks its allocator for: 480 bytes and the header of a bytes object."""
    return sys.getsizeof(b"") + PAYLOAD


def _list_size(count):
    return count * tuple.__itemsize__


def _pages(size):
    return -(-size // mmap.PAGESIZE) * mmap.PAGESIZE


def _objects_resident(size):
    count = _object_count(size)
    block = -(-_object_size() // ALIGNMENT) * ALIGNMENT
    pools = -(-count // ((POOL - POOL_HEADER) // block))
    return pools * POOL + _pages(_list_size(count))


def _objects_heap(size):
    count = _object_count(size)
    return count * _object_size() + _list_size(count)


HOLDERS = {
    "bytes": Holder("bytes", hold_bytes, _pages, lambda size: sys.getsizeof(b"") + size),
    "objects": Holder("objects", hold_objects, _objects_resident, _objects_heap),
    "sqlite": Holder("SQLite, in C", hold_in_sqlite, _pages, lambda size: 0),
}

INSTRUMENTS = {
    "mark": (lambda run: resident.added(run, kernel_mark.so_far()), "peak"),
    "heap": (heap.held, "heap"),
    "sampled-100ms": (functools.partial(resident.sampled, interval=0.1), "peak"),
    "sampled-1ms": (functools.partial(resident.sampled, interval=0.001), "peak"),
}


def main(arguments):
    """Hold, measure and print; arguments as in the module's docstring."""
    name, size, seconds, instrument = arguments
    holder, size, seconds = HOLDERS[name], int(size), float(seconds)
    # What the first call costs once, such as SQLite's own start, is not what is held.
    holder.hold(4096, 0)
    measure, figure = INSTRUMENTS[instrument]
    measured = measure(functools.partial(_work, holder, size, seconds))[figure]
    truth = holder.heap(size) if instrument == "heap" else holder.resident(size)
    json.dump({"truth": truth, "measured": measured}, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main(sys.argv[1:])
