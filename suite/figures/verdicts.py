"""What a change of one figure is: the one definition, for the upgrade check, the page and asv."""

from enum import StrEnum

from suite.figures.amounts import GROWTH
from suite.figures.limits import Limit


class Verdict(StrEnum):
    """What an upgrade does to one figure, the worst first."""

    WORSE = "worse"
    FAILED = "failed"
    NOT_COMPARABLE = "not comparable"
    GONE = "gone"
    NEW = "new"
    BETTER = "better"
    SAME = "same"
    NOT_JUDGED = "not judged"


def judged(metric: str, before: float, after: float, limit: Limit) -> Verdict:
    """What a change of one figure is by its limit: worse, better or same."""
    if metric in GROWTH:
        # Who gives back what earlier executions took does not grow.
        before, after = max(0.0, before), max(0.0, after)
    if not limit.exceeded_by(before, after):
        return Verdict.SAME
    return Verdict.WORSE if after > before else Verdict.BETTER
