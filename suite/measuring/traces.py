"""Resident memory over time while a style ran, as stored: records of the instrument "trace"."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from suite.figures.identity import Platform
from suite.measuring import results, sound, store
from suite.measuring.sound import UNREADABLE, UnreadableError

INSTRUMENT = "trace"


@dataclass(frozen=True)
class Trace:
    """One run. ``samples`` are (seconds since the query began, bytes more than before it).

    ``answered`` is the second at which the style returned its answer, ``measured`` the day.
    """

    platform: Platform
    release: str
    task: str
    style: str
    rows: int
    answered: float
    measured: str
    samples: list[tuple[float, int]]

    @property
    def python(self) -> str:
        """The Python that ran it, such as "3.11"."""
        return self.platform.python


def read(results_dir: Path, warn: Callable[[str], None] = lambda message: None) -> list[Trace]:
    """The traces of all machines; ``warn`` is told of files that can't be read."""
    found: list[Trace] = []
    for path in sorted(results_dir.glob("*/*.records")):
        try:
            found.extend(_traces(path))
        except UnreadableError as error:
            warn(error.passed_over)
        except UNREADABLE as error:
            warn(UnreadableError(path, error).passed_over)
    return found


def _traces(path: Path) -> Iterator[Trace]:
    records = store.load_records(path)
    traced = {
        unit: record
        for unit, record in records.items()
        if unit.instrument == INSTRUMENT and "samples" in record
    }
    if not traced:
        return
    # Which release and Python ran is written in asv's own file of the same name.
    stored = sound.load(path.with_suffix(".json"))
    platform = results.platform_of(stored)
    for unit, record in traced.items():
        yield Trace(
            platform,
            stored.commit_hash,
            unit.task,
            unit.style,
            unit.rows,
            float(record["answered"]),
            record["measured"][: len("2026-12-31")],
            [(float(seconds), int(size)) for seconds, size in record["samples"]],
        )
