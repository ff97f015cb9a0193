"""Beside the table, for the HTML: what to write instead, as static/page/advice.js says it too."""

from benchmarks import registry
from benchmarks.metrics import BY_NAME
from suite.figures import samples
from suite.figures.amounts import is_seconds
from suite.figures.verdicts import Verdict, judged
from suite.site import wording
from suite.site.first_view import PEAK, TIME, View


def remarks(view: View) -> list[tuple[str, str | None]]:
    """Words, and the style whose label stands behind them, if any."""
    said: list[tuple[str, str | None]] = []
    if (better := view.instead()) is not None:
        parts = [_same(view), _memory(view, better), _time(view, better)]
        said.append((", ".join(filter(None, parts)), None))
    gives = view.task.gives(view.style)
    if gives == registry.OBJECTS and not view.task.writes:
        values = view.values_instead()
        if values is not None:
            time = view.data.at(TIME, view.rows, view.place).get(values)
            told = [wording.readable(view.metric, view.values[values])]
            if time is not None and not is_seconds(view.metric):
                told.append(wording.seconds(time))
            said.append((f"only values needed? {', '.join(told)}: ", values))
    return said


def _same(view: View) -> str:
    gives = view.task.gives(view.style)
    if view.task.writes or gives == registry.DBAPI:
        return "the same outcome"
    return f"same {gives}"


def _memory(view: View, better: str) -> str:
    if is_seconds(view.metric):
        return ""
    own, other = view.values[view.style], view.values[better]
    if not wording.is_divisor(view.metric, other):
        readable = [wording.readable(view.metric, value) for value in (other, own)]
        return " in place of ".join(readable)
    what = "memory" if view.metric == PEAK else str(BY_NAME[view.metric].label)
    return wording.part_of(own, other, what)


def _time(view: View, better: str) -> str:
    """Seconds are judged by their intervals only, and else just told."""
    times = view.data.at(TIME, view.rows, view.place)
    if not {view.style, better} <= times.keys():
        return ""
    own, other = times[view.style], times[better]
    intervals = view.data.intervals.get(view.rows, {})
    ends = [intervals.get(style, {}).get(view.place) for style in (view.style, better)]
    limit = view.platform.limits.get(TIME)
    if limit is None or ends[0] is None or ends[1] is None:
        return f"{wording.seconds(other)} in place of {wording.seconds(own)} (not judged)"
    apart = samples.are_apart(ends[0], ends[1])
    if not apart or judged(TIME, own, other, limit) is Verdict.SAME:
        return "as much time"
    return wording.part_of(own, other, "time")
