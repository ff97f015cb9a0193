"""What can be seen of a run while asv is at it: how each process ended, and what is half done."""

import datetime
import itertools
import math
import sys
import time
from collections.abc import Callable
from typing import Any

from asv import runner
from asv.console import log

from suite.journal import ProcessEnd

PROGRESS_SECONDS = 10.0


class Observer:
    """Sees every benchmark process of a run: how it ended, and which benchmark is half done."""

    current: "Observer | None" = None

    def __init__(self) -> None:
        self.ends: list[ProcessEnd] = []
        self._benchmark: dict[str, Any] = {}
        self._done: dict[int, Any] = {}
        self._started = datetime.datetime.now(datetime.UTC)
        self._last_sign = time.monotonic()

    @staticmethod
    def watch(run_one: Callable[..., Any]) -> Callable[..., Any]:
        """Let the current observer see each call of asv's function for one parameter set."""

        def watched(
            benchmark: Any, spawner: Any, param_idx: int, *rest: Any, **options: Any
        ) -> Any:
            result = run_one(benchmark, spawner, param_idx, *rest, **options)
            if Observer.current is not None:
                Observer.current.note(benchmark, param_idx, result)
            return result

        return watched

    def note(self, benchmark: dict[str, Any], index: int, result: Any) -> None:
        """One process has ended."""
        if self._benchmark.get("name") != benchmark["name"]:
            self._benchmark, self._done = benchmark, {}
            self._started = datetime.datetime.now(datetime.UTC)
        self._done[index] = result
        parameters = parameter_sets(benchmark)[index]
        self.ends.append(
            ProcessEnd(
                benchmark["name"], parameters, result.errcode, result.stderr, benchmark["timeout"]
            )
        )
        self._give_sign(benchmark["name"], parameters)

    def add_unfinished(self, result: Any) -> None:
        """Add to asv's results what the benchmark that was interrupted had measured so far."""
        if not self._done:
            return
        count = len(parameter_sets(self._benchmark))
        merged = runner.BenchmarkResult(
            result=[math.nan] * count,
            samples=[None] * count,
            number=[None] * count,
            errcode=0,
            stderr="",
            profile=None,
        )
        for index, done in self._done.items():
            merged.result[index] = done.result[0]
            merged.samples[index] = done.samples[0]
            merged.number[index] = done.number[0]
        result.add_result(
            self._benchmark, merged, started_at=self._started, selected_idx=set(self._done)
        )

    def _give_sign(self, name: str, parameters: tuple[str, ...]) -> None:
        """asv is silent while a benchmark goes through its parameters, which can take minutes."""
        log.dot()
        if not sys.stdout.isatty() and time.monotonic() > self._last_sign + PROGRESS_SECONDS:
            self._last_sign = time.monotonic()
            log.info(f"measured {name}({', '.join(parameters)})")


def parameter_sets(benchmark: dict[str, Any]) -> list[tuple[str, ...]]:
    """The benchmark's combinations of parameters, in asv's order."""
    return list(itertools.product(*benchmark["params"])) or [()]
