"""A style's source with the resident memory after each line: measured in a release's environment.

`benchmarks.instruments.lines` takes the readings there, with memory_profiler. All sizes are in
bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from suite.figures import tasks
from suite.figures.amounts import MEBIBYTE
from suite.measuring import pool
from suite.measuring.environments import Environment
from suite.measuring.pool import Batch
from suite.measuring.processes import Outcome, Unit
from suite.reports.tables import Column, Table

INSTRUMENT = "lines"
TIMEOUT = 3600.0

COLUMNS = (*map(Column, ("line", "memory", "increment", "rounds")), Column("source", "code"))
# Where a table goes to a file: wide enough for the longest line of source beside its figures.
WIDTH_OF_A_FILE = 150


@dataclass(frozen=True)
class Line:
    """One line of source. The figures are None where it did not run.

    ``memory`` is the highest reading after the line, ``increment`` the sum of its rises over all
    ``rounds`` that it ran.
    """

    number: int
    source: str
    memory: int | None = None
    increment: int | None = None
    rounds: int | None = None


@dataclass(frozen=True)
class Afterwards:
    """Resident size after the style has returned, step by step.

    ``collected``: the garbage collector ran. ``trimmed``: the C library gave back what it can.
    ``dropped``: the answer is gone as well. The latter two are None where there is no malloc_trim.
    """

    returned: int
    collected: int
    trimmed: int | None
    dropped: int | None


@dataclass(frozen=True)
class LineProfile:
    """One run of a style, line by line. ``start`` is the resident size when it began."""

    release: str
    python: str
    task: str
    style: str
    rows: int
    start: int
    lines: tuple[Line, ...]
    afterwards: Afterwards
    measured_with: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


class NoProfileError(Exception):
    """The style gave no readings; the message says why."""


class NotInReleaseError(NoProfileError):
    """The release has no such style; the message says why."""


def measure(
    environment: Environment,
    task: str,
    style: str,
    rows: int,
    variables: Mapping[str, str] | None = None,
) -> LineProfile:
    """Profile one style, with ``variables`` added to the environment of the process.

    Raises NotInReleaseError, NoProfileError, and UserMistake where a fixture can't be built.
    """
    unit = Unit(task, style, rows, INSTRUMENT)
    batch = Batch(environment, (unit,), variables=variables or {}, timeout=TIMEOUT)
    (outcome,) = pool.measure(batch)
    return of(outcome, environment)


def of(outcome: Outcome, environment: Environment) -> LineProfile:
    """The profile of an outcome. Raises NotInReleaseError and NoProfileError."""
    if outcome.skipped:
        raise NotInReleaseError(outcome.skipped)
    if outcome.failed:
        raise NoProfileError(outcome.failed)
    unit, record = outcome.unit, outcome.record
    return LineProfile(
        environment.release,
        environment.python,
        unit.task,
        unit.style,
        unit.rows,
        record["start"],
        tuple(Line(**line) for line in record["lines"]),
        Afterwards(**record["afterwards"]),
        record["measured_with"],
    )


def table(profile: LineProfile) -> Table:
    """The article's table."""
    label = tasks.task_named(profile.task).label(profile.style)
    return Table(
        f"{label}: SQLAlchemy {profile.release}, Python {profile.python}, {profile.rows:,} rows",
        COLUMNS,
        [_texts(line) for line in profile.lines],
    )


def _texts(line: Line) -> tuple[str, str, str, str, str]:
    if line.memory is None or line.increment is None or line.rounds is None:
        return str(line.number), "", "", "", line.source
    memory, increment = size(line.memory), size(line.increment)
    return str(line.number), memory, increment, f"{line.rounds:,}", line.source


def size(amount: int | None) -> str:
    """Bytes as the article prints them: MiB with one digit; a hair below zero is zero."""
    return "-" if amount is None else f"{round(amount / MEBIBYTE, 1) + 0.0:.1f} MiB"
