"""How a figure grows with the rows, and how many rows fit in a given amount of memory."""

import math
from collections.abc import Mapping

from suite.figures.amounts import SMALLEST_GROWTH

UNLIMITED = math.inf

# The memory of a worker, in bytes, where nobody says how much it has.
DEFAULT_BUDGET = 512.0 * 2**20


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

    What the limit of a container counts is the whole process at the largest size, and what grows
    from there on is the net peak: at a small size the peak of a process can be that of its imports.
    UNLIMITED where more rows need no more memory and the process fits, None where nothing was
    measured.
    """
    both = process.keys() & net_peak.keys()
    slope = bytes_a_row({rows: net_peak[rows] for rows in both})
    if slope is None:
        return None
    largest = max(both)
    more_rows = largest - min(both) if len(both) > 1 else largest
    if slope * more_rows < SMALLEST_GROWTH:
        return UNLIMITED if process[largest] <= budget else 0.0
    fixed = process[largest] - slope * largest
    return max(0.0, math.floor((budget - fixed) / slope))
