"""The comparison as JUnit XML: a test case for each task, style, number of rows and metric."""

import re
from xml.etree import ElementTree

from suite.figures.amounts import label
from suite.figures.verdicts import Verdict
from suite.upgrade import wording
from suite.upgrade.comparison import Change, Comparison

# The child element that says what became of a test case; a verdict without one has passed.
OUTCOMES = {
    Verdict.WORSE: "failure",
    Verdict.FAILED: "error",
    Verdict.NOT_COMPARABLE: "error",
    Verdict.GONE: "skipped",
    Verdict.NEW: "skipped",
    Verdict.NOT_JUDGED: "skipped",
}

# What XML 1.0 has no place for.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def render(comparison: Comparison) -> str:
    """A document with one test suite."""
    outcomes = [_outcome(change, comparison) for change in comparison.changes]
    counts = {
        "tests": len(outcomes),
        "failures": outcomes.count("failure"),
        "errors": outcomes.count("error"),
        "skipped": outcomes.count("skipped"),
    }
    attributes = {name: str(count) for name, count in counts.items()}
    root = ElementTree.Element("testsuites", attributes)
    name = f"SQLAlchemy {comparison.old} to {comparison.new}"
    suite = ElementTree.SubElement(root, "testsuite", {"name": name, **attributes})
    for change, outcome in zip(comparison.changes, outcomes, strict=True):
        suite.append(_case(comparison, change, outcome))
    said = ElementTree.SubElement(suite, "system-out")
    lines = [wording.headline(comparison), wording.summary(comparison), *wording.notes(comparison)]
    said.text = _clean("\n".join([*lines, *wording.start(comparison), comparison.covered]))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(comparison: Comparison, change: Change, outcome: str) -> ElementTree.Element:
    name = f"{label(change.metric)} at {change.rows:,} rows"
    owner = f"{change.task}.{change.style}"
    case = ElementTree.Element("testcase", {"classname": owner, "name": name})
    said = _clean(_said(comparison, change))
    if outcome:
        attributes = {"message": said}
        if outcome != "skipped":
            attributes["type"] = str(change.verdict)
        ElementTree.SubElement(case, outcome, attributes)
    else:
        ElementTree.SubElement(case, "system-out").text = said
    return case


def _outcome(change: Change, comparison: Comparison) -> str:
    if change.accepted is not None:
        return ""
    outcome = OUTCOMES.get(change.verdict, "")
    # What is not judged cannot be an error of the upgrade.
    return "skipped" if outcome == "error" and change.metric not in comparison.limits else outcome


def _said(comparison: Comparison, change: Change) -> str:
    words = [f"{change.verdict}: {wording.before_and_after(change)}, {wording.difference(change)}"]
    if change.reason:
        words = [f"{change.verdict}: {change.reason}"]
    if change.accepted:
        words.append(f"accepted: {change.accepted.reason}")
    if change.counts and (instead := wording.instead(comparison, change.task, change.style)):
        words.append(f"write instead: {instead}")
    return "; ".join(words)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
