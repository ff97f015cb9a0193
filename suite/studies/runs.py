"""What studies have in common: the environment of a release, the data, a batch in view."""

from collections.abc import Iterator

from rich.console import Console

from fixtures import cache
from suite.measuring import environments, pool
from suite.measuring.environments import Environment
from suite.measuring.pool import Batch
from suite.measuring.processes import Outcome
from suite.project import CONFIGURATION, HISTORY_CONFIGURATION, Project
from suite.releases.catalogue import Release
from suite.terminal import progress

HISTORY = Project(HISTORY_CONFIGURATION)
PROJECTS = (Project(CONFIGURATION), HISTORY)


def default_python(release: Release) -> str:
    """The Python that asv measures the release on: of the main configuration, or of the history."""
    pythons = [python for project in PROJECTS for python in project.pythons]
    return next((python for python in pythons if release.supports(python)), pythons[0])


def environment(
    release: Release, python: str | None, console: Console, project: Project | None = None
) -> Environment:
    """The environment of a release, on its default Python where none is named.

    Raises UserMistake.
    """
    chosen = python or default_python(release)
    return environments.for_release(release.version, chosen, console.print, project)


def seed(rows: int, console: Console) -> None:
    """Build the fixture where it is missing, in view of a person. Raises UserMistake."""

    def ensure(rows: int) -> None:
        with progress.progress_of(console, f"Seeding {rows:,} bounced addresses") as show:
            cache.ensure(rows, progress=show)

    pool.ensure_fixtures([rows], ensure)


def measure(batch: Batch, work: str, console: Console) -> Iterator[Outcome]:
    """Measure a batch in view of a person: its data first. Raises UserMistake."""
    for rows in sorted({unit.rows for unit in batch.units}):
        seed(rows, console)
    with progress.steps_of(console, work, len(batch.units)) as step:
        for outcome in pool.measure(batch):
            step()
            yield outcome
