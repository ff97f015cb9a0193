"""What asv's pages call things: labels in the place of names."""

from typing import Any

from suite import benchmark_names, styles, units


def put_in_place_of_names(benchmarks: dict[str, dict[str, Any]]) -> None:
    """Let asv's pages show each style's label, and each benchmark's task and metric.

    asv writes these dicts into its index after the graphs are made; a graph's values go by
    position, so only what is shown changes.
    """
    for name, benchmark in benchmarks.items():
        parsed = benchmark_names.parse(name)
        if parsed is None or len(benchmark["params"]) != 2:
            continue
        benchmark["pretty_name"] = f"{task_label(parsed.task)}, {metric_label(parsed.metric)}"
        task = styles.tasks().get(parsed.task)
        if task is not None:
            names = benchmark["params"][0]
            benchmark["params"][0] = [
                task.label(benchmark_names.style_name(value)) for value in names
            ]


def task_label(task: str) -> str:
    """A task's name as words."""
    return task.replace("_", " ")


def metric_label(metric: str) -> str:
    """A metric's name as people read it."""
    return units.METRIC_NAMES.get(metric, metric)
