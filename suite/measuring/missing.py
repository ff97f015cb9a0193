"""Measuring what the results lack: the styles and sizes that are missing, and no others."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from rich.console import Console

from benchmarks.instruments.seconds import median
from benchmarks.metrics import BY_NAME, METRICS, REPEATING
from suite.figures.tasks import tasks
from suite.measuring import environments, pool, results, store
from suite.measuring.environments import Environment
from suite.measuring.pool import Batch
from suite.measuring.processes import Outcome, Unit
from suite.measuring.results import Figure
from suite.project import Project
from suite.servers import running
from suite.terminal import progress

MEMORY = ("heap", "resident", REPEATING)
TIME = "seconds"

# So many processes take the seconds of a style, each one sample: from eight on, the interval of
# their median is the samples' own range. A slow style stops between the two, see ENOUGH_SECONDS.
SAMPLES, LEAST_SAMPLES = 8, 5
ENOUGH_SECONDS = 10.0

Say = Callable[[str], None]


@dataclass(frozen=True, order=True)
class Cell:
    """A style of a task at a number of rows, which several instruments measure."""

    task: str
    style: str
    rows: int

    def has(self, instrument: str) -> bool:
        """Whether the instrument measures the task at these rows."""
        return self.rows in tasks()[self.task].sizes(instrument)


def units_of(cells: Iterable[Cell], instruments: Iterable[str]) -> tuple[Unit, ...]:
    """What to measure for ``cells``: each under those instruments that measure at its rows."""
    return tuple(
        Unit(cell.task, cell.style, cell.rows, instrument)
        for cell, instrument in itertools.product(cells, instruments)
        if cell.has(instrument)
    )


def figures(project: Project, release: str, warn: Say = lambda line: None) -> list[Figure]:
    """The stored figures of a release on this machine and Python."""
    return results.of_place(store.place_of(project, release, project.python), warn)


def skipped(project: Project, release: str) -> dict[tuple[str, str], str]:
    """Why a release could not run a style, by task and style."""
    place = store.place_of(project, release, project.python)
    records = store.read_records(place.path.with_suffix(".records"))
    return {
        (unit.task, unit.style): str(record["skipped"])
        for unit, record in records.items()
        if "skipped" in record
    }


def missing(
    project: Project, release: str, cells: Iterable[Cell], timed: bool, warn: Say
) -> list[Cell]:
    """The cells without a figure for every metric, and which the release is not known to skip.

    A unit that failed counts as missing, and so does one that was measured in another way than
    today's: both are measured again. So are seconds with too few samples to be judged.
    """
    wanted = [metric for metric in METRICS if timed or metric.instrument != TIME]
    stored = {
        (Cell(figure.task, figure.style, figure.rows), figure.metric)
        for figure in figures(project, release, warn)
        if figure.value is not None and _is_enough(figure)
    }
    known = skipped(project, release)
    return sorted(
        cell
        for cell in cells
        if (cell.task, cell.style) not in known
        and any(
            cell.has(metric.instrument) and (cell, metric.name) not in stored for metric in wanted
        )
    )


def measure(
    project: Project,
    release: str,
    cells: Iterable[Cell],
    timed: bool = False,
    say: Say = lambda line: None,
    each: Callable[[Outcome], None] = lambda outcome: None,
) -> None:
    """Measure ``cells`` on one release, whatever is stored; with seconds if timed.

    A style that fails is stored as failed; ``say`` is told of it, and ``each`` of every outcome.
    Raises UserMistake where nothing can be measured at all; what was measured by then is stored,
    as it is where this is interrupted. How far it is, is shown on standard error.
    """
    cells = sorted(cells)
    if not cells:
        return
    units = units_of(cells, MEMORY)
    total = len(units) + (SAMPLES * len(units_of(cells, [TIME])) if timed else 0)
    environment = environments.for_release(release, project.python, say, project)
    place = store.place_of(project, release, project.python)
    with (
        store.claimed(project),
        running.server(project.database, pool.tell),
        store.keeping(place) as run,
        progress.steps_of(Console(stderr=True), release, total, about=timed) as step,
    ):
        for outcome in itertools.chain(
            pool.measure(Batch(environment, units, project.database)),
            _timed(project, environment, cells if timed else []),
        ):
            run.keep(outcome)
            step()
            each(outcome)
            if outcome.failed:
                say(outcome.failure)


def _is_enough(figure: Figure) -> bool:
    return BY_NAME[figure.metric].instrument != TIME or len(figure.samples) >= LEAST_SAMPLES


def _timed(project: Project, environment: Environment, cells: Iterable[Cell]) -> Iterator[Outcome]:
    """Take the seconds of each cell in as many processes as an interval needs.

    In rounds, so that what changes on the machine meanwhile reaches every style. Yields each
    outcome with the samples of those before.
    """
    units = units_of(cells, [TIME])
    samples: dict[Unit, list[float]] = defaultdict(list)
    while units:
        again = []
        for outcome in pool.measure(Batch(environment, units, project.database)):
            taken = samples[outcome.unit]
            if TIME not in outcome.record:
                yield outcome
                continue
            taken.append(outcome.record[TIME])
            yield replace(
                outcome, record={**outcome.record, TIME: median(taken), "samples": list(taken)}
            )
            enough = LEAST_SAMPLES if sum(taken) > ENOUGH_SECONDS else SAMPLES
            if len(taken) < enough:
                again.append(outcome.unit)
        units = tuple(again)
