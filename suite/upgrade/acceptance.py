"""Which worse figures an accepted change covers, and which entries no longer apply."""

import math
from collections.abc import Mapping
from dataclasses import replace

from packaging.version import Version

from suite.figures.amounts import label
from suite.figures.tasks import Task
from suite.upgrade.accepted import Accepted
from suite.upgrade.comparison import Change, Side, Verdict


def apply(change: Change, accepted: list[Accepted], old: Side, new: Side) -> Change:
    """The change, with the entry that accepts it where one does."""
    if change.verdict is not Verdict.WORSE or change.factor is None:
        return change
    for entry in accepted:
        if (
            entry.names(change.task, change.style, change.metric)
            and entry.lies_between(old.release, new.release)
            and change.factor - 1 <= entry.limit
        ):
            return replace(change, accepted=entry)
    return change


def notes(
    accepted: list[Accepted],
    changes: list[Change],
    labels: Mapping[str, Task],
    old: Side,
    new: Side,
) -> list[str]:
    """What there is to say of entries that do not accept all that they name."""
    said = []
    for entry in accepted:
        concerned = [c for c in changes if entry.names(c.task, c.style, c.metric)]
        if concerned:
            reason = _why_not_applied(entry, concerned, old, new)
        else:
            reason = _unknown_style(entry, labels)
        if reason:
            what = f"{entry.style}, {label(entry.metric)}, from {entry.since}"
            said.append(f"accepted change ({what}): {reason}")
    return said


def _why_not_applied(entry: Accepted, concerned: list[Change], old: Side, new: Side) -> str:
    if not entry.lies_between(old.release, new.release):
        if entry.since > max(Version(old.release), Version(new.release)):
            return f"does not apply to releases before {entry.since}"
        return "no longer applies: both releases have the change; remove it"
    exceeding = [change for change in concerned if change.counts]
    if exceeding:
        return _excess(entry, exceeding)
    if any(change.accepted is entry for change in concerned):
        return ""
    if all(change.verdict is Verdict.NOT_JUDGED for change in concerned):
        return ""
    return "no longer applies: nothing is worse there; remove it"


def _unknown_style(entry: Accepted, labels: Mapping[str, Task]) -> str:
    """What to say where a compared task lacks the style; other tasks may be checked elsewhere."""
    known = [(task.name, style) for task in labels.values() for style in task.styles]
    compared = entry.style.partition(".")[0] in labels
    if compared and not any(entry.names(task, style, entry.metric) for task, style in known):
        return "no longer applies: there is no such style; correct or remove it"
    return ""


def _excess(entry: Accepted, changes: list[Change]) -> str:
    most = max(math.inf if change.factor is None else change.factor for change in changes)
    return f"{most - 1:.1%} more is above the accepted {entry.limit:.1%}"
