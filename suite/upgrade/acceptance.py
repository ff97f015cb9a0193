"""Which worse figures an accepted change covers, and which entries no longer apply."""

from collections.abc import Mapping
from dataclasses import replace

from packaging.version import Version

from benchmarks.metrics import BY_NAME
from suite.figures.amounts import label, small
from suite.figures.tasks import Task
from suite.figures.verdicts import Verdict
from suite.upgrade.accepted import Accepted
from suite.upgrade.comparison import JUDGED, Change, Side


def apply(change: Change, accepted: list[Accepted], old: Side, new: Side) -> Change:
    """The change, with the entry that accepts it where one does."""
    if change.verdict is not Verdict.WORSE or change.before is None or change.after is None:
        return change
    for entry in accepted:
        if (
            entry.names(change.task, change.style, change.metric)
            and entry.lies_between(old.release, new.release)
            and entry.accepts(change.before, change.after)
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
            reason = _why_not_applied(entry, concerned, labels, old, new)
        else:
            reason = _unknown_style(entry, labels)
        if reason:
            what = f"{entry.style}, {label(entry.metric)}, from {entry.since}"
            said.append(f"accepted change ({what}): {reason}")
    return said


def _why_not_applied(
    entry: Accepted, concerned: list[Change], labels: Mapping[str, Task], old: Side, new: Side
) -> str:
    if not entry.lies_between(old.release, new.release):
        if entry.since > max(Version(old.release), Version(new.release)):
            return f"does not apply to releases before {entry.since}"
        return "no longer applies: both releases have the change; remove it"
    exceeding = [change for change in concerned if change.counts]
    if exceeding:
        return _excess(entry, exceeding)
    if any(change.accepted is entry for change in concerned):
        return ""
    if not _is_whole(entry, concerned, labels, old, new):
        return ""
    return "no longer applies: nothing is worse there; remove it"


def _is_whole(
    entry: Accepted, concerned: list[Change], labels: Mapping[str, Task], old: Side, new: Side
) -> bool:
    """Whether all that the entry names was judged at the largest size at which it is measured.

    What shows at 100,000 rows can lie below every limit at 1,000. What both releases skip does not
    count.
    """
    instrument = BY_NAME[entry.metric].instrument
    wanted = {
        (task.name, style, max(task.sizes(instrument)))
        for task in labels.values()
        for style in task.styles
        if entry.names(task.name, style, entry.metric)
        and (task.name, style) not in old.skipped.keys() & new.skipped.keys()
    }
    judged = {(c.task, c.style, c.rows) for c in concerned if c.verdict in JUDGED}
    return wanted <= judged


def _unknown_style(entry: Accepted, labels: Mapping[str, Task]) -> str:
    """What to say where a compared task lacks the style; other tasks may be checked elsewhere."""
    known = [(task.name, style) for task in labels.values() for style in task.styles]
    compared = entry.style.partition(".")[0] in labels
    if compared and not any(entry.names(task, style, entry.metric) for task, style in known):
        return "no longer applies: there is no such style; correct or remove it"
    return ""


def _excess(entry: Accepted, changes: list[Change]) -> str:
    if entry.amount is not None:
        more = max((c.after or 0.0) - (c.before or 0.0) for c in changes)
        return f"{small(entry.metric, more)} more is above the accepted {entry.words}"
    if any(change.factor is None for change in changes):
        return 'nothing is a share of a figure that was none: write an amount, as limit = "2 KiB"'
    most = max(change.factor or 0.0 for change in changes)
    return f"{most - 1:.1%} more is above the accepted {entry.words}"
