"""The check itself: measure what is missing for two releases, and compare them."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence

from suite import measure_missing, styles
from suite.errors import UserMistake
from suite.measure_missing import Cell, Project
from suite.results import Figure
from suite.units import RESIDENT
from suite.upgrade import judging
from suite.upgrade.accepted import Accepted
from suite.upgrade.comparison import Comparison, Key, Side, Verdict
from suite.upgrade.limits import Limit
from suite.upgrade.scaling import DEFAULT_BUDGET

FIRST_TASK = "bounced_addresses"
SIZES = 2
"""How many sizes are measured unasked, the largest ones: a slope needs two."""


def select(tasks: Sequence[str], names: Sequence[str], rows: Sequence[int]) -> list[Cell]:
    """The cells that a user's --task, --style and --rows mean; the article's task without any.

    A style is "full_entity", or "history.joined" with its task. Raises UserMistake.
    """
    named = [name.partition(".")[0] for name in names if "." in name]
    if not tasks and len(named) == len(names) > 0:
        tasks = named
    else:
        tasks = [*(tasks or [FIRST_TASK]), *named]
    known = styles.tasks()
    for task in tasks:
        if task not in known:
            raise UserMistake(f'"{task}" is no task{_suggestion(task, known)}')
    wanted = {(task, style) for task in tasks for style in known[task].styles}
    if names:
        wanted = {pair for name in names for pair in _styles_called(name, wanted)}
    return sorted(Cell(task, style, size) for task, style in wanted for size in _sizes(task, rows))


def check(
    project: Project,
    old: str,
    new: str,
    cells: Sequence[Cell],
    limits: Mapping[str, Limit],
    accepted: Iterable[Accepted] = (),
    budget: float = DEFAULT_BUDGET,
    fresh: bool = False,
    notes: Iterable[str] = (),
    say: Callable[[str], None] = lambda line: None,
) -> Comparison:
    """Measure what is missing (with ``fresh``, everything), and compare the two releases.

    What was measured just now, and differs in resident memory while the heap does not, is measured
    a second time, and the second figures count. ``say`` is told what is measured. Raises
    UserMistake, and Interruption.
    """
    timed = measure_missing.TIME in limits
    accepted, notes = list(accepted), list(notes)

    def measure(release: str, todo: list[Cell], why: str) -> None:
        if todo:
            say(f"SQLAlchemy {release}: measuring {_count(todo)} ({why}) ...")
            measure_missing.measure(project, release, todo, timed)

    def sides() -> tuple[Side, Side]:
        return side(project, old, cells), side(project, new, cells)

    measured = set()
    for release in (old, new):
        todo = list(cells) if fresh else measure_missing.missing(project, release, cells, timed)
        measure(release, todo, "anew" if fresh else "missing")
        measured.update(todo)
    for release in _older_first(*sides()):
        todo = _outdated(*sides())
        measure(release, todo, "it was measured under other circumstances")
        measured.update(todo)

    def compare() -> Comparison:
        found = sides()
        sampled = any(figure.sampled for each in found for figure in each.figures.values())
        said = [*notes, *([SAMPLED_NOTE] if sampled else [])]
        return judging.compare(*found, styles.tasks().values(), limits, accepted, budget, said)

    comparison = compare()
    if doubtful := sorted(_in_doubt(comparison) & measured):
        for release in (old, new):
            measure(release, doubtful, "a second time, to be sure")
        comparison = compare()
    return comparison


SAMPLED_NOTE = (
    "resident memory was sampled every millisecond, as this system keeps no mark that can be reset:"
    " a short peak may be missed"
)


def side(project: Project, release: str, cells: Iterable[Cell]) -> Side:
    """What the results hold of one release, for these cells."""
    wanted = {(cell.task, cell.style, cell.rows) for cell in cells}
    figures: dict[Key, Figure] = {}
    for figure in project.figures(release):
        if (figure.task, figure.style, figure.rows) in wanted:
            figures[figure.task, figure.style, figure.rows, figure.metric] = figure
    return Side(release, figures, project.skipped(release))


def _count(cells: list[Cell]) -> str:
    count = len({(cell.task, cell.style) for cell in cells})
    sizes = ", ".join(f"{rows:,}" for rows in sorted({cell.rows for cell in cells}))
    return f"{count} {'style' if count == 1 else 'styles'} at {sizes} rows"


def _in_doubt(comparison: Comparison) -> set[Cell]:
    """What differs in resident memory alone.

    A busy machine can give a wrong reading of it, see docs/upgrade.md; the heap is counted inside
    the process, and repeats.
    """
    differing: dict[Cell, dict[str, Verdict]] = {}
    for change in comparison.of(Verdict.WORSE, Verdict.BETTER):
        cell = Cell(change.task, change.style, change.rows)
        differing.setdefault(cell, {})[change.metric] = change.verdict
    return {
        cell
        for cell, verdicts in differing.items()
        if any(
            verdict is not verdicts.get("track_heap")
            for metric, verdict in verdicts.items()
            if metric in RESIDENT
        )
    }


def _outdated(old: Side, new: Side) -> list[Cell]:
    """The cells whose two figures would be comparable if both were measured today."""
    found = set()
    for key in old.figures.keys() & new.figures.keys():
        before, after = old.figures[key], new.figures[key]
        if before.value is not None and after.value is not None and judging.outdated(before, after):
            found.add(Cell(*key[:3]))
    return sorted(found)


def _older_first(old: Side, new: Side) -> list[str]:
    def newest(of: Side) -> float:
        return max((figure.measured_at or 0 for figure in of.figures.values()), default=0)

    return [each.release for each in sorted((old, new), key=newest)]


def _styles_called(name: str, wanted: set[tuple[str, str]]) -> set[tuple[str, str]]:
    found = {pair for pair in wanted if name in (pair[1], ".".join(pair))}
    if not found:
        known = [word for task, style in wanted for word in (style, f"{task}.{style}")]
        raise UserMistake(f'"{name}" is no style{_suggestion(name, known)}')
    return found


def _sizes(task: str, rows: Sequence[int]) -> Sequence[int]:
    known = measure_missing.sizes(task)
    for size in rows:
        if size not in known:
            raise UserMistake(
                f"{task} is not measured at {size:,} rows, but at"
                f" {', '.join(f'{each:,}' for each in known)}"
            )
    return rows or known[-SIZES:]


def _suggestion(name: str, known: Iterable[str]) -> str:
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else f": {', '.join(known)}"
