"""What asv's pages call things: labels in the place of names."""

from typing import Any

from suite.figures import tasks
from suite.measuring import names


def put_in_place_of_names(benchmarks: dict[str, dict[str, Any]]) -> None:
    """Let asv's pages show each style's label, and each benchmark's task and metric.

    asv writes these dicts into its index after the graphs are made; a graph's values go by
    position, so only what is shown changes.
    """
    for name, benchmark in benchmarks.items():
        parsed = names.parse(name)
        if parsed is None or len(benchmark["params"]) != 2:
            continue
        benchmark["pretty_name"] = f"{task_label(parsed.task)}, {parsed.metric.label}"
        task = tasks.tasks().get(parsed.task)
        if task is not None:
            styles = map(names.style_name, benchmark["params"][0])
            benchmark["params"][0] = [task.label(style) for style in styles]


def task_label(task: str) -> str:
    """A task's name as words; results can hold one that is no longer in the catalogue."""
    return task.replace("_", " ")
