"""What studies have in common: the environment of a release, the data, a batch in view."""

from collections.abc import Iterable, Iterator

from rich.console import Console

from suite.measuring import environments, fixture_files, pool
from suite.measuring.environments import Environment
from suite.measuring.fixture_files import Wanted
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


def seed(wanted: Iterable[Wanted], console: Console) -> None:
    """Build the fixtures that are missing, in view of a person. Raises UserMistake."""
    for each in wanted:
        with progress.progress_of(console, f"Seeding {each.words}") as show:
            fixture_files.ensure([each], lambda line: None, show)


def measure(batch: Batch, work: str, console: Console) -> Iterator[Outcome]:
    """Measure a batch in view of a person: its data first. Raises UserMistake."""
    seed(fixture_files.of_units(batch.units), console)
    with progress.steps_of(console, work, len(batch.units)) as step:
        for outcome in pool.measure(batch):
            step()
            yield outcome
