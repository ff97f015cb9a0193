"""Trying the instruments on functions that hold or leave a known number of bytes."""

import itertools
import json
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from benchmarks.endings import why_it_ended
from benchmarks.instruments.holders import HOLDERS, INSTRUMENTS
from benchmarks.instruments.leaks import LEAKS
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

Task = TypeVar("Task")
Tried = TypeVar("Tried")

HOLDER_LABELS = {name: holder.label for name, holder in HOLDERS.items()}
INSTRUMENT_LABELS = {
    "mark": "net peak",
    "heap": "heap",
    "sampled-1ms": "profiler, 1 ms",
    "sampled-100ms": "profiler, 0.1 s",
}

LEAK_LABELS = {name: leak.label for name, leak in LEAKS.items()}
# What is tried of each: bytes for each execution, and entries for the cache.
LEFT = (100, 1024, 100 * 1024)
LEAK_SIZES = {
    "objects": LEFT,
    "dict": (100, 1024),
    "cache": (20, 50, 500),
    "cycles": (1024, 100 * 1024),
    "tuples": (1024, 100 * 1024),
    "c": (1024, 4096, 100 * 1024),
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


@dataclass(frozen=True)
class LeakTrial:
    """What the instrument said of a leak of ``size``, by figure, and what is true; in bytes."""

    leak: str
    size: int
    truth: dict[str, int]
    measured: dict[str, float]

    def error(self, figure: str) -> float:
        """Measured minus true."""
        return self.measured[figure] - self.truth[figure]


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
    yield from _each(tasks, lambda task: _try(environment, *task))


def leak(environment: Environment, work: Iterable[tuple[str, int]]) -> Iterator[LeakTrial]:
    """Try `growth` on every leak and size, each in a fresh process of ``environment``.

    Yields in the order of ``work``. Raises UserMistake where a process fails.
    """
    yield from _each(work, lambda task: _try_leak(environment, *task))


def leak_cases() -> list[tuple[str, int]]:
    """Every leak with each of its sizes, in the order of the table."""
    return [(name, size) for name, sizes in LEAK_SIZES.items() for size in sizes]


def _each(tasks: Iterable[Task], work: Callable[[Task], Tried]) -> Iterator[Tried]:
    with ThreadPoolExecutor(PROCESSES) as executor:
        try:
            yield from executor.map(work, tasks)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


def _try(environment: Environment, case: Case, instrument: str) -> Trial:
    words = ["holders", case.holder, str(case.size), str(case.duration), instrument]
    what = (
        f"holding {case.size // MEBIBYTE} MiB ({HOLDER_LABELS[case.holder]}) under"
        f" {INSTRUMENT_LABELS[instrument]}"
    )
    said = _said(environment, words, what)
    return Trial(case, instrument, said["truth"], said["measured"])


def _try_leak(environment: Environment, name: str, size: int) -> LeakTrial:
    what = f"leaving {size:,} again and again ({LEAK_LABELS[name]})"
    said = _said(environment, ["leaks", name, str(size)], what)
    return LeakTrial(name, size, said["truth"], said["measured"])


def _said(environment: Environment, words: Sequence[str], what: str) -> dict[str, Any]:
    """What a module of benchmarks.instruments prints. Raises UserMistake, which names ``what``."""
    module, *arguments = words
    try:
        printed = run(environment, ["-m", f"benchmarks.instruments.{module}", *arguments])
        said: dict[str, Any] = json.loads(printed)
    except (subprocess.SubprocessError, ValueError) as error:
        raise UserMistake(f"{what} failed: {_why(error)}") from error
    return said


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
