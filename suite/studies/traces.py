"""Watching resident memory over time while a style runs."""

from collections.abc import Iterable, Iterator

from rich.console import Console

from suite.measuring import store
from suite.measuring.environments import Environment
from suite.measuring.pool import Batch
from suite.measuring.processes import Outcome, Unit
from suite.project import Project
from suite.studies import runs


def measure(
    project: Project, environment: Environment, units: Iterable[Unit], console: Console
) -> Iterator[Outcome]:
    """Trace units in view of a person; each outcome is stored, and yielded as it comes.

    Raises UserMistake.
    """
    batch = Batch(environment, tuple(units), project.database)
    place = store.place_of(project, environment.release, environment.python)
    with store.claimed(project), store.keeping(place) as run:
        for outcome in runs.measure(batch, f"SQLAlchemy {environment.release}", console):
            run.keep(outcome)
            yield outcome
