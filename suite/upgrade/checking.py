"""The check itself: measure what is missing for two releases, and compare them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from benchmarks.metrics import BY_NAME
from suite.figures import tasks
from suite.figures.amounts import RESIDENT, is_seconds, label
from suite.figures.limits import Limit
from suite.figures.scaling import DEFAULT_BUDGET
from suite.figures.tasks import Task
from suite.figures.verdicts import Verdict
from suite.measuring import missing
from suite.measuring.missing import Cell
from suite.measuring.results import Figure
from suite.project import Project
from suite.terminal.errors import UserMistake
from suite.upgrade import coverage, judging
from suite.upgrade.accepted import Accepted
from suite.upgrade.comparison import Comparison, Key, Side

SIZES = 2
"""How many sizes are measured unasked, the largest ones: a slope needs two."""

# The reading inside the process that repeats, for one that a busy machine can get wrong.
COUNTERPARTS = {
    **dict.fromkeys(RESIDENT, "track_heap"),
    "track_growth_resident": "track_growth",
}


def select(
    names: Sequence[str],
    styles: Sequence[str],
    rows: Sequence[int],
    metrics: Collection[str] = tuple(BY_NAME),
    everything: bool = False,
) -> list[Cell]:
    """The cells that a user's --task, --style and --rows mean; without any, a task of each kind.

    ``everything`` is --all. A style is "full_entity", or "history.joined" with its task. Sizes are
    the largest ones; of tasks beside the article's that nobody named, the smallest, so that the
    check stays short. Each task is also measured at its ``repeated`` rows, and none where no one of
    ``metrics`` is measured. Of tasks that nobody named, those are left out that lack the ``rows``.
    Raises UserMistake.
    """
    unasked = tasks.tasks() if everything else tasks.KINDS.values()
    chosen = [tasks.task_named(name) for name in names or unasked]
    pairs = {pair for style in styles for pair in tasks.styles_named(style, names or None)}
    if not styles:
        pairs = {(task.name, style) for task in chosen for style in task.styles}
    is_named = bool(names or styles)
    among = [tasks.task_named(name) for name in sorted({task for task, _ in pairs})]
    _require(rows, among, metrics, is_named)
    sizes = {
        task.name: _sizes(
            task, rows, metrics, is_named or everything or task.name == tasks.FIRST_TASK
        )
        for task in among
    }
    return sorted({Cell(task, style, size) for task, style in pairs for size in sizes[task]})


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

    What was measured just now, and differs in seconds, or in resident memory while Python's own
    does not, is measured a second time, and the second figures count. ``say`` is told what is
    measured.
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
        known = tasks.tasks().values()
        covered = coverage.words(cells, known, project.database.name)
        return judging.compare(*found, known, limits, accepted, budget, said, covered)

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
    sizes = _listed({cell.rows for cell in cells})
    return f"{count} {'style' if count == 1 else 'styles'} at {sizes} rows"


def _in_doubt(comparison: Comparison) -> set[Cell]:
    """What differs in resident memory alone, or in seconds.

    A busy machine can give a wrong reading of them, see docs/evidence/upgrade.md; the heap and
    its growth are counted inside the process, and repeat.
    """
    differing: dict[Cell, dict[str, Verdict]] = {}
    for change in comparison.of(Verdict.WORSE, Verdict.BETTER):
        cell = Cell(change.task, change.style, change.rows)
        differing.setdefault(cell, {})[change.metric] = change.verdict
    return {
        cell
        for cell, verdicts in differing.items()
        if any(
            is_seconds(metric)
            or (metric in COUNTERPARTS and verdict is not verdicts.get(COUNTERPARTS[metric]))
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


def _sizes(
    task: Task, rows: Sequence[int], metrics: Iterable[str], is_large: bool
) -> Collection[int]:
    """Where to measure a task; nowhere, if it has none of the ``rows`` that are asked for."""
    measured = _measured(task, metrics)
    if rows and not measured.intersection(rows):
        return ()
    asked = rows or (task.rows[-SIZES:] if is_large else task.rows[:1])
    return measured.intersection((*asked, task.repeated))


def _measured(task: Task, metrics: Iterable[str]) -> set[int]:
    """The numbers of rows at which one of the metrics is measured."""
    instruments = {BY_NAME[metric].instrument for metric in metrics}
    return {size for instrument in instruments for size in task.sizes(instrument)}


def _require(
    rows: Iterable[int], among: Sequence[Task], metrics: Collection[str], is_named: bool
) -> None:
    """Raise UserMistake where a named task, or every one of others, lacks one of the ``rows``."""
    for size in rows:
        lacking = [task for task in among if size not in _measured(task, metrics)]
        if lacking and is_named:
            raise UserMistake(_lacks(size, lacking[:1], metrics))
        if len(lacking) == len(among):
            raise UserMistake(_lacks(size, lacking, metrics))


def _lacks(size: int, lacking: Sequence[Task], metrics: Collection[str]) -> str:
    """What to say where tasks are not measured at a size, or not by these metrics."""
    repeated = {task.repeated for task in lacking}
    usual = {rows for task in lacking for rows in task.rows}
    if size in usual | repeated:
        who = " and ".join(f"--metric {label(metric)}" for metric in metrics)
        is_one = len(metrics) == 1
        there = _listed({rows for task in lacking for rows in _measured(task, metrics)})
    else:
        is_one = len(lacking) == 1
        who = lacking[0].name if is_one else "the tasks"
        there = f"{_listed(usual)}, and for growth at {_listed(repeated)}"
    return f"{who} {'is' if is_one else 'are'} not measured at {size:,} rows, but at {there}"


def _listed(sizes: Iterable[int]) -> str:
    return ", ".join(f"{size:,}" for size in sorted(sizes))
