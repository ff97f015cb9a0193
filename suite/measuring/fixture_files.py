"""The fixtures that a measurement needs: built before it, as a measuring process builds none."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from fixtures import cache
from fixtures.errors import FixtureError
from fixtures.identity import DEFAULT, dataset_named
from suite.figures.tasks import tasks
from suite.measuring.processes import Unit
from suite.terminal.errors import UserMistake

# So few rows are built before anybody could read of it.
AT_ONCE = 20


@dataclass(frozen=True, order=True)
class Wanted:
    """A fixture: a number of rows of a dataset of fixtures/."""

    rows: int
    dataset: str = DEFAULT

    @property
    def path(self) -> Path:
        """Where it belongs in the cache."""
        return Path(cache.path_for(self.rows, dataset=self.dataset))

    @property
    def words(self) -> str:
        """It in words: "1,000 bounced addresses"."""
        return f"{self.rows:,} {dataset_named(self.dataset).ROWS_ARE}"


def of_units(units: Iterable[Unit]) -> list[Wanted]:
    """What the units need, and what their warm-up does."""
    known = tasks()
    found = set()
    for unit in units:
        task = known.get(unit.task)
        dataset, warm_up = (task.dataset, task.warm_up) if task else (DEFAULT, 1)
        found |= {Wanted(unit.rows, dataset), Wanted(warm_up, dataset)}
    return sorted(found)


def ensure(
    wanted: Iterable[Wanted],
    say: Callable[[str], None],
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Build those that are missing, and tell where all are; ``say`` is told of what is built.

    ``progress`` is called with rows done and in all. Raises UserMistake.
    """
    paths = []
    try:
        for each in wanted:
            if cache.find(each.rows, dataset=each.dataset) is None and each.rows > AT_ONCE:
                say(f"Seeding {each.words} ...")
            paths.append(Path(cache.ensure(each.rows, progress=progress, dataset=each.dataset)))
    except FixtureError as error:
        raise UserMistake(str(error)) from error
    return paths
