"""Does it stream? Memory that does not grow with the rows, told from net peaks at two sizes.

What streams holds a chunk of rows, however many follow; what does not holds each row somewhere,
in the driver's buffer or as an object. So it is the slope between the two largest sizes that tells
them apart, and not the height: a chunk of 1,000 entities is 5 MiB, the buffer of psycopg2 with
100,000 short rows 6.

- **What a held row is worth**: its bytes, and beside them what finds it again, a pointer and a
  length. That is `LEAST_ROW` at the very least, however short the row; the shortest that was
  measured, psycopg2's buffer of addresses, takes 65 bytes a row. What streams was measured at 0 to
  2 bytes a row.
- **Noise**: a change of the net peak counts from a limit on (pyproject.toml). Sizes must lie so far
  apart that held rows exceed it; with 1 MiB those are 65,536 rows. Nearer to each other, no growth
  proves nothing.
- **Buffers that fill**: ``max_row_buffer`` grows to 1,000 rows and stays, ``yield_per(1000)`` holds
  1,000. A size below `FULL` can have caught one half full, so that growth from there on proves
  nothing either.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from suite.figures.amounts import MEBIBYTE
from suite.figures.limits import Limit

# The task whose styles keep no row: of any other one, the answer itself grows.
TASK = "streaming"
METRIC = "track_peak"

LEAST_ROW = 16.0
"""Bytes that a row which is held takes at the very least."""
FULL = 5_000
"""From so many rows on, every buffer that is bounded by rows is full: the largest holds 2,000."""
NOISE = Limit(0.0, float(MEBIBYTE))
"""What a change of the net peak has to exceed where no limit is set."""


@dataclass(frozen=True)
class Verdict:
    """Whether a style streams; None where that can't be told, and ``why``.

    ``bytes_a_row`` is the growth between the two sizes, None where there are no two.
    """

    streams: bool | None
    bytes_a_row: float | None = None
    why: str = ""


def verdict(net_peaks: Mapping[int, float | None], noise: Limit = NOISE) -> Verdict | None:
    """The verdict from net peaks in bytes by rows, None for a size at which it failed.

    Of the two largest sizes. ``noise`` is the limit of net peaks. None where nothing was measured.
    """
    if not net_peaks:
        return None
    larger = max(net_peaks)
    smaller = max((rows for rows in net_peaks if rows < larger), default=None)
    if smaller is None:
        return Verdict(None, why=f"measured at {larger:,} rows only")
    before, after = net_peaks[smaller], net_peaks[larger]
    if before is None or after is None:
        return Verdict(None, why=f"failed at {larger if after is None else smaller:,} rows")
    grown, held = after - before, LEAST_ROW * (larger - smaller)
    slope, least = grown / (larger - smaller), max(noise.floor, noise.share * before)
    if grown <= max(held, least):
        if held > least:
            return Verdict(True, slope)
        why = f"{smaller:,} and {larger:,} rows are too near to each other to tell"
        return Verdict(None, slope, why)
    if smaller < FULL:
        return Verdict(None, slope, f"at {smaller:,} rows a buffer may not be full yet")
    return Verdict(False, slope)
