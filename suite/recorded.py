"""Figures that an execution has recorded already: asv starts no process to hand them on.

One execution gives several metrics, and asv asks for them one by one.
"""

import math
import os
from collections.abc import Callable
from typing import Any

from asv.runner import BenchmarkResult

from benchmarks import records
from suite import benchmark_names
from suite.observer import parameter_sets

# What asv reads or takes in the process that measures.
OWN_PROCESS = ("peakmem_process", "time_query")


def ask_first(run_one: Callable[..., Any]) -> Callable[..., Any]:
    """Let asv's function for one parameter set start a process only where nothing is recorded."""

    def asked(benchmark: dict[str, Any], spawner: Any, param_idx: int, **options: Any) -> Any:
        value = None if options["profile"] else figure(benchmark, param_idx)
        if value is None:
            os.environ[records.METRIC] = benchmark["name"].rpartition(".")[2]
            return run_one(benchmark, spawner, param_idx, **options)
        return BenchmarkResult(
            result=[value], samples=[None], number=[None], errcode=0, stderr="", profile=None
        )

    return asked


def figure(benchmark: dict[str, Any], index: int) -> float | None:
    """What this run has recorded for a benchmark's parameters of this ``index``, in bytes.

    NaN, as in asv, where the release skips the style. None where nothing is recorded, or an
    execution that failed: the process that asv starts then says why.
    """
    named = benchmark_names.parse(benchmark["name"])
    if named is None:
        return None
    style, rows = parameter_sets(benchmark)[index]
    execution = (named.task, benchmark_names.style_name(style), int(rows))
    if "skipped" in (records.read(*execution, "resident") or {}):
        return math.nan
    record = records.read(*execution, named.measures) or {}
    if named.metric in OWN_PROCESS or "instrument" not in record or "failed" in record:
        return None
    value: float = record[records.FIGURES[named.metric][1]]
    return value
