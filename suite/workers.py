"""One unit of work in a release's environment: a fresh process that measures once and ends.

The same ``benchmarks.unit`` that asv's processes run, started without asv.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import records
from fixtures import cache
from fixtures.errors import FixtureError
from suite import measuring_environment
from suite.environments import Environment
from suite.errors import UserMistake
from suite.journal import TIMED_OUT, ProcessEnd

SKIPPED = 3  # exit code of benchmarks.__main__
TIMEOUT = 600.0
WARM_UP_ROWS = 1  # of benchmarks.starting_point, which imports SQLAlchemy


@dataclass(frozen=True)
class Unit:
    """What to measure: ``measures`` is "resident", "heap" or "time"."""

    task: str
    style: str
    rows: int
    measures: str


@dataclass(frozen=True)
class Outcome:
    """What a unit of work gave: its record, or why there is none."""

    unit: Unit
    record: dict[str, Any] = field(default_factory=dict)
    failed: str | None = None
    skipped: str | None = None

    def figure(self, metric: str) -> float | None:
        """The value of a metric (bytes, or seconds), None where this unit does not give it."""
        measures, name = records.FIGURES[metric]
        if self.failed or measures != self.unit.measures:
            return None
        value = self.record.get(name)
        return None if value is None else float(value)


def measure(
    environment: Environment,
    unit: Unit,
    timeout: float = TIMEOUT,
    variables: Mapping[str, str] | None = None,
) -> Outcome:
    """Run ``unit`` in a fresh process of the release's environment, ``timeout`` in seconds.

    Never raises for what the style does: an Outcome says that it ran out of memory, raised, crashed
    or timed out. ``variables`` are added to its environment. Raises UserMistake where the fixture
    can't be built.
    """
    ensure_fixtures(unit.rows)
    with tempfile.TemporaryDirectory(prefix="sqlalchemy-asv-") as folder:
        command = [str(environment.interpreter), "-m", "benchmarks"]
        arguments = [unit.task, unit.style, str(unit.rows), unit.measures]
        code, output = run(command + arguments, Path(folder), timeout, variables)
        if code == SKIPPED:
            return Outcome(unit, skipped=_last_line(output).removeprefix("skipped: "))
        record = _record(Path(folder), unit)
    if "failed" in record:
        return Outcome(unit, record, failed=record["failed"])
    end = ProcessEnd("", (), code, output, timeout)
    return Outcome(unit, record, failed=end.reason)


def ensure_fixtures(rows: int) -> None:
    """Build what a measurement at ``rows`` needs: a process that builds is larger than others."""
    try:
        for size in (WARM_UP_ROWS, rows):
            cache.ensure(size)
    except FixtureError as error:
        raise UserMistake(str(error)) from error


def run(
    command: list[str],
    folder: Path,
    timeout: float = TIMEOUT,
    variables: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Run a measuring process in ``folder`` as asv's are run: hash seed and addresses fixed.

    Returns its exit code (journal.TIMED_OUT where it had to be killed) and what it wrote to
    standard error. Its standard output goes to ``folder/"output"``.
    """
    environment = {**os.environ, **(variables or {})}
    measuring_environment.set_variables(environment)
    measuring_environment.fix_addresses()
    environment[records.FOLDER] = str(folder)
    environment["PYTHONPATH"] = records.project_root()
    with (folder / "output").open("w") as output:
        try:
            ended = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return TIMED_OUT, ""
    return ended.returncode, ended.stderr


def _record(folder: Path, unit: Unit) -> dict[str, Any]:
    name = records.file_name(unit.task, unit.style, unit.rows, unit.measures)
    try:
        record: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else ""
