"""The museum of known changes: what SQLAlchemy's change log names, found without being told.

`find` hands the ends of a range, a style and a metric to suite.upgrade.regression, which names a
release; only then is that compared with the release that the change log names. A step of the
start-up, which has no styles, is bisected in the same way, and its figures are not stored.
"""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import variables
from suite.figures.amounts import metric_named
from suite.figures.bisection import Bisection, UnmeasurableError, bisect
from suite.figures.limits import Limit
from suite.figures.verdicts import Verdict
from suite.measuring import environments
from suite.project import ROOT, Project
from suite.releases.catalogue import Catalogue, Release
from suite.releases.timeline import Timeline, ask
from suite.terminal.errors import UserMistake
from suite.upgrade import regression

STARTUP = "startup."
CHILD = ROOT / "benchmarks" / "startup" / "child.py"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Exhibit:
    """A released change: ``what`` it was, and ``first``, the release that brought it.

    ``style`` shows it by ``metric``, between the releases ``old`` and ``new`` around it, at
    ``rows``; without them, at the largest size that the metric is measured at. It is TASK.STYLE, or
    "startup." and a step of benchmarks/startup, by its heap alone, whose ``rows`` are classes.
    """

    ticket: int
    what: str
    style: str
    metric: str
    old: str
    new: str
    first: str
    verdict: Verdict = Verdict.BETTER
    rows: int | None = None


EXHIBITS = (
    Exhibit(
        6869,
        "nested loader options have one cache key, no longer ever new ones",
        "requests.nested_options",
        "growth",
        "1.4.15",
        "1.4.30",
        "1.4.23",
    ),
    Exhibit(
        6889,
        "a Bundle no longer misses the statement cache",
        "requests.bundle",
        "growth",
        "1.4.15",
        "1.4.30",
        "1.4.23",
    ),
    Exhibit(
        6459,
        "subqueryload no longer misses the statement cache",
        "requests.subqueryload",
        "growth",
        # Not before: what it mends came with 1.4.12.
        "1.4.12",
        "1.4.25",
        "1.4.15",
    ),
    Exhibit(
        6386,
        "the owner of a hybrid goes into cache keys, and subqueryload misses the cache",
        "requests.subqueryload",
        "growth",
        "1.4.5",
        "1.4.14",
        "1.4.12",
        Verdict.WORSE,
    ),
    Exhibit(
        4645,
        "one parameter for all values of an IN list",
        "in_list.core_in",
        "heap",
        "1.3.18",
        "1.4.10",
        "1.4.0",
        rows=1000,
    ),
    Exhibit(
        7823,
        "fewer copies of expressions in mappings",
        "startup.mapping_with_relationships",
        "heap",
        "1.4.27",
        "1.4.45",
        # It came with 1.4.33, which was yanked, as 1.4.34 was.
        "1.4.35",
        rows=100,
    ),
    Exhibit(
        13363,
        "no Row for each entity",
        "bounced_addresses.full_entity",
        "heap",
        "2.1.0b1",
        "2.1.9",
        "2.1.0b3",
        rows=10000,
    ),
    Exhibit(
        9506,
        "a custom operator no longer misses the statement cache",
        "requests.custom_operator",
        "growth",
        "1.4.38",
        "1.4.54",
        "1.4.47",
    ),
    Exhibit(
        12314,
        "an IN list with a None no longer misses the statement cache",
        "requests.in_with_none",
        "growth",
        "2.0.28",
        "2.0.48",
        "2.0.38",
    ),
    Exhibit(
        5056,
        "a query leaves fewer reference cycles",
        "bounced_addresses.full_entity",
        "growth, collector off",
        "1.3.5",
        "1.3.24",
        "1.3.13",
    ),
    Exhibit(
        4710,
        "a Row in place of a RowProxy",
        "bounced_addresses.full_entity",
        "heap",
        "1.3.18",
        "1.4.10",
        "1.4.0",
        rows=10000,
    ),
    Exhibit(
        6047,
        "new objects are inserted with RETURNING",
        "insert.add_all",
        "heap",
        "1.4.50",
        "2.0.8",
        "2.0.0",
        Verdict.WORSE,
        rows=1000,
    ),
)


@dataclass(frozen=True)
class Finding:
    """What came of the search for an exhibit among so many ``releases``, at ``rows``.

    ``bisection`` is None where nothing changed beyond the limit, or where ``trouble`` says why it
    could not be told.
    """

    exhibit: Exhibit
    bisection: Bisection | None = None
    releases: int = 0
    rows: int | None = None
    trouble: str = ""

    @property
    def named(self) -> list[str]:
        """The release that was named; several where those between them gave no figure."""
        found = self.bisection
        return [*found.candidates, found.after.release] if found else []

    @property
    def looked_at(self) -> int:
        """How many releases were measured for it, both ends among them."""
        return len(self.bisection.points) if self.bisection else 0

    @property
    def is_right(self) -> bool:
        """Whether that release alone was named, and the change was for the worse or the better."""
        found = self.bisection
        if found is None or self.named != [self.exhibit.first]:
            return False
        grew = found.last.value > found.first.value
        return self.exhibit.verdict is (Verdict.WORSE if grew else Verdict.BETTER)


def chosen(tickets: Sequence[int]) -> list[Exhibit]:
    """The exhibits of these tickets, all without any. Raises UserMistake for an unknown one."""
    known = {exhibit.ticket for exhibit in EXHIBITS}
    for ticket in tickets:
        if ticket not in known:
            raise UserMistake(
                f"{ticket} is not in the museum, which has {', '.join(map(str, sorted(known)))};"
                " docs/evidence/museum.md says how to add one"
            )
    return [exhibit for exhibit in EXHIBITS if not tickets or exhibit.ticket in tickets]


def find(
    project: Project,
    exhibit: Exhibit,
    limits: Mapping[str, Limit],
    fresh: bool = False,
    say: Say = lambda line: None,
) -> Finding:
    """Look for an exhibit's release, told its ends, style and metric alone.

    Raises Interruption.
    """
    try:
        judged = judged_by(exhibit, limits)
        between = releases(exhibit, project.python)
        if exhibit.style.startswith(STARTUP):
            return _of_start_up(project, exhibit, between, judged, say)
        cells = regression.cells_of(exhibit.style, exhibit.rows, judged)
        found = regression.find(project, between, cells, judged, fresh, say)
    except UserMistake as error:
        return Finding(exhibit, trouble=error.message)
    return Finding(exhibit, found.bisection, found.releases, found.change.rows)


def _of_start_up(
    project: Project,
    exhibit: Exhibit,
    between: list[str],
    judged: Mapping[str, Limit],
    say: Say,
) -> Finding:
    (limit,) = judged.values()
    step = exhibit.style.removeprefix(STARTUP)

    def measure(release: str) -> float:
        say(f"SQLAlchemy {release}: measuring ...")
        try:
            made = environments.for_release(release, project.python, say, project)
        except UserMistake as error:
            raise UnmeasurableError(error.message) from error
        return heap_of_start_up(made.interpreter, step, exhibit.rows)

    try:
        found = bisect(between, measure)
    except UnmeasurableError as error:
        return Finding(exhibit, trouble=str(error))
    changed = limit.exceeded_by(found.first.value, found.last.value)
    return Finding(exhibit, found if changed else None, len(between), exhibit.rows)


def heap_of_start_up(interpreter: Path, step: str, classes: int | None) -> int:
    """Bytes of Python's heap that a step adds in a fresh process. Raises UnmeasurableError."""
    words = [str(interpreter), "-X", "tracemalloc", str(CHILD), "heap", step, str(classes)]
    child = subprocess.run(words, capture_output=True, text=True, env=variables.fixed(os.environ))
    if child.returncode != 0:
        raise UnmeasurableError((child.stderr.strip() or "ended without a word").splitlines()[-1])
    return int(child.stdout)


def releases(exhibit: Exhibit, python: str) -> list[str]:
    """Those that are searched, oldest first. Raises UserMistake."""

    def ends(timeline: Timeline) -> list[Release]:
        return [timeline.named(name) for name in (exhibit.old, exhibit.new)]

    old, new = ask(Catalogue.load(), ends)
    return regression.releases_between(old, new, python)


def judged_by(exhibit: Exhibit, limits: Mapping[str, Limit]) -> dict[str, Limit]:
    """The limit of the one metric that is looked at. Raises UserMistake where it has none."""
    metric = metric_named(exhibit.metric)
    if metric not in limits:
        raise UserMistake(f"{exhibit.metric} has no limit, so no change of it can be told")
    return {metric: limits[metric]}
