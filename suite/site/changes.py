"""The biggest changes between neighbouring releases: what a maintainer looks at first."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from suite import benchmark_names
from suite.timeline import HISTORY
from suite.units import SMALLEST_GROWTH

SHOWN = 12
DEFAULT_THRESHOLD = 0.05  # asv's own, where no pattern of regressions_thresholds matches

# What a change of seconds must be at least: less than this moves with the machine's other work.
LEAST_SECONDS = 0.01

# By metric, rows and style: a value for each release.
Values = Mapping[str, Mapping[int, Mapping[str, list[float | None]]]]


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


def biggest(task: str, values: Values, thresholds: Mapping[str, float]) -> list[Change]:
    """For each metric and size, the changes that are more than noise, the biggest first.

    ``thresholds`` are asv.conf.json's regressions_thresholds.
    """
    found: list[Change] = []
    for metric, sizes in values.items():
        for rows, by_style in sizes.items():
            steps: list[Change] = []
            for style, row in by_style.items():
                relative = threshold(task, metric, style, rows, thresholds)
                steps += [
                    change
                    for change in _steps(metric, rows, style, row)
                    if _is_more_than_noise(change, relative)
                ]
            found += sorted(steps, key=lambda change: change.share, reverse=True)[:SHOWN]
    return found


def threshold(
    task: str, metric: str, style: str, rows: int, thresholds: Mapping[str, float]
) -> float:
    """The relative change from which asv lists a regression: of all that match, the largest."""
    entry = f"{benchmark_names.build(task, metric)}({style}, {rows})@{HISTORY}"
    matching = [float(value) for regex, value in thresholds.items() if re.match(regex, entry)]
    return max(matching, default=DEFAULT_THRESHOLD)


def _steps(metric: str, rows: int, style: str, row: list[float | None]) -> Iterator[Change]:
    measured = [(index, value) for index, value in enumerate(row) if value is not None]
    for (earlier, before), (later, after) in pairwise(measured):
        yield Change(metric, rows, style, earlier, later, before, after)


def _is_more_than_noise(change: Change, relative: float) -> bool:
    least = LEAST_SECONDS if change.metric == "time_query" else SMALLEST_GROWTH
    return abs(change.after - change.before) >= max(least, relative * abs(change.before))
