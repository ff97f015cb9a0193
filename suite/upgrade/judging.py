"""Judging: from two releases' figures, limits and accepted changes to a Comparison."""

import math
from collections.abc import Iterable, Mapping
from statistics import median

from suite.database import SQLITE
from suite.figures import advice, samples
from suite.figures.amounts import GROWTH, is_seconds
from suite.figures.identity import COMPILED
from suite.figures.limits import Limit
from suite.figures.scaling import DEFAULT_BUDGET, bytes_a_row, rows_that_fit
from suite.figures.tasks import Task
from suite.figures.verdicts import Verdict, judged
from suite.measuring.results import Figure
from suite.upgrade import acceptance
from suite.upgrade.accepted import Accepted
from suite.upgrade.comparison import (
    METRICS,
    Change,
    Comparison,
    Instead,
    Key,
    Side,
    StyleSummary,
)

# Each fact that can move a figure while SQLAlchemy stays the same, and what a person calls it.
CIRCUMSTANCES = {
    "python": "Python",
    "python_compiler": "the compiler of Python",
    "libc": "the C library",
    "sqlite": "SQLite",
    "server": "the database's server",
    "allocator": "the allocator's settings",
    "hash_seed": "the hash seed",
    "address_space_randomised": "address-space randomisation",
    "transparent_huge_pages": "transparent huge pages",
    "surroundings": "what its process started with",
}


def compare(
    old: Side,
    new: Side,
    tasks: Iterable[Task],
    limits: Mapping[str, Limit],
    accepted: Iterable[Accepted] = (),
    budget: float = DEFAULT_BUDGET,
    notes: Iterable[str] = (),
    covered: str = "",
) -> Comparison:
    """Judge every style, size and metric that either release has."""
    labels = {task.name: task for task in tasks}
    accepted = list(accepted)
    changes = [
        change
        for key in _keys(old, new)
        if key[0] in labels
        for change in [_change(key, labels[key[0]].label(key[1]), old, new, limits)]
    ]
    changes = [acceptance.apply(change, accepted, old, new) for change in changes]
    before, after = _starts(old, new)
    return Comparison(
        old=old.release,
        new=new.release,
        budget=budget,
        limits=limits,
        changes=changes,
        styles=_styles(changes, labels, old, new, budget, limits),
        notes=[*notes, *acceptance.notes(accepted, changes, labels, old, new)],
        measured_with=_measured_with(new),
        covered=covered,
        start_before=before,
        start_after=after,
        database=next((name for figure in new.figures.values() if (name := _asked(figure))), ""),
    )


def differences(before: Figure, after: Figure) -> list[str]:
    """Why two figures cannot be compared; empty where they can.

    Whether the compiled extensions were active is compared, not which: each series has its own.
    """
    return [*before.identity.apart_from(after.identity), *outdated(before, after)]


def outdated(before: Figure, after: Figure) -> list[str]:
    """Why two figures cannot be compared, as far as measuring both today would help."""
    if not before.measured_with or not after.measured_with:
        return ["it is not known what one of them was measured with"]
    found = []
    if before.method != after.method:
        found.append(f"instruments differ ({before.method}, {after.method})")
    for fact, name in CIRCUMSTANCES.items():
        if before.measured_with.get(fact) != after.measured_with.get(fact):
            found.append(f"{name} differs")
    first, second = (figure.measured_with.get("packages") or {} for figure in (before, after))
    # What one of them lacks is what the other release depends on.
    for name in sorted((first.keys() & second.keys()) - {"SQLAlchemy"}):
        if first[name] != second[name]:
            found.append(f"{name} differs ({first[name]}, {second[name]})")
    return found


def _keys(old: Side, new: Side) -> list[Key]:
    """What either release has a figure for, in a fixed order, without what both skip."""
    both = old.skipped.keys() & new.skipped.keys()
    keys = {
        key
        for key in (*old.figures, *new.figures)
        if key[3] in METRICS and (key[0], key[1]) not in both
    }
    return sorted(keys, key=lambda key: (key[0], key[1], key[2], METRICS.index(key[3])))


def _change(key: Key, label: str, old: Side, new: Side, limits: Mapping[str, Limit]) -> Change:
    task, style, rows, metric = key
    judged, reason = verdict(key, old, new, limits)
    return Change(
        task=task,
        style=style,
        label=label,
        rows=rows,
        metric=metric,
        before=old.value(key),
        after=new.value(key),
        a_row_before=bytes_a_row(old.by_rows(task, style, metric), rows),
        a_row_after=bytes_a_row(new.by_rows(task, style, metric), rows),
        verdict=judged,
        reason=reason,
    )


def verdict(key: Key, old: Side, new: Side, limits: Mapping[str, Limit]) -> tuple[Verdict, str]:
    """What an upgrade does to one figure, and why where that is not clear from it."""
    task, style, _, metric = key
    if reason := new.skipped.get((task, style)):
        return Verdict.GONE, reason
    if reason := old.skipped.get((task, style)):
        return Verdict.NEW, reason
    for side in (old, new):
        figure = side.figures.get(key)
        if figure is None or figure.value is None:
            why = "not measured" if figure is None else figure.failed
            return Verdict.FAILED, f"{side.release}: {why}"
    before, after = old.figures[key], new.figures[key]
    if reasons := differences(before, after):
        return Verdict.NOT_COMPARABLE, "; ".join(reasons)
    if metric not in limits:
        return Verdict.NOT_JUDGED, ""
    assert before.value is not None
    assert after.value is not None
    if is_seconds(metric):
        for figure in (before, after):
            if len(figure.samples) < samples.LEAST:
                return Verdict.NOT_JUDGED, f"{figure.release}: one sample only"
        if not samples.apart(before.samples, after.samples):
            return Verdict.SAME, "the samples are no further apart than they are spread"
    return judged(metric, before.value, after.value, limits[metric]), ""


def _starts(old: Side, new: Side) -> tuple[float | None, float | None]:
    """The bytes of a process before any query on both sides: the whole less the net peak.

    The median of what was measured alike; that of a release differs by some 0.2 MiB between styles.
    """
    found = []
    for key in old.figures.keys() & new.figures.keys():
        wholes = [side.figures[key] for side in (old, new)]
        if key[3] != "peakmem_process" or differences(*wholes):
            continue
        peaks = [side.value((*key[:3], "track_peak")) for side in (old, new)]
        values = [
            whole.value - peak
            for whole, peak in zip(wholes, peaks, strict=True)
            if whole.value is not None and peak is not None
        ]
        if len(values) == len(wholes):
            found.append(values)
    if not found:
        return None, None
    before, after = zip(*found, strict=True)
    return median(before), median(after)


def _styles(
    changes: list[Change],
    tasks: Mapping[str, Task],
    old: Side,
    new: Side,
    budget: float,
    limits: Mapping[str, Limit],
) -> dict[tuple[str, str], StyleSummary]:
    summaries = {}
    for change in changes:
        name = (change.task, change.style)
        if name not in summaries:
            known = tasks[change.task].styles.get(change.style)
            summaries[name] = StyleSummary(
                task=change.task,
                style=change.style,
                label=change.label,
                gives=known.gives if known else "",
                fit_before=_fit(old, name, budget),
                fit_after=_fit(new, name, budget),
                instead=_instead(tasks[change.task], change.style, changes, limits),
            )
    return summaries


def _fit(side: Side, name: tuple[str, str], budget: float) -> float | None:
    task, style = name
    process = side.by_rows(task, style, "peakmem_process")
    return rows_that_fit(process, side.by_rows(task, style, "track_peak"), budget)


def _instead(
    task: Task, style: str, changes: list[Change], limits: Mapping[str, Limit]
) -> Instead | None:
    """What needs less in the new release, by what got worse at the largest size.

    By the net peak where a figure of a single run got worse, as that is what a process needs;
    where growth did, by the growth of those that need no more than the style itself.
    """
    counting = [c for c in changes if (c.task, c.style) == (task.name, style) and c.counts]
    if not counting:
        return None
    worst = min(counting, key=lambda change: (-change.rows, change.order))
    is_alone = worst.metric in GROWTH or is_seconds(worst.metric) or "track_peak" not in limits
    metric = worst.metric if is_alone else "track_peak"
    found = {
        change.style: change
        for change in changes
        if (change.task, change.metric, change.rows) == (task.name, metric, worst.rows)
    }
    values = {name: c.after for name, c in found.items() if c.after is not None}
    if metric in GROWTH:
        dearer = _dearer(task.name, style, changes, limits)
        values = {name: value for name, value in values.items() if name not in dearer}
    best = advice.instead(task, style, values, limits[metric])
    if best is None:
        return None
    return Instead(best, found[best].label, metric, worst.rows, values[best])


def _dearer(task: str, style: str, changes: list[Change], limits: Mapping[str, Limit]) -> set[str]:
    """The styles whose net peak in the new release, at the largest size, is above the style's."""
    peaks = {
        change.style: change.after
        for change in sorted(changes, key=lambda change: change.rows)
        if (change.task, change.metric) == (task, "track_peak") and change.after is not None
    }
    limit = limits.get("track_peak", Limit(0.0, 0.0))
    own = peaks.get(style, math.inf)
    return {name for name, peak in peaks.items() if peak > own and limit.exceeded_by(own, peak)}


def _asked(figure: Figure) -> str:
    """What --database names; nothing for SQLite by Python's own driver."""
    name = figure.platform.database
    return "" if name == SQLITE.name else name


def _database(figure: Figure) -> str:
    """The server and driver; nothing for SQLite by Python's own."""
    server, name = figure.measured_with.get("server"), _asked(figure)
    return f"{server}, {name}" if server and name else name


def _measured_with(side: Side) -> dict[str, str]:
    """What to say of how the new release was measured."""
    described = (figure for figure in side.figures.values() if figure.measured_with)
    figure = next(described, None)
    if figure is None:
        return {}
    facts = figure.measured_with
    said = {
        "Python": str(facts.get("python", "")).split(" ")[0],
        "SQLite": "" if facts.get("server") else str(facts.get("sqlite", "")),
        "database": _database(figure),
        "system": str(facts.get("system", "")),
        "compiled extensions": "yes" if figure.build == COMPILED else "no",
    }
    return {name: value for name, value in said.items() if value}
