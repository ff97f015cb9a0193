"""Net peaks of the suite beside those of a script that uses nothing of it."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks import databases
from fixtures import stores
from fixtures.identity import identity_of
from suite.figures.amounts import MEBIBYTE
from suite.figures.tasks import task_named
from suite.measuring import fixture_files, missing, pool, results
from suite.measuring.environments import Environment
from suite.measuring.fixture_files import Wanted
from suite.project import ROOT, Project
from suite.servers import running
from suite.terminal.errors import UserMistake

SCRIPT = ROOT / "docs" / "evidence" / "outside.py"
TASK = "streaming"
# The script's queries are named as the task's styles that do the same.
QUERIES = ("core_fetchall", "core_iterated", "core_stream", "orm_all", "orm_yield_per")
# How far the two may be apart: a share of the figure, or so many bytes.
SHARE, FLOOR = 0.03, 0.5 * MEBIBYTE


@dataclass(frozen=True)
class Reading:
    """A net peak by the script, and the stored one, None where there is none; both in bytes."""

    database: str
    style: str
    outside: int
    stored: float | None

    @property
    def agrees(self) -> bool:
        """Whether the two are within SHARE or FLOOR of each other."""
        if self.stored is None:
            return False
        return abs(self.stored - self.outside) <= max(SHARE * self.outside, FLOOR)


def measure(project: Project, environment: Environment, rows: int) -> Iterator[Reading]:
    """Run the script for each query on the project's database. Raises UserMistake."""
    stored = {
        figure.style: figure.value
        for figure in results.find(
            missing.figures(project, environment.release),
            task=TASK,
            rows=rows,
            metric="track_peak",
        )
    }
    paths = fixture_files.ensure([Wanted(task_named(TASK).warm_up), Wanted(rows)], pool.tell)
    interpreter = environment.interpreter
    with running.ready(
        project.database, environment.python, interpreter, paths, pool.tell
    ) as ready:
        given = _given(ready.variables, rows)
        variables = {**os.environ, "PYTHONPATH": str(ready.packages or "")}
        for query in QUERIES:
            ended = subprocess.run(
                [interpreter, SCRIPT],
                input=json.dumps({**given, "query": query}),
                env=variables,
                capture_output=True,
                text=True,
                check=False,
            )
            if ended.returncode != 0:
                last = {"failed": " ".join(ended.stderr.strip().splitlines()[-1:])}
                why = ready.without_secret(last)["failed"]
                raise UserMistake(f"{query} on {project.database.name} failed: {why}")
            yield Reading(project.database.name, query, int(ended.stdout), stored.get(query))


def _given(variables: Mapping[str, str], rows: int) -> dict[str, Any]:
    """What the script is told: how to connect, and SQL that enters a schema."""
    found = databases.of(json.loads(variables[databases.VARIABLE]))
    arguments = {
        name: value.decode() if isinstance(value, bytes) else value
        for name, value in found.connect_arguments().items()
        if value
    }
    schema, warm_up = (
        found.take_schema % stores.schema_name(identity_of(size))
        for size in (rows, task_named(TASK).warm_up)
    )
    return {
        "url": found.url(),
        "is_async": found.driver.is_async,
        "arguments": arguments,
        "schema": schema,
        "warm_up": warm_up,
    }
