"""Keeping what is measured from living on memory that the process has free already.

Imports leave up to a mebibyte of holes behind, more or less of it with each release, Python and
path of installation. What runs next fills them first, and would seem to need that much less.
"""

import contextlib
import sys

# CPython's allocator of small objects hands out multiples of 16 bytes up to 512, and keeps what is
# free of each size apart, in pools of one size each (Objects/obmalloc.c).
SIZES = range(16, 513, 16)
POOL = 16384
# How much is taken of each size, in pools: 64 KiB, where the imports leave up to 50 free.
POOLS = 4


@contextlib.contextmanager
def occupied():
    """Inside, malloc's free pages are given back, and what small objects had free is in use.

    Costs the process 2 MiB until the end. What stays: more than `POOLS` of one size, what malloc
    keeps free in parts of a page, and everything that a C library other than glibc keeps.
    """
    give_back()
    held = [None] * (POOLS * sum(POOL // size for size in SIZES))
    _fill(held)
    try:
        yield
    finally:
        del held


def give_back():
    """Return the pages of malloc's free blocks to the system; False where this is no glibc.

    malloc_trim(3). Imports ctypes, of which some Pythons are built without.
    """
    try:
        import ctypes

        ctypes.CDLL(None).malloc_trim(0)
    except (ImportError, AttributeError, OSError, TypeError):
        return False
    return True


def _fill(places):
    """Hold a pool of each size in turn: what comes next then shares memory with the last only."""
    place = 0
    for _ in range(POOLS):
        for size in SIZES:
            for number in range(POOL // size):
                places[place] = _object_of(size, number)
                place += 1


def _object_of(size, number):
    """A new object that is one block of ``size`` bytes."""
    if size == 16:
        return object()
    if size == 32:
        return (1 << 40) + number
    return bytes(size - sys.getsizeof(b""))
