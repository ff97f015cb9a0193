"""Judging: from two releases' figures, limits and accepted changes to a Comparison."""

from collections.abc import Iterable, Mapping

from suite.database import SQLITE
from suite.figures import samples
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
    return Comparison(
        old=old.release,
        new=new.release,
        budget=budget,
        limits=limits,
        changes=changes,
        styles=_styles(changes, old, new, budget, limits),
        notes=[*notes, *acceptance.notes(accepted, changes, labels, old, new)],
        measured_with=_measured_with(new),
        covered=covered,
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


def _styles(
    changes: list[Change], old: Side, new: Side, budget: float, limits: Mapping[str, Limit]
) -> dict[tuple[str, str], StyleSummary]:
    summaries = {}
    for change in changes:
        name = (change.task, change.style)
        if name not in summaries:
            summaries[name] = StyleSummary(
                task=change.task,
                style=change.style,
                label=change.label,
                fit_before=_fit(old, name, budget),
                fit_after=_fit(new, name, budget),
                instead=_instead(name, changes, limits),
            )
    return summaries


def _fit(side: Side, name: tuple[str, str], budget: float) -> float | None:
    task, style = name
    process = side.by_rows(task, style, "peakmem_process")
    return rows_that_fit(process, side.by_rows(task, style, "track_peak"), budget)


def _instead(
    name: tuple[str, str], changes: list[Change], limits: Mapping[str, Limit]
) -> Instead | None:
    """The cheapest style of the task that did not worsen, at the largest size that got worse.

    Of those that are no further apart than a limit's floor, the one with the least net peak.
    """
    own = [change for change in changes if (change.task, change.style) == name]
    if not any(change.counts for change in own):
        return None
    worst = min(
        (change for change in own if change.counts), key=lambda change: (-change.rows, change.order)
    )
    worsened = {(change.task, change.style) for change in changes if change.counts}
    candidates = [
        change
        for change in changes
        if (change.task, change.metric, change.rows) == (worst.task, worst.metric, worst.rows)
        and change.verdict in (Verdict.SAME, Verdict.BETTER, Verdict.NEW)
        and (change.task, change.style) not in worsened
        and change.after is not None
        and worst.after is not None
        and change.after < worst.after
    ]
    if not candidates:
        return None
    peaks = {
        change.style: change.after
        for change in sorted(changes, key=lambda change: change.rows)
        if (change.task, change.metric) == (worst.task, "track_peak") and change.after is not None
    }
    floor = limits[worst.metric].floor if worst.metric in GROWTH else 0.0
    best = min(
        candidates,
        key=lambda c: (max(c.after or 0.0, floor), peaks.get(c.style, 0.0), c.style),
    )
    return Instead(best.style, best.label, best.metric, best.rows, best.after or 0)


def _database(figure: Figure) -> str:
    """The server and driver; nothing for SQLite by Python's own."""
    server, name = figure.measured_with.get("server"), figure.platform.database
    return "" if name == SQLITE.name else f"{server}, {name}" if server else name


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
