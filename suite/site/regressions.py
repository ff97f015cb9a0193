"""What asv's pages call a regression: what exceeds the limits of the upgrade check.

A metric without a limit is not judged, nor are seconds: what is published of them can be one
sample.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median

from benchmarks.metrics import METRICS
from suite.figures.amounts import GROWTH
from suite.figures.limits import Limit
from suite.measuring.results import Figure
from suite.releases.timeline import HISTORY

# What a style leaves is 51 KB at most, and what each run does some bytes, which can be negative: of
# them any share is noise; asv knows no limit in bytes.
TOO_SMALL_FOR_SHARES = {"track_leaked", *GROWTH}


def thresholds(figures: Iterable[Figure], limits: Mapping[str, Limit]) -> dict[str, float]:
    """asv's regressions_thresholds: a pattern for each judged metric and size.

    asv knows shares only: a floor becomes its share of the median figure, of at least a byte.
    """
    sizes: dict[tuple[str, int], list[float]] = defaultdict(list)
    for figure in figures:
        if figure.value is not None and figure.metric in limits:
            sizes[figure.metric, figure.rows].append(figure.value)
    return {
        rf".*\.{metric}\(.*, {rows}\)@{HISTORY}$": max(
            limits[metric].share, limits[metric].floor / max(1.0, median(values))
        )
        for (metric, rows), values in sizes.items()
    }


def unlisted(limits: Mapping[str, Limit]) -> dict[str, None]:
    """asv's regressions_first_commits: the metrics of which it lists no regression."""
    judged = limits.keys() - TOO_SMALL_FOR_SHARES
    return {rf".*\.{metric.name}\(": None for metric in METRICS if metric.name not in judged}
