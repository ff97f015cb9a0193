"""A style's source with the resident memory after each line: measured in a release's environment.

`benchmarks.line_profiling` takes the readings there, with memory_profiler. All sizes are in bytes.
"""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asv.util import UserError, load_json
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fixtures import cache
from fixtures.errors import FixtureError
from suite import consoles, seeding, styles, workers
from suite.asv_commands import CONFIGURATION, ROOT
from suite.catalogue import Release
from suite.environments import Environment
from suite.errors import UserMistake
from suite.journal import ProcessEnd
from suite.units import MEBIBYTE

HISTORY_CONFIGURATION = ROOT / "asv.history.conf.json"
MAIN_TASK = "bounced_addresses"
TIMEOUT = 3600.0

HEADINGS = ("line", "memory", "increment", "rounds", "source")
# Where a table goes to a file: wide enough for the longest line of source beside its figures.
PLAIN_WIDTH = 150


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
    """Profile one style in a fresh process, with ``variables`` added to its environment.

    Raises NotInReleaseError, NoProfileError, and UserMistake where a fixture can't be built.
    """
    workers.ensure_fixtures(rows)
    module = [str(environment.interpreter), "-m", "benchmarks.line_profiling"]
    with tempfile.TemporaryDirectory(prefix="sqlalchemy-asv-") as name:
        code, errors = workers.run(
            [*module, task, style, str(rows)], Path(name), TIMEOUT, variables
        )
        output = (Path(name) / "output").read_text(encoding="utf-8")
    if code == workers.SKIPPED:
        raise NotInReleaseError(errors.strip().removeprefix("skipped: "))
    if code != 0:
        raise NoProfileError(ProcessEnd("", (), code, errors, TIMEOUT).reason)
    return parse(output, environment)


def parse(output: str, environment: Environment) -> LineProfile:
    """The readings from what the measuring process printed. Raises NoProfileError."""
    try:
        stored = json.loads(output)
        return LineProfile(
            environment.release,
            environment.python,
            stored["task"],
            stored["style"],
            int(stored["rows"]),
            int(stored["start"]),
            tuple(Line(**line) for line in stored["lines"]),
            Afterwards(**stored["afterwards"]),
            stored["measured_with"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise NoProfileError(f"what it printed can't be read: {error}") from error


def seed(rows: int, console: Console) -> None:
    """Build the fixture where it is missing, in view of a person. Raises UserMistake."""
    try:
        with seeding.progress_of(console, f"Seeding {rows:,} bounced addresses") as show:
            cache.ensure(rows, progress=show)
    except FixtureError as error:
        raise UserMistake(str(error)) from error


def find_style(name: str) -> tuple[str, str]:
    """The (task, style) that "TASK.STYLE", or "STYLE" of the article's task, stands for.

    Raises UserMistake.
    """
    task_name, _, style = name.rpartition(".")
    task = styles.tasks().get(task_name or MAIN_TASK)
    if task is None:
        raise UserMistake(f"there is no task {task_name}: name one of {', '.join(styles.tasks())}")
    if style not in task.styles:
        raise UserMistake(
            f"{task.name} has no style {style or name}: name one of {', '.join(task.styles)};"
            " styles of other tasks are named TASK.STYLE"
        )
    return task.name, style


def default_python(release: Release) -> str:
    """The Python that asv measures the release on: of the main configuration, or of the history."""
    pythons = [
        str(python)
        for path in (CONFIGURATION, HISTORY_CONFIGURATION)
        for python in configuration(path)["pythons"]
    ]
    return next((python for python in pythons if release.supports(python)), pythons[0])


def configuration(path: Path) -> dict[str, Any]:
    """One of asv's configurations. Raises UserMistake."""
    try:
        loaded: dict[str, Any] = load_json(str(path), js_comments=True)
    except UserError as error:
        raise UserMistake(f"{path.name} can't be read: {error}") from error
    return loaded


def title(profile: LineProfile) -> str:
    """What the profile is of, in one line."""
    label = styles.tasks()[profile.task].label(profile.style)
    return f"{label}: SQLAlchemy {profile.release}, Python {profile.python}, {profile.rows:,} rows"


def print_table(table: Table) -> None:
    """Print on standard output; without a terminal, no line is folded."""
    consoles.output(PLAIN_WIDTH).print(table)


def as_table(profile: LineProfile) -> Table:
    """The article's table for a terminal."""
    table = Table(title=title(profile), box=None, title_justify="left", pad_edge=False)
    for heading in HEADINGS[:-1]:
        table.add_column(heading, justify="right")
    table.add_column(HEADINGS[-1], overflow="fold")
    for line in profile.lines:
        *figures, source = _texts(line)
        table.add_row(*figures, Text(source))
    return table


def as_markdown(profile: LineProfile) -> str:
    """The article's table in Markdown."""
    rows: list[tuple[str, ...]] = [HEADINGS, ("--:", "--:", "--:", "--:", ":--")]
    for line in profile.lines:
        *figures, source = _texts(line)
        rows.append((*figures, _code(source)))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"**{title(profile)}**\n\n{table}\n"


def _texts(line: Line) -> tuple[str, str, str, str, str]:
    if line.memory is None or line.increment is None or line.rounds is None:
        return str(line.number), "", "", "", line.source
    return (
        str(line.number),
        f"{line.memory / MEBIBYTE:.1f} MiB",
        _signed(line.increment),
        f"{line.rounds:,}",
        line.source,
    )


def _signed(size: int) -> str:
    """A rise, "-125.8 MiB" for a fall; a hair below zero is zero."""
    return f"{round(size / MEBIBYTE, 1) + 0.0:.1f} MiB"


def _code(source: str) -> str:
    """Source for a cell of a Markdown table, with its indent, which a plain cell would lose."""
    if not source.strip():
        return ""
    indent = len(source) - len(source.lstrip())
    return "&nbsp;" * indent + f"`` {source.strip().replace('|', chr(92) + '|')} ``"
