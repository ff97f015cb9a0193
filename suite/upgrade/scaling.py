"""How a figure grows with the rows, and how many rows fit in a given amount of memory."""

import math
from collections.abc import Mapping

# A slope is told from none where it adds more than this between the sizes that were measured: what
# two runs of the same release can differ by (docs/upgrade.md).
SMALLEST_GROWTH = 256 * 2**10

UNLIMITED = math.inf


def bytes_a_row(by_rows: Mapping[int, float]) -> float | None:
    """Bytes that one more row costs, from a figure at each size; None without figures.

    The slope between the smallest and the largest size; of a single size, its share of a row, which
    counts the fixed part too.
    """
    if not by_rows:
        return None
    smallest, largest = min(by_rows), max(by_rows)
    if smallest == largest:
        return by_rows[largest] / largest
    return (by_rows[largest] - by_rows[smallest]) / (largest - smallest)


def rows_that_fit(
    process: Mapping[int, float], net_peak: Mapping[int, float], budget: float
) -> float | None:
    """How many rows a process with ``budget`` bytes can query; both figures by rows, in bytes.

    What the limit of a container counts is the whole process, so its peak decides: a fixed part
    (interpreter, imports, mappers) and a slope, from two sizes. Of a single size, the net peak is
    what grows, and the rest is fixed. UNLIMITED where more rows need no more memory, None where
    nothing was measured.
    """
    both = process.keys() & net_peak.keys()
    if not both:
        return None
    largest = max(both)
    sizes = {rows: process[rows] for rows in both}
    slope = bytes_a_row(sizes if len(both) > 1 else {largest: net_peak[largest]})
    if slope is None or slope * (largest - min(both) or largest) < SMALLEST_GROWTH:
        return UNLIMITED
    fixed = process[largest] - slope * largest
    return max(0.0, math.floor((budget - fixed) / slope))
