"""Lists what asv would never run, a line each: ``python -m tests.inside.discovered``.

Run in a project's root. asv finds benchmarks by their names, and passes over a misspelt one in
silence.
"""

import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from asv_runner.discovery import disc_benchmarks

from benchmarks import declared, registry
from benchmarks.metrics import METRICS
from suite.measuring import names

# The methods that asv calls around a benchmark.
AROUND = {"setup", "setup_cache", "teardown"}


def problems() -> Iterator[str]:
    """Everything that has the look of a benchmark or a style and would not be run."""
    # What only one instrument needs is not installed here; asv itself stops at a failed import.
    discovered = disc_benchmarks("benchmarks", ignore_import_errors=True)
    found = {benchmark.name: benchmark for benchmark in discovered}
    for task in registry.task_names():
        module = import_module(f"benchmarks.tasks.{task}")
        yield from _wrong_styles(task, module)
        for metric in METRICS:
            name = names.build(task, metric.name)
            if name not in found:
                yield f"{name}: asv finds no such benchmark"
            elif found[name]._params != [
                list(module.task.styles),
                list(module.task.sizes(metric.instrument)),
            ]:
                yield f"{name}: its parameters are not the task's styles and sizes"
    yield from _unseen_methods(set(found))


def _wrong_styles(task: str, module: ModuleType) -> Iterator[str]:
    """Functions of a task's module that no decorator has registered."""
    if module.task.name != task:
        yield f"{task}: its task is called {module.task.name}"
    for name, function in inspect.getmembers(module, inspect.isfunction):
        own = function.__module__ == module.__name__ and not name.startswith("_")
        if own and name not in module.task.styles:
            yield f"{task}.{name}: is public and not a style"


def _unseen_methods(found: set[str]) -> Iterator[str]:
    """Public methods of benchmark classes that asv does not know."""
    classes = {name.rpartition(".")[0] for name in found}
    for prefix in sorted(classes):
        module, _, name = prefix.rpartition(".")
        owner = getattr(sys.modules[f"benchmarks.{module}"], name)
        for method, _ in inspect.getmembers(owner, inspect.isfunction):
            helps = method.startswith("_") or method in AROUND or method == "step"
            if not helps and f"{prefix}.{method}" not in found:
                yield f"{prefix}.{method}: asv knows no benchmark of that kind"
    for method, _ in inspect.getmembers(declared.DeclaredStyles, inspect.isfunction):
        known = {metric.name for metric in METRICS} | AROUND
        if not method.startswith("_") and method not in known:
            yield f"DeclaredStyles.{method}: no metric is called so"


if __name__ == "__main__":
    lines = list(problems())
    print("\n".join(lines))
    sys.exit(bool(lines))
