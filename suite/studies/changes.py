"""Every change in memory over many releases, each with the release that brought it.

A grid of the releases is measured, and where two neighbours differ beyond a limit, what lies
between them, until the release is known. What came and went again between two releases of the grid
is not seen.
"""

import itertools
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.metrics import BY_NAME
from suite.figures.limits import Limit
from suite.figures.tasks import Task, tasks
from suite.figures.verdicts import Verdict, judged
from suite.measuring import environments, missing
from suite.measuring.missing import Cell
from suite.project import Project
from suite.releases.catalogue import Release
from suite.terminal.errors import UserMistake
from suite.upgrade import acceptance, checking, judging
from suite.upgrade.accepted import Accepted
from suite.upgrade.as_json import facts_of
from suite.upgrade.comparison import Change, Key, Side

FORMAT = 1
BEYOND = (Verdict.WORSE, Verdict.BETTER)

# A change of so many times its floor is none of those that come once, such as a table that grows.
SURE = 5


@dataclass(frozen=True)
class Step:
    """A change and where it came: in ``new``, or in one of ``passed_over`` before it.

    ``old`` is the last release before with a figure. A ``gradual`` one came in several releases
    after ``old``, none of which changed it beyond the limit. ``today`` is the figure of the newest
    release, and ``stands`` whether that still differs from ``change.before`` beyond the limit, in
    the same direction; both are None where the newest release has no figure.
    """

    change: Change
    old: str
    new: str
    passed_over: tuple[str, ...] = ()
    gradual: bool = False
    today: float | None = None
    stands: bool | None = None


@dataclass(frozen=True)
class GivenUp:
    """What has no figure, or none that can be compared: why, and which styles of which task."""

    releases: str
    reason: str
    styles: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What is looked at: releases, oldest first, those of a grid among them by index, and cells."""

    releases: list[str]
    grid: list[int]
    cells: list[Cell]


@dataclass(frozen=True)
class Changes:
    """Everything that was found, the oldest change first."""

    steps: list[Step]
    given_up: list[GivenUp] = field(default_factory=list)


def plan(releases: Sequence[Release], among: Iterable[Task], step: int) -> Plan:
    """The grid of every ``step``-th release and each series' first and last; every task's cells.

    A task is measured at its smallest number of rows, and repeated.
    """
    names = [release.version for release in releases]
    ends = {
        index
        for index, release in enumerate(releases)
        if index in (0, len(releases) - 1)
        or release.series != releases[index - 1].series
        or release.series != releases[index + 1].series
    }
    cells = {
        Cell(task.name, style, rows)
        for task in among
        for style in task.styles
        for rows in (task.rows[0], task.repeated)
    }
    return Plan(names, sorted(ends | set(range(0, len(releases), step))), sorted(cells))


class History:
    """The figures of the releases, measured as they are needed."""

    def __init__(
        self,
        project: Project,
        planned: Plan,
        limits: Mapping[str, Limit],
        accepted: Iterable[Accepted] = (),
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._project, self._plan, self._limits = project, planned, limits
        self._accepted, self._say = list(accepted), say
        self._sides = [self._read(index) for index in range(len(planned.releases))]
        self._tried: set[tuple[int, Cell]] = set()
        self._not_there: dict[int, str] = {}

    def measure(self) -> None:
        """Measure until every change that the grid shows has its release.

        What is stored is not measured again. Raises UserMistake, and Interruption.
        """
        grid = self._plan.grid
        # The newest first: what others measured under other circumstances is measured again.
        for number, index in enumerate([grid[-1], *grid[:-1]], 1):
            why = f"{number} of {len(grid)} of the grid"
            self._measure(index, self._lacking(index, self._plan.cells), why)
        again: set[tuple[int, Cell]] = set()
        while True:
            wanted = self._between()
            for index in sorted(wanted):
                self._measure(index, wanted[index], "between two that differ")
            if wanted:
                continue
            doubtful = self._in_doubt(again)
            for index in sorted(doubtful):
                self._measure(index, doubtful[index], "a second time, to be sure")
                again.update((index, cell) for cell in doubtful[index])
            if not doubtful:
                return

    def changes(self) -> Changes:
        """What the figures say, those that are there."""
        steps = [step for step, _ in self._steps()]
        order = {release: index for index, release in enumerate(self._plan.releases)}
        steps.sort(key=lambda step: (order[step.new], step.change.verdict, step.change.order))
        return Changes(steps, self._given_up())

    def _read(self, index: int) -> Side:
        return checking.side(self._project, self._plan.releases[index], self._plan.cells)

    def _measure(self, index: int, cells: Iterable[Cell], why: str) -> None:
        """Measure these cells of a release, and give up what gives no figure."""
        cells = sorted(cells)
        if not cells:
            return
        release = self._plan.releases[index]
        self._tried.update((index, cell) for cell in cells)
        self._say(f"SQLAlchemy {release}: measuring {len(cells)} cells ({why}) ...")
        try:
            environments.for_release(release, self._project.python, self._say, self._project)
        except UserMistake as error:
            self._say(f"SQLAlchemy {release}: {error.message}")
            self._not_there[index] = error.message
            return
        missing.measure(self._project, release, cells, say=self._say)
        self._sides[index] = self._read(index)

    def _lacking(self, index: int, cells: Iterable[Cell]) -> list[Cell]:
        """Those that are to be measured: once, as long as this object lives."""
        if index in self._not_there:
            return []
        release = self._plan.releases[index]
        cells = [cell for cell in cells if (index, cell) not in self._tried]
        lacking = set(missing.missing(self._project, release, cells, False, self._say))
        side, newest = self._sides[index], self._sides[-1]
        for key in side.figures.keys() & newest.figures.keys():
            if judging.outdated(newest.figures[key], side.figures[key]):
                lacking.add(Cell(*key[:3]))
        return sorted(lacking.intersection(cells))

    def _between(self) -> dict[int, list[Cell]]:
        """What to measure next, by the index of its release."""
        wanted: dict[int, set[Cell]] = defaultdict(set)
        for key in self._keys():
            for low, high in self._intervals(key):
                for index in self._open(key, low, high):
                    wanted[index].add(Cell(*key[:3]))
        found = {index: self._lacking(index, cells) for index, cells in wanted.items()}
        return {index: cells for index, cells in found.items() if cells}

    def _open(self, key: Key, low: int, high: int) -> Iterator[int]:
        """The releases in the middle of what differs and is not divided yet."""
        if self._verdict(key, low, high) not in BEYOND:
            return
        known = self._known(key, low, high)
        if known is not None:
            yield from self._open(key, low, known)
            yield from self._open(key, known, high)
            return
        cell = Cell(*key[:3])
        middle = self._nearest(low, high, lambda index: self._can_be_tried(index, cell))
        if middle is not None:
            yield middle

    def _steps(self) -> Iterator[tuple[Step, Key]]:
        for key in self._keys():
            for low, high in self._intervals(key):
                for between in self._divided(key, low, high):
                    yield self._step(key, *between), key

    def _divided(self, key: Key, low: int, high: int) -> list[tuple[int, int]]:
        """The parts of an interval that hold its changes: as small as the figures allow."""
        if self._verdict(key, low, high) not in BEYOND:
            return []
        known = self._known(key, low, high)
        if known is None:
            return [(low, high)]
        parts = [*self._divided(key, low, known), *self._divided(key, known, high)]
        return parts or [(low, high)]

    def _step(self, key: Key, low: int, high: int) -> Step:
        task, style, rows, metric = key
        old, new, newest = self._sides[low], self._sides[high], self._sides[-1]
        before, after, today = (side.value(key) for side in (old, new, newest))
        assert before is not None
        assert after is not None
        verdict = self._verdict(key, low, high)
        label = tasks()[task].label(style)
        change = Change(task, style, label, rows, metric, before, after, None, None, verdict)
        between = range(low + 1, high)
        return Step(
            acceptance.apply(change, self._accepted, old, new),
            old.release,
            new.release,
            tuple(self._plan.releases[i] for i in between if not self._has(key, i)),
            self._known(key, low, high) is not None,
            today,
            None if today is None else self._still(metric, before, today, verdict),
        )

    def _still(self, metric: str, before: float, today: float, verdict: Verdict) -> bool:
        return judged(metric, before, today, self._limits[metric]) is verdict

    def _in_doubt(self, again: set[tuple[int, Cell]]) -> dict[int, set[Cell]]:
        """What differs by little, or in resident memory alone: index and cell of both releases."""
        found = list(self._steps())
        seen = {(key, step.old, step.new, step.change.verdict) for step, key in found}
        doubtful: dict[int, set[Cell]] = defaultdict(set)
        for step, key in found:
            if self._is_sure(step, key, seen):
                continue
            for release in (step.old, step.new):
                index, cell = self._plan.releases.index(release), Cell(*key[:3])
                if (index, cell) not in again:
                    doubtful[index].add(cell)
        return doubtful

    def _is_sure(self, step: Step, key: Key, seen: set[tuple[Key, str, str, Verdict]]) -> bool:
        """Whether what repeats shows it too, or it is too large to have come once by chance."""
        change = step.change
        if key[3] in checking.COUNTERPARTS:
            same = (*key[:3], checking.COUNTERPARTS[key[3]])
            return (same, step.old, step.new, change.verdict) in seen
        assert change.before is not None
        assert change.after is not None
        large = abs(change.after - change.before) > SURE * self._limits[key[3]].floor
        return large or key[3] == "track_heap"

    def _keys(self) -> Iterator[Key]:
        """Every figure that is judged."""
        return itertools.chain.from_iterable(map(self._keys_of, self._plan.cells))

    def _intervals(self, key: Key) -> Iterator[tuple[int, int]]:
        """The neighbours in the grid that have the figure."""
        there = [index for index in self._plan.grid if self._has(key, index)]
        return itertools.pairwise(there)

    def _verdict(self, key: Key, low: int, high: int) -> Verdict:
        return judging.verdict(key, self._sides[low], self._sides[high], self._limits)[0]

    def _has(self, key: Key, index: int) -> bool:
        return self._sides[index].value(key) is not None

    def _can_be_tried(self, index: int, cell: Cell) -> bool:
        skipped = (cell.task, cell.style) in self._sides[index].skipped
        return not skipped and index not in self._not_there and (index, cell) not in self._tried

    def _known(self, key: Key, low: int, high: int) -> int | None:
        """A release between two whose figure can be compared with theirs."""

        def fits(index: int) -> bool:
            return self._has(key, index) and (
                self._verdict(key, low, index) is not Verdict.NOT_COMPARABLE
            )

        return self._nearest(low, high, fits)

    @staticmethod
    def _nearest(low: int, high: int, fits: Callable[[int], bool]) -> int | None:
        """Of the releases between two that fit, the nearest to the middle."""
        between = [index for index in range(low + 1, high) if fits(index)]
        return min(between, key=lambda index: abs(2 * index - low - high), default=None)

    def _given_up(self) -> list[GivenUp]:
        """What was tried in vain, and neighbours that cannot be compared."""
        lacking: dict[tuple[str, str], set[str]] = {}
        for index, cell in sorted(self._tried):
            if reason := self._why_none(index, cell):
                where = (self._plan.releases[index], reason)
                lacking.setdefault(where, set()).add(f"{cell.task}.{cell.style}")
        for key in self._keys():
            for low, high in self._intervals(key):
                sides = self._sides[low], self._sides[high]
                verdict, reason = judging.verdict(key, *sides, self._limits)
                if verdict is Verdict.NOT_COMPARABLE:
                    where = (" and ".join(side.release for side in sides), reason)
                    lacking.setdefault(where, set()).add(f"{key[0]}.{key[1]}")
        return [GivenUp(*where, tuple(sorted(styles))) for where, styles in lacking.items()]

    def _why_none(self, index: int, cell: Cell) -> str:
        """Why a release has not all figures of a cell; nothing where it has, or skips the style."""
        if index in self._not_there:
            return self._not_there[index]
        side = self._sides[index]
        if (cell.task, cell.style) in side.skipped:
            return ""
        for key in self._keys_of(cell):
            if side.value(key) is None:
                figure = side.figures.get(key)
                return (figure.failed if figure else None) or "not measured"
        return ""

    def _keys_of(self, cell: Cell) -> Iterator[Key]:
        for metric in self._limits:
            if cell.has(BY_NAME[metric].instrument):
                yield cell.task, cell.style, cell.rows, metric


def as_json(found: Changes, planned: Plan, limits: Mapping[str, Limit]) -> str:
    """Everything, for programs: figures in bytes."""
    content = {
        "format": FORMAT,
        "releases": planned.releases,
        "grid": [planned.releases[index] for index in planned.grid],
        "limits": {metric: asdict(limit) for metric, limit in limits.items()},
        "changes": [_as_data(step) for step in found.steps],
        "given_up": [asdict(each) for each in found.given_up],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _as_data(step: Step) -> dict[str, Any]:
    change = step.change
    return {
        "release": step.new,
        "before_it": step.old,
        "passed_over": step.passed_over,
        "gradual": step.gradual,
        **facts_of(change),
        "accepted": change.accepted.reason if change.accepted else None,
        "today": step.today,
        "stands": step.stands,
    }
