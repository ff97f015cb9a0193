"""Whether the seconds of two releases differ by more than their samples do.

The interval is asv's own, of 99 % for the median: from eight samples on it makes no assumption
about how they are spread; of fewer, the interval of a Laplace distribution, and never less than
their range (asv_runner.statistics.compute_stats).
"""

from collections.abc import Sequence

from asv_runner.statistics import compute_stats

LEAST = 2
"""One sample has no interval, and is never judged."""


def apart(before: Sequence[float], after: Sequence[float]) -> bool:
    """Whether the intervals of both medians have no value in common; each has LEAST samples."""
    return are_apart(interval(before), interval(after))


def are_apart(before: Sequence[float], after: Sequence[float]) -> bool:
    """Whether two intervals, each by its ends, have no value in common."""
    (lowest, highest), (low, high) = before, after
    return highest < low or high < lowest


def interval(samples: Sequence[float]) -> tuple[float, float]:
    """The ends of the interval of LEAST samples or more."""
    _, stats = compute_stats(samples, 1)
    return stats["ci_99_a"], stats["ci_99_b"]
