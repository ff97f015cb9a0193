"""The first screen's words and figures for the HTML, as static/page/first.js makes them again.

They stand there before any script has run: on a slow line, without JavaScript, for search.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks import registry
from benchmarks.metrics import BY_NAME
from suite.figures import tasks
from suite.figures.amounts import GROWTH, SMALLEST_GROWTH, is_seconds
from suite.figures.scaling import DEFAULT_BUDGET, rows_that_fit
from suite.figures.verdicts import Verdict
from suite.site import changes, index, wording
from suite.site.first_view import PEAK, PROCESS, TIME, View
from suite.site.shown import ShownTask

KINDS: tuple[str | None, ...] = (*registry.GIVEN, None)


@dataclass(frozen=True)
class Row:
    """A style's row of the table, as text; ``kind`` is "mine" and "best" of what is compared."""

    style: str
    label: str
    kind: str
    width: str
    figure: str
    since: str
    verdict: str
    fit: str
    time: str
    failed: str | None = None


def by_kind(task: ShownTask) -> dict[str, list[str]]:
    """The styles under the words of their kind."""
    groups = {kind: [style for style in task.styles if task.gives(style) == kind] for kind in KINDS}
    return {tasks.heading(kind, task.writes): styles for kind, styles in groups.items() if styles}


def headings(view: View) -> dict[str, str]:
    """Those of the table's columns."""
    return {
        "rows": wording.counted(view.rows, "row"),
        "metric": BY_NAME[view.metric].label,
        "about": BY_NAME[view.metric].about,
        "unit": index.shown_in(view.metric),
        "since": f"since {other}" if (other := other_release(view)) else "",
        "fit": f"fit {wording.budget(DEFAULT_BUDGET)}",
    }


def other_release(view: View) -> str | None:
    """The release that the view's one is compared with."""
    return None if view.other is None else view.platform.releases[view.other]


def groups(view: View) -> list[tuple[str, list[Row]]]:
    """The table's rows by kind, the most expensive first; what failed comes last."""
    values = view.values
    ranked = sorted((s for s in view.task.styles if s in values), key=lambda s: -values[s])
    reasons = view.data.failed.get(view.rows, {})
    failed = [
        style
        for style in view.task.styles
        if style not in values and view.place in reasons.get(style, {})
    ]
    best = view.instead()
    found = {
        words: [_row(view, style, values, best) for style in [*ranked, *failed] if style in styles]
        for words, styles in by_kind(view.task).items()
    }
    return [(words, rows) for words, rows in found.items() if rows]


def _row(view: View, style: str, values: dict[str, float], best: str | None) -> Row:
    kind = "mine" if style == view.style else "best" if style == best else ""
    label = view.task.styles[style]
    if style not in values:
        reason = view.data.failed[view.rows][style][view.place]
        none = wording.NONE
        return Row(style, label, kind, "", "failed", none, "none", none, none, reason)
    greatest = max(*values.values(), 0.0)
    share = max(0.0, 100 * values[style] / greatest) if greatest > 0 else 0.0
    since, verdict = _since(view, style)
    time = view.data.at(TIME, view.rows, view.place).get(style)
    return Row(
        style,
        label,
        kind,
        f"{wording.fixed(share, 1)}%",
        wording.in_column(view.metric, values[style]),
        since,
        verdict,
        wording.fit_text(_fit(view, style)),
        wording.NONE if time is None else wording.seconds(time),
    )


def _since(view: View, style: str) -> tuple[str, str]:
    """What became of a style since the other release, and the class of its cell."""
    nothing = (wording.NONE, "none")
    other = view.other
    if other is None or not changes.are_comparable(view.platform, other, view.place):
        return nothing
    before = view.data.at(view.metric, view.rows, other)
    if style not in before:
        return ("new", "none") if before else nothing
    cell = view.data.cell(view.metric, view.rows, style)
    verdict = changes.verdict(view.platform, cell, other, view.place)
    if verdict is Verdict.NOT_JUDGED:
        return nothing
    if verdict is Verdict.SAME:
        return "=", verdict
    return wording.difference(view.metric, before[style], view.values[style]), verdict


def _fit(view: View, style: str) -> float | None:
    process, peak = (view.data.by_rows(name, style, view.place) for name in (PROCESS, PEAK))
    return rows_that_fit(process, peak, DEFAULT_BUDGET)


def answer(view: View) -> list[tuple[str, bool]]:
    """The answer in parts, each with whether it is stressed."""
    value, better = view.values.get(view.style), view.instead()
    if value is None:
        why = view.data.failed.get(view.rows, {}).get(view.style, {}).get(view.place)
        told = f"failed: {why}" if why else "not measured"
        where = f"with SQLAlchemy {view.platform.releases[view.place]}"
        said = f"“{view.task.styles[view.style]}” {where}"
        return [(f"{said}, {wording.counted(view.rows, 'row')}: {told}.", False)]
    if view.metric == PEAK:
        has = "adds "
    elif is_seconds(view.metric):
        has = "takes "
    else:
        has = f"has a {BY_NAME[view.metric].label} of "
    parts = [(f"That query {has}", False), (wording.readable(view.metric, value), True)]
    if better is None:
        end = f"{_fit_words(view, view.style)}. No style that gives the same needs less."
        return [*parts, (end, False)]
    return [
        *parts,
        (f"{_fit_words(view, view.style)}. As “{view.task.styles[better]}” it {has}", False),
        (wording.readable(view.metric, view.values[better]), True),
        (f"{_fit_words(view, better)}.", False),
    ]


def _fit_words(view: View, style: str) -> str:
    if view.metric in GROWTH or is_seconds(view.metric):
        return ""
    fits = _fit(view, style)
    return "" if fits is None else f", and {wording.fit_words(fits)}"


def since_words(view: View) -> str:
    """What the other release changed: the styles, and what a process starts with."""
    other = view.other
    if other is None:
        return ""
    releases, label = view.platform.releases, BY_NAME[view.metric].label.capitalize()
    upgrade = f"{releases[other]} → {releases[view.place]}: "
    if not changes.are_comparable(view.platform, other, view.place):
        plain = next(each for each in (other, view.place) if view.platform.compiled[each] is False)
        return (
            f"{upgrade}not comparable: {releases[plain]} ran without SQLAlchemy's compiled"
            " extensions."
        )
    both = view.values.keys() & view.data.at(view.metric, view.rows, other).keys()
    cells = [view.data.cell(view.metric, view.rows, style) for style in both]
    verdicts = [changes.verdict(view.platform, cell, other, view.place) for cell in cells]
    judged = [verdict for verdict in verdicts if verdict is not Verdict.NOT_JUDGED]
    if view.limit is None:
        said = f"{label} is shown and not judged"
    elif verdicts and not judged:
        said = f"{label} is not judged: one sample each says nothing of how far it scatters"
    else:
        by = f"by {label.lower()} at {wording.counted(view.rows, 'row')} " if judged else ""
        said = by + _verdict_words(judged)
    start = _start_words(view, other)
    if view.limit is None:
        return f"{upgrade}{said}{start}."
    limit = wording.limit_text(view.metric, view.limit)
    return f"{upgrade}{said}{start}. Differences below {limit} are shown as “=”."


def _verdict_words(verdicts: Sequence[Verdict]) -> str:
    """ "nothing got worse (10 of 21 styles need less)"."""
    worse, better = (list(verdicts).count(each) for each in (Verdict.WORSE, Verdict.BETTER))
    if not verdicts:
        return "nothing was measured on both"
    of = f"of {wording.counted(len(verdicts), 'style')}"
    if not worse:
        return f"nothing got worse{f' ({better} {of} {_need(better)} less)' if better else ''}"
    less = f", {better} {_need(better)} less" if better else ""
    return f"{worse} {of} {_need(worse)} more{less}"


def _need(count: int) -> str:
    return "needs" if count == 1 else "need"


def _start_words(view: View, other: int) -> str:
    """How many bytes more a process has before its query: the whole process without the net peak.

    Of each style at the smallest size that both were measured at; the median of all styles.
    """
    grown = []
    for style in view.task.styles:
        both = [
            (view.data.by_rows(PROCESS, style, place), view.data.by_rows(PEAK, style, place))
            for place in (other, view.place)
        ]
        sizes = set.intersection(*(process.keys() & peak.keys() for process, peak in both))
        if sizes:
            before, after = (process[min(sizes)] - peak[min(sizes)] for process, peak in both)
            grown.append(after - before)
    if not grown or abs(more := median(grown)) < SMALLEST_GROWTH:
        return ""
    bigger = "bigger" if more > 0 else "smaller"
    return f"; every process starts {wording.readable(PROCESS, abs(more))} {bigger}"
