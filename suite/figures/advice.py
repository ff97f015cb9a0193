"""What to write instead: a style that gives the same, needs less, and differs least in its code."""

import difflib
from collections.abc import Mapping
from functools import cache

from suite.figures.limits import Limit
from suite.figures.tasks import Task, tasks

# The share of the greatest saving from which on the smaller change of the code is worth more.
ENOUGH = 0.9


def instead(
    task: Task,
    style: str,
    values: Mapping[str, float],
    limit: Limit,
    gives: str | None = None,
) -> str | None:
    """The style to write in place of ``style``; None where none of its kind needs less.

    ``values`` are those of one metric by style, of one release, size and platform; less is what
    ``limit`` calls a change. Of those that save at least ENOUGH of what the cheapest saves, it is
    the one whose code is the most like the style's own. With ``gives``, of that kind instead.
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
    most = own - min(cheaper.values(), default=own)
    enough = [name for name, value in cheaper.items() if own - value >= ENOUGH * most]
    return min(enough, key=nearest(task.name, style).index, default=None)


@cache
def nearest(task: str, style: str) -> tuple[str, ...]:
    """The other styles of a task, the one with the most similar code first."""
    styles = tasks()[task].styles
    own = styles[style].code.split()

    def unlike(name: str) -> float:
        return -difflib.SequenceMatcher(None, own, styles[name].code.split()).ratio()

    return tuple(sorted((name for name in styles if name != style), key=unlike))
