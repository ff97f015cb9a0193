"""What asv's pages show of its benchmarks: those that were measured, by their labels."""

import re
from html import escape
from typing import Any

from suite.figures import tasks
from suite.measuring import names

# asv's pages put a benchmark's name into their HTML.
_PLAIN = re.compile(r"[\w.-]+")


def leave_out_unmeasured(benchmarks: dict[str, Any], graphs: Any) -> None:
    """Take out what no release was measured of, which asv would show as an empty tile.

    asv calls its publishers with all benchmarks that it knows, before it writes its index.
    """
    for name in list(benchmarks):
        measured = any(graph.get_data() for graph in graphs.get_graph_group(name))
        if not measured or not _PLAIN.fullmatch(name):
            del benchmarks[name]


def put_in_place_of_names(benchmarks: dict[str, dict[str, Any]]) -> None:
    """Let asv's pages show each style's label, and each benchmark's task and metric.

    asv writes these dicts into its index after the graphs are made; a graph's values go by
    position, so only what is shown changes.
    """
    for name, benchmark in benchmarks.items():
        _make_text(benchmark)
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


def _make_text(benchmark: dict[str, Any]) -> None:
    """Escape what asv's pages show as HTML. Parameters are shown as text."""
    for key in ("code", "pretty_name", "unit"):
        if benchmark.get(key) is not None:
            benchmark[key] = escape(str(benchmark[key]))
    benchmark["param_names"] = [escape(str(name)) for name in benchmark["param_names"]]
