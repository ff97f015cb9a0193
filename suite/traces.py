"""Resident memory over time while a style runs: measured beside asv, stored beside its results.

``results/<machine>/<release>-py<python>.traces`` is JSON; asv reads ``*.json`` only, and leaves it
alone.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from suite import workers
from suite.environments import Environment
from suite.journal import ProcessEnd

FORMAT = 1
SUFFIX = ".traces"


@dataclass(frozen=True)
class Trace:
    """One run. ``samples`` are (seconds since the query began, bytes more than before it).

    ``answered`` is the second at which the style returned its answer, ``measured`` the day.
    """

    release: str
    python: str
    task: str
    style: str
    rows: int
    answered: float
    measured: str
    samples: list[tuple[float, int]]


class NoTraceError(Exception):
    """The style gave no trace; the message says why."""


def measure(environment: Environment, task: str, style: str, rows: int) -> Trace | None:
    """Trace one style in a fresh process; None where the release can't run it.

    Raises NoTraceError where it fails.
    """
    command = [str(environment.interpreter), "-m", "benchmarks.trace", task, style, str(rows)]
    with tempfile.TemporaryDirectory(prefix="sqlalchemy-asv-") as name:
        folder = Path(name)
        code, errors = workers.run(command, folder)
        if code == workers.SKIPPED:
            return None
        try:
            traced = json.loads((folder / "output").read_text(encoding="utf-8"))
        except ValueError:
            reason = ProcessEnd("", (), code, errors, workers.TIMEOUT).reason
            raise NoTraceError(reason or "no trace was printed") from None
    samples = [(float(seconds), int(size)) for seconds, size in traced["samples"]]
    return Trace(
        release=environment.release,
        python=environment.python,
        task=task,
        style=style,
        rows=rows,
        answered=float(traced["answered"]),
        measured=f"{datetime.now(UTC):%Y-%m-%d}",
        samples=samples,
    )


def store(folder: Path, traces: list[Trace]) -> Path:
    """Put one release's traces beside a machine's results; replaces those of the same runs."""
    first = traces[0]
    path = folder / f"{first.release}-py{first.python}{SUFFIX}"
    kept = {_key(trace): trace for trace in _read_if_sound(path)}
    kept |= {_key(trace): trace for trace in traces}
    stored = {"format": FORMAT, "traces": [asdict(kept[key]) for key in sorted(kept)]}
    folder.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(stored, separators=(",", ":")), encoding="utf-8")
    new.replace(path)
    return path


def read(folder: Path, warn: Callable[[str], None] = lambda message: None) -> list[Trace]:
    """A machine's traces; ``warn`` is told of damaged files, which are passed over."""
    found: list[Trace] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            found.extend(_load(path))
        except (OSError, ValueError, KeyError, TypeError) as error:
            warn(f"{path}: not a file of traces, passed over ({error})")
    return found


def _read_if_sound(path: Path) -> list[Trace]:
    try:
        return list(_load(path))
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _load(path: Path) -> Iterator[Trace]:
    stored = json.loads(path.read_text(encoding="utf-8"))
    if stored["format"] != FORMAT:
        raise ValueError(f"format {stored['format']}, not {FORMAT}")
    for trace in stored["traces"]:
        samples = [(float(seconds), int(size)) for seconds, size in trace["samples"]]
        yield Trace(**{**trace, "samples": samples})


def _key(trace: Trace) -> tuple[Any, ...]:
    return trace.task, trace.style, trace.rows
