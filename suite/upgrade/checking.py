"""The check itself: measure what is missing for two releases, and compare them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from suite.figures import tasks
from suite.figures.amounts import RESIDENT, is_seconds
from suite.figures.limits import Limit
from suite.figures.scaling import DEFAULT_BUDGET
from suite.measuring import missing
from suite.measuring.missing import Cell
from suite.measuring.results import Figure
from suite.project import Project
from suite.terminal.errors import UserMistake
from suite.upgrade import judging
from suite.upgrade.accepted import Accepted
from suite.upgrade.comparison import Comparison, Key, Side, Verdict

SIZES = 2
"""How many sizes are measured unasked, the largest ones: a slope needs two."""


def select(names: Sequence[str], styles: Sequence[str], rows: Sequence[int]) -> list[Cell]:
    """The cells that a user's --task, --style and --rows mean; the article's task without any.

    A style is "full_entity", or "history.joined" with its task. Raises UserMistake.
    """
    chosen = [tasks.task_named(name) for name in names]
    pairs = {pair for style in styles for pair in tasks.styles_named(style, names or None)}
    if not styles:
        chosen = chosen or [tasks.task_named(tasks.FIRST_TASK)]
        pairs = {(task.name, style) for task in chosen for style in task.styles}
    return sorted(Cell(task, style, size) for task, style in pairs for size in _sizes(task, rows))


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

    What was measured just now, and differs in seconds, or in resident memory while the heap does
    not, is measured a second time, and the second figures count. ``say`` is told what is measured.
    Raises UserMistake, and Interruption.
    """
    timed = any(is_seconds(metric) for metric in limits)
    accepted, notes = list(accepted), list(notes)

    def measure(release: str, todo: list[Cell], why: str) -> None:
        if todo:
            say(f"SQLAlchemy {release}: measuring {_count(todo)} ({why}) ...")
            missing.measure(project, release, todo, timed, say)

    def sides() -> tuple[Side, Side]:
        return side(project, old, cells), side(project, new, cells)

    measured = set()
    for release in (old, new):
        todo = list(cells) if fresh else missing.missing(project, release, cells, timed, say)
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
        return judging.compare(*found, tasks.tasks().values(), limits, accepted, budget, said)

    comparison = compare()
    if not comparison.changes:
        for reason in _skipped_by_both(*sides(), cells):
            say(f"Neither release can run it: {reason}")
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
    for figure in missing.figures(project, release):
        if (figure.task, figure.style, figure.rows) in wanted:
            figures[figure.task, figure.style, figure.rows, figure.metric] = figure
    return Side(release, figures, missing.skipped(project, release))


def _count(cells: list[Cell]) -> str:
    count = len({(cell.task, cell.style) for cell in cells})
    sizes = ", ".join(f"{rows:,}" for rows in sorted({cell.rows for cell in cells}))
    return f"{count} {'style' if count == 1 else 'styles'} at {sizes} rows"


def _in_doubt(comparison: Comparison) -> set[Cell]:
    """What differs in resident memory alone, or in seconds.

    A busy machine can give a wrong reading of them, see docs/upgrade.md; the heap is counted inside
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
            is_seconds(metric) or (metric in RESIDENT and verdict is not verdicts.get("track_heap"))
            for metric, verdict in verdicts.items()
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


def _skipped_by_both(old: Side, new: Side, cells: Iterable[Cell]) -> list[str]:
    wanted = {(cell.task, cell.style) for cell in cells}
    both = wanted & old.skipped.keys() & new.skipped.keys()
    return sorted({side.skipped[style] for style in both for side in (old, new)})


def _older_first(old: Side, new: Side) -> list[str]:
    def newest(of: Side) -> float:
        return max((figure.measured_at or 0 for figure in of.figures.values()), default=0)

    return [each.release for each in sorted((old, new), key=newest)]


def _sizes(task: str, rows: Sequence[int]) -> Sequence[int]:
    known = tasks.task_named(task).rows
    for size in rows:
        if size not in known:
            raise UserMistake(
                f"{task} is not measured at {size:,} rows, but at"
                f" {', '.join(f'{each:,}' for each in known)}"
            )
    return rows or known[-SIZES:]
