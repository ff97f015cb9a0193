"""What to write instead: a style that gives the same, needs less, and differs least in its code."""

import difflib
from collections.abc import Mapping
from functools import cache

from suite.figures.limits import Limit
from suite.figures.tasks import Task, tasks


def instead(
    task: Task,
    style: str,
    values: Mapping[str, float],
    limit: Limit,
    gives: str | None = None,
) -> str | None:
    """The style to write in place of ``style``; None where none of its kind needs less.

    ``values`` are those of one metric by style, of one release, size and platform. Where several
    styles need no more than ``limit`` more than the cheapest, the one whose code is the most like
    what is written already. With ``gives``, of that kind in place of the style's own.
    """
    if style not in values or style not in task.styles:
        return None
    kind = gives or task.styles[style].gives
    own = values[style]
    cheaper = {
        name: value
        for name, value in values.items()
        if name in task.styles
        and task.styles[name].gives == kind
        and value < own
        and limit.exceeded_by(own, value)
    }
    least = min(cheaper.values(), default=0.0)
    alike = [name for name, value in cheaper.items() if not limit.exceeded_by(least, value)]
    return min(alike, key=nearest(task.name, style).index, default=None)


@cache
def nearest(task: str, style: str) -> tuple[str, ...]:
    """The other styles of a task, the one with the most similar code first."""
    styles = tasks()[task].styles
    own = styles[style].code.split()

    def unlike(name: str) -> float:
        return -difflib.SequenceMatcher(None, own, styles[name].code.split()).ratio()

    return tuple(sorted((name for name in styles if name != style), key=unlike))
