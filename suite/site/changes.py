"""What changed between neighbouring releases: the page's list, and what asv calls a regression.

Both follow from the limits of the upgrade check. A metric without a limit is not judged, nor are
seconds: what is published of them can be one sample.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from benchmarks.metrics import METRICS
from suite.figures.amounts import GROWTH
from suite.figures.limits import Limit
from suite.measuring.results import Figure
from suite.releases.timeline import HISTORY

SHOWN = 12

# What a style leaves is 51 KB at most, and what each run does some bytes, which can be negative: of
# them any share is noise; asv knows no limit in bytes.
TOO_SMALL_FOR_SHARES = {"track_leaked", *GROWTH}

# By metric, rows and style: a value for each release.
Values = Mapping[str, Mapping[int, Mapping[str, list[float | None]]]]
Limits = Mapping[str, Limit]


@dataclass(frozen=True)
class Change:
    """From one release to the next one that was measured, both by their place in the list."""

    metric: str
    rows: int
    style: str
    earlier: int
    later: int
    before: float
    after: float

    @property
    def share(self) -> float:
        """The change as a share of the bigger value: doubled and halved are alike."""
        return abs(self.after - self.before) / max(abs(self.before), abs(self.after))


def biggest(values: Values, limits: Limits) -> list[Change]:
    """For each judged metric and size, the changes that exceed its limit, the biggest first."""
    found: list[Change] = []
    for metric, sizes in values.items():
        if metric not in limits:
            continue
        for rows, by_style in sizes.items():
            steps = [
                change
                for style, row in by_style.items()
                for change in _steps(metric, rows, style, row)
                if limits[metric].exceeded_by(change.before, change.after)
            ]
            found += sorted(steps, key=lambda change: change.share, reverse=True)[:SHOWN]
    return found


def _steps(metric: str, rows: int, style: str, row: list[float | None]) -> Iterator[Change]:
    measured = [(index, value) for index, value in enumerate(row) if value is not None]
    for (earlier, before), (later, after) in pairwise(measured):
        yield Change(metric, rows, style, earlier, later, before, after)


def regressions_thresholds(figures: Iterable[Figure], limits: Limits) -> dict[str, float]:
    """asv's setting of that name, a pattern for each judged metric and size.

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


def regressions_first_commits(limits: Limits) -> dict[str, None]:
    """asv's setting of that name: the metrics of which it lists no regression."""
    judged = limits.keys() - TOO_SMALL_FOR_SHARES
    return {rf".*\.{metric.name}\(": None for metric in METRICS if metric.name not in judged}
