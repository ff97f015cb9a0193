"""What the name of an asv benchmark says: ``memory.BouncedAddresses.track_peak``."""

import re
from dataclasses import dataclass

from benchmarks import metrics
from benchmarks.records import FIGURES

TIMED = "time_query"


@dataclass(frozen=True)
class BenchmarkName:
    """A task's metric, and the execution that it comes from."""

    task: str
    metric: str
    measures: str


def parse(benchmark: str) -> BenchmarkName | None:
    """The task and metric of a benchmark; None for one that does not measure a style."""
    module, _, name = benchmark.partition(".")
    group, _, metric = name.partition(".")
    if metric not in FIGURES or module != _module(metric):
        return None
    task = re.sub(r"(?<!^)(?=[A-Z])", "_", group).lower()
    return BenchmarkName(task, metric, FIGURES[metric][0])


def style_name(parameter: str) -> str:
    """The style that a parameter names, which asv writes as Python does: with quotes."""
    return parameter.strip("'\"")


def build(task: str, metric: str) -> str:
    """The name that asv knows a task's metric by."""
    group = "".join(word.capitalize() for word in task.split("_"))
    return f"{_module(metric)}.{group}.{metric}"


def version(metric: str) -> str:
    """The version of a metric's benchmark: asv stores it, and compares none with another."""
    owner = metrics.Time if metric == TIMED else metrics.Memory
    current: str = getattr(owner, metric).version
    return current


def _module(metric: str) -> str:
    """The module of benchmarks/ that measures a metric of every style."""
    return "timing" if metric == TIMED else "memory"
