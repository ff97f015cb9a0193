"""How a figure grows with the rows, and how many rows fit in a given amount of memory."""

import math
from collections.abc import Mapping

from suite.figures.amounts import SMALLEST_GROWTH

UNLIMITED = math.inf

# The memory of a worker, in bytes, where nobody says how much it has.
DEFAULT_BUDGET = 512.0 * 2**20


def bytes_a_row(by_rows: Mapping[int, float], rows: int) -> float | None:
    """Bytes that one more row costs at ``rows``, from a figure at each size.

    The slope between that size and the next smaller one; None where either is missing.
    """
    smaller = max((size for size in by_rows if size < rows), default=None)
    if smaller is None or rows not in by_rows:
        return None
    return (by_rows[rows] - by_rows[smaller]) / (rows - smaller)


def rows_that_fit(
    process: Mapping[int, float], net_peak: Mapping[int, float], budget: float
) -> float | None:
    """How many rows a process with ``budget`` bytes can query; both figures by rows, in bytes.

    What the limit of a container counts is the whole process at the largest size, and what grows
    from there on is the net peak: at a small size the peak of a process can be that of its imports.
    Of a single size, all of the net peak counts as grown with its rows, so that rather too few fit.
    UNLIMITED where more rows need no more memory and the process fits, None where nothing was
    measured.
    """
    both = sorted(process.keys() & net_peak.keys())
    if not both:
        return None
    largest, smaller = both[-1], both[-2] if len(both) > 1 else 0
    grown = net_peak[largest] - (net_peak[smaller] if smaller else 0.0)
    slope = grown / (largest - smaller)
    if grown < SMALLEST_GROWTH:
        return UNLIMITED if process[largest] <= budget else 0.0
    fixed = process[largest] - slope * largest
    return max(0.0, math.floor((budget - fixed) / slope))
