"""Which release brought a change: bisecting over the releases between two of them.

Nothing here knows how a release is measured.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# A single release brought the change where its step makes this share of all of it.
SINGLE_STEP = 0.8


class UnmeasurableError(Exception):
    """A release gave no figure that can be compared; the message says why."""


@dataclass(frozen=True)
class Point:
    """A release and its figure, in bytes or seconds."""

    release: str
    value: float


@dataclass(frozen=True)
class Bisection:
    """Where the change is: between two neighbours among the releases that could be measured.

    ``points`` are all measurements in the order of releases, ``unmeasured`` the releases that gave
    no figure and why, ``candidates`` those of them that lie between the neighbours.
    """

    before: Point
    after: Point
    points: list[Point]
    unmeasured: dict[str, str]
    candidates: list[str]

    @property
    def first(self) -> Point:
        """The oldest release."""
        return self.points[0]

    @property
    def last(self) -> Point:
        """The newest release."""
        return self.points[-1]

    @property
    def share(self) -> float:
        """The neighbours' step as a share of the change between the oldest and the newest."""
        whole = self.last.value - self.first.value
        return (self.after.value - self.before.value) / whole if whole else 0.0

    @property
    def gradual(self) -> bool:
        """Whether no single release brought the change: the largest step found is a part of it."""
        return self.share < SINGLE_STEP


def bisect(releases: Sequence[str], measure: Callable[[str], float]) -> Bisection:
    """Find the two neighbours between which the figure changes most.

    ``releases`` stand in their order, at least two. ``measure`` is called for both ends and for
    about log2(n) releases between them, each once; it raises UnmeasurableError for a release
    without a figure, and the release beside it is taken. At each step the half with the larger
    part of the change is followed, so that one step is found for certain, and of several steps a
    large one. Raises UnmeasurableError where an end has no figure.
    """
    low, high = 0, len(releases) - 1
    values = {low: measure(releases[low]), high: measure(releases[high])}
    direction = 1 if values[high] >= values[low] else -1
    unmeasured: dict[int, str] = {}
    while (middle := _middle(low, high, unmeasured)) is not None:
        try:
            values[middle] = measure(releases[middle])
        except UnmeasurableError as reason:
            unmeasured[middle] = str(reason)
            continue
        below = direction * (values[middle] - values[low])
        above = direction * (values[high] - values[middle])
        low, high = (low, middle) if below > above else (middle, high)
    return Bisection(
        before=Point(releases[low], values[low]),
        after=Point(releases[high], values[high]),
        points=[Point(releases[index], values[index]) for index in sorted(values)],
        unmeasured={releases[index]: unmeasured[index] for index in sorted(unmeasured)},
        candidates=[releases[index] for index in range(low + 1, high)],
    )


def _middle(low: int, high: int, unmeasured: dict[int, str]) -> int | None:
    """The release nearest to the middle that was not tried yet; None between neighbours."""
    between = [index for index in range(low + 1, high) if index not in unmeasured]
    return min(between, key=lambda index: abs(2 * index - low - high), default=None)
