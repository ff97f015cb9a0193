"""Trying the instruments on functions that hold a known number of bytes for a known time."""

import itertools
import json
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.endings import why_it_ended
from benchmarks.instruments.holders import HOLDERS, INSTRUMENTS
from suite.figures.amounts import MEBIBYTE
from suite.measuring.environments import Environment
from suite.measuring.surroundings import Surroundings
from suite.project import ROOT
from suite.terminal.errors import UserMistake

SIZES = tuple(size * MEBIBYTE for size in (1, 5, 50, 500))
DURATIONS = (0.001, 0.02, 0.2)
# Two processes of the largest size fit into a small machine; tracemalloc needs half as much again.
PROCESSES = 2
TIMEOUT = 600.0

HOLDER_LABELS = {name: holder.label for name, holder in HOLDERS.items()}
INSTRUMENT_LABELS = {
    "mark": "net peak",
    "heap": "heap",
    "sampled-1ms": "profiler, 1 ms",
    "sampled-100ms": "profiler, 0.1 s",
}


@dataclass(frozen=True)
class Case:
    """What is held: ``size`` in bytes, for ``duration`` seconds."""

    holder: str
    size: int
    duration: float


@dataclass(frozen=True)
class Trial:
    """What one instrument said of a case, in a fresh process, and what is true; both in bytes."""

    case: Case
    instrument: str
    truth: int
    measured: int

    @property
    def error(self) -> int:
        """Measured minus true."""
        return self.measured - self.truth


def cases(
    holders: Iterable[str] = tuple(HOLDERS),
    sizes: Iterable[int] = SIZES,
    durations: Iterable[float] = DURATIONS,
) -> list[Case]:
    """Every combination, in the order of the table."""
    return [Case(*combination) for combination in itertools.product(holders, sizes, durations)]


def measure(
    environment: Environment, work: Iterable[Case], instruments: Iterable[str] = tuple(INSTRUMENTS)
) -> Iterator[Trial]:
    """Try every instrument on every case, each in a fresh process of ``environment``.

    Yields in the order of ``work``. Raises UserMistake where a process fails, as it does on a
    machine without the kernel's mark or with too little memory.
    """
    tasks = list(itertools.product(work, instruments))
    with ThreadPoolExecutor(PROCESSES) as executor:
        try:
            yield from executor.map(lambda task: _try(environment, *task), tasks)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


def _try(environment: Environment, case: Case, instrument: str) -> Trial:
    words = [case.holder, str(case.size), str(case.duration), instrument]
    try:
        said = json.loads(run(environment, ["-m", "benchmarks.instruments.holders", *words]))
    except (subprocess.SubprocessError, ValueError) as error:
        raise UserMistake(
            f"holding {case.size // MEBIBYTE} MiB ({HOLDER_LABELS[case.holder]}) under"
            f" {INSTRUMENT_LABELS[instrument]} failed: {_why(error)}"
        ) from error
    return Trial(case, instrument, said["truth"], said["measured"])


def run(environment: Environment, arguments: Sequence[str]) -> str:
    """What the environment's Python prints, started as what measures is, without a task.

    Raises subprocess.SubprocessError where it fails or takes too long.
    """
    with Surroundings(environment.folder, ROOT) as surrounded:
        ended = subprocess.run(
            surrounded.command(*arguments),
            cwd=surrounded.folder,
            env=surrounded.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
            check=True,
        )
    return ended.stdout


def _why(error: Exception) -> str:
    if not isinstance(error, subprocess.CalledProcessError):
        return str(error)
    lines = error.stderr.strip().splitlines()
    return lines[-1] if lines else str(why_it_ended(error.returncode))
