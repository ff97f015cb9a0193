"""What the name of an asv benchmark says: ``memory.BouncedAddresses.track_peak``."""

import re
from dataclasses import dataclass

from benchmarks.records import FIGURES

MODULES = {"peakmem_process": "memory", "time_query": "timing"}


@dataclass(frozen=True)
class BenchmarkName:
    """A task's metric, and the execution that it comes from."""

    task: str
    metric: str
    measures: str


def parse(benchmark: str) -> BenchmarkName | None:
    """The task and metric of a benchmark; None for one that does not measure a style."""
    parts = benchmark.split(".")
    if len(parts) != 3 or parts[2] not in FIGURES:
        return None
    task = re.sub(r"(?<!^)(?=[A-Z])", "_", parts[1]).lower()
    return BenchmarkName(task, parts[2], FIGURES[parts[2]][0])


def build(task: str, metric: str) -> str:
    """The name that asv knows a task's metric by."""
    module = MODULES.get(metric, "memory")
    return f"{module}.{''.join(word.capitalize() for word in task.split('_'))}.{metric}"
