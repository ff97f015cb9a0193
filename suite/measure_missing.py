"""Measuring what the results lack: asv runs the styles and sizes that are missing, and no others.

One execution gives all memory metrics of a style, so they are always run together.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click
from asv.config import Config

from benchmarks import memory
from suite import asv_commands, benchmark_names, journal, results
from suite.errors import UserMistake
from suite.results import Figure

MEMORY_METRICS = (
    "peakmem_process",
    "track_heap",
    "track_leaked",
    "track_peak",
    "track_retained",
)
TIME = "time_query"

# How the lines begin in which asv says what it does.
PROGRESS = ("[", "·")
TABLE = "===="


@dataclass(frozen=True, order=True)
class Cell:
    """What one execution measures: a style of a task at a number of rows."""

    task: str
    style: str
    rows: int


@dataclass(frozen=True)
class Project:
    """An asv configuration: where its results are, and what it measures with."""

    configuration: Path = asv_commands.CONFIGURATION

    @cached_property
    def _config(self) -> Config:
        return asv_commands.read_configuration(self.configuration)

    @property
    def results_dir(self) -> Path:
        """Where asv stores results."""
        return self.configuration.resolve().parent / str(self._config.results_dir)

    @property
    def python(self) -> str:
        """The first Python that asv is told to measure with, such as "3.11"."""
        return str(self._config.pythons[0])

    @cached_property
    def machine(self) -> str:
        """The name that asv stores this machine's results under."""
        return asv_commands.machine_name()

    def figures(self, release: str) -> list[Figure]:
        """The stored figures of a release on this machine and Python."""
        stored = results.read(self.results_dir, warn=_tell)
        return results.find(stored, release=release, machine=self.machine, python=self.python)

    def skipped(self, release: str) -> dict[tuple[str, str], str]:
        """Why a release could not run a style, by task and style."""
        found = {}
        for path in sorted((self.results_dir / self.machine).glob(f"{release[:8]}-*.json")):
            if _describes(path, release, self.python):
                for record in journal.read(journal.path_for(path)).values():
                    if "skipped" in record:
                        found[record["task"], record["style"]] = str(record["skipped"])
        return found

    def asv(self, *arguments: str) -> int:
        """Run asv, with its progress on standard error; returns its exit code.

        Its tables, which show every size that was not asked for as n/a, are left out.
        """

        def pass_on(line: str) -> None:
            if line.startswith(PROGRESS) and TABLE not in line:
                click.echo(line, err=True)

        return asv_commands.asv(*arguments, configuration=self.configuration, heard=pass_on)


def sizes(task: str) -> tuple[int, ...]:
    """The numbers of rows that asv's benchmarks measure a task at, smallest first."""
    for benchmarks in vars(memory).values():
        if getattr(benchmarks, "task", None) == task:
            return tuple(sorted(benchmarks.rows))
    return ()


def missing(project: Project, release: str, cells: Iterable[Cell], timed: bool) -> list[Cell]:
    """The cells without a figure for every metric, and which the release is not known to skip.

    An execution that failed counts as missing, and so does one that was measured in another way
    than today's: both are measured again.
    """
    wanted = [*MEMORY_METRICS, *([TIME] if timed else [])]
    stored = {
        (Cell(figure.task, figure.style, figure.rows), figure.metric)
        for figure in project.figures(release)
        if figure.value is not None
    }
    skipped = project.skipped(release)
    return sorted(
        cell
        for cell in cells
        if (cell.task, cell.style) not in skipped
        and any((cell, metric) not in stored for metric in wanted)
    )


def measure(project: Project, release: str, cells: Iterable[Cell], timed: bool = False) -> None:
    """Have asv measure ``cells`` on one release, whatever is stored; with `time_query` if timed.

    A style that fails is stored as failed. Raises UserMistake where asv could measure nothing at
    all, Interruption where Ctrl-C ended it; what it had measured is stored.
    """
    patterns = _patterns(cells, timed)
    if not patterns:
        return
    options = [word for pattern in patterns for word in ("--bench", pattern)]
    code = project.asv("run", release, *options)
    if code not in (0, 2):
        raise UserMistake(
            f"SQLAlchemy {release} could not be measured: see asv's message above;"
            " what was measured before is kept"
        )


def _patterns(cells: Iterable[Cell], timed: bool) -> list[str]:
    """asv's regular expressions for the cells, one for each task and number of rows."""
    styles: dict[tuple[str, int], list[str]] = {}
    for cell in sorted(cells):
        styles.setdefault((cell.task, cell.rows), []).append(cell.style)
    patterns = []
    for (task, rows), names in styles.items():
        memory_class, _ = benchmark_names.build(task, MEMORY_METRICS[0]).rsplit(".", 1)
        time_class, _ = benchmark_names.build(task, TIME).rsplit(".", 1)
        modules = [memory_class, *([time_class] if timed else [])]
        owner = "|".join(re.escape(name) for name in modules)
        patterns.append(rf"^({owner})\.\w+\('({'|'.join(names)})', {rows}\)$")
    return patterns


def _describes(path: Path, release: str, python: str) -> bool:
    """Whether a result file is of this release and Python."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return (stored["commit_hash"], stored["python"]) == (release, python)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _tell(message: str) -> None:
    click.echo(f"Warning: {message}", err=True)
