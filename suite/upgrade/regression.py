"""Finding the release that brought a change: what is measured for it, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from packaging.version import Version

from suite.figures.amounts import is_seconds, label
from suite.figures.bisection import Bisection, UnmeasurableError, bisect
from suite.figures.limits import Limit
from suite.figures.tasks import tasks
from suite.figures.verdicts import Verdict
from suite.measuring import environments, missing
from suite.measuring.missing import Cell
from suite.measuring.results import Figure
from suite.project import Project
from suite.releases.catalogue import Catalogue, Release
from suite.releases.timeline import Timeline
from suite.terminal.errors import UserMistake
from suite.upgrade import checking, judging
from suite.upgrade.comparison import Change, Comparison

CHANGE_LOG = "https://docs.sqlalchemy.org/en/21/changelog/changelog_{}{}.html#change-{}"

# Of several metrics that got worse, these are read inside Python, and repeat: the first counts.
FOLLOWED = ("track_heap", "track_growth", "track_growth_uncollected")


@dataclass(frozen=True)
class Regression:
    """What came of it: the change between the ends, and where it was found.

    ``bisection`` is None where the figure did not change beyond its limit. ``releases`` counts
    those between the ends, which are included.
    """

    change: Change
    old: str
    new: str
    releases: int
    bisection: Bisection | None


def change_log(release: str) -> str:
    """The address of a release's entry in SQLAlchemy's change log."""
    version = Version(release)
    return CHANGE_LOG.format(version.major, version.minor, release)


def releases_between(old: Release, new: Release, python: str) -> list[str]:
    """Both ends and every final release between them that runs on ``python``, oldest first."""
    found = Timeline(Catalogue.load()).between(old.parsed, new.parsed)
    between = [each.version for each in found if each.supports(python) and each != new]
    return [old.version, *between, new.version]


def cells_of(style: str, rows: int | None, limits: Mapping[str, Limit]) -> list[Cell]:
    """Where a style is looked at for what has ``limits``: at one size, and for growth at its own.

    The largest size where none is asked for. Raises UserMistake, also where nothing that has
    ``limits`` is measured at the size.
    """
    found = checking.select([], [style], [] if rows is None else [rows], limits)
    known = tasks()
    largest = max(cell.rows for cell in found)
    return [cell for cell in found if cell.rows in (largest, known[cell.task].repeated)]


def find(
    project: Project,
    releases: list[str],
    cells: list[Cell],
    limits: Mapping[str, Limit],
    fresh: bool = False,
    say: Callable[[str], None] = lambda line: None,
) -> Regression:
    """Bisect over ``releases``, oldest first, for the ``cells`` of one style.

    Of the metrics that have ``limits``, one that got worse is followed, one of FOLLOWED if it did;
    where none got worse, one that got better. Raises UserMistake where the ends cannot be compared,
    and Interruption.
    """
    old, new = releases[0], releases[-1]
    comparison = checking.check(project, old, new, cells, limits, fresh=fresh, say=say)
    change = _followed(comparison)
    cell = Cell(change.task, change.style, change.rows)
    if change.verdict is Verdict.SAME:
        return Regression(change, old, new, len(releases), None)
    ends = {
        release: checking.side(project, release, [cell]).figures[_key(cell, change.metric)]
        for release in (old, new)
    }

    def measure(release: str) -> float:
        figure = ends.get(release) or _measured(project, release, cell, change.metric, fresh, say)
        if judging.outdated(ends[new], figure):
            figure = _measured(project, release, cell, change.metric, True, say)
        if reasons := judging.differences(ends[new], figure):
            raise UnmeasurableError("; ".join(reasons))
        if figure.value is None:
            raise UnmeasurableError(figure.failed or "failed")
        return figure.value

    return Regression(change, old, new, len(releases), bisect(releases, measure))


def _followed(comparison: Comparison) -> Change:
    """The change to look for. Raises UserMistake where there are no two figures."""
    changes = [change for change in comparison.of(*Verdict) if change.metric in comparison.limits]
    changes.sort(key=lambda change: (change.order[0], _rank(change.metric)))
    for change in changes:
        if change.verdict in (Verdict.WORSE, Verdict.BETTER):
            return change
        if change.verdict is not Verdict.SAME:
            raise UserMistake(
                f"{label(change.metric)} of {change.task}.{change.style}:"
                f" {change.verdict} ({change.reason});"
                " name releases that both have the figure"
            )
    if not changes:
        raise UserMistake("neither release has a figure for it: see the messages above")
    return changes[0]


def _rank(metric: str) -> int:
    return FOLLOWED.index(metric) if metric in FOLLOWED else len(FOLLOWED)


def _measured(
    project: Project,
    release: str,
    cell: Cell,
    metric: str,
    fresh: bool,
    say: Callable[[str], None],
) -> Figure:
    """The figure of one release, measured where it is missing.

    Raises UnmeasurableError where that release has none, and UserMistake where none has.
    """
    timed = is_seconds(metric)
    if fresh or missing.missing(project, release, [cell], timed, say):
        say(f"SQLAlchemy {release}: measuring ...")
        try:
            environments.for_release(release, project.python, say, project)
        except UserMistake as error:
            raise UnmeasurableError(error.message) from error
        # What goes wrong now, as with a server, does so with every release.
        missing.measure(project, release, [cell], timed, say)
    side = checking.side(project, release, [cell])
    figure = side.figures.get(_key(cell, metric))
    if figure is None:
        raise UnmeasurableError(side.skipped.get((cell.task, cell.style), "not measured"))
    return figure


def _key(cell: Cell, metric: str) -> tuple[str, str, int, str]:
    return cell.task, cell.style, cell.rows, metric
