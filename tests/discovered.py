"""Lists what asv would never run, a line each: ``python -m tests.discovered`` in a project's root.

asv finds benchmarks by their names, and passes over a misspelt one in silence.
"""

import ast
import inspect
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from asv_runner.discovery import disc_benchmarks

from benchmarks import catalogue
from benchmarks.records import FIGURES
from suite import benchmark_names

BENCHMARKS = Path("benchmarks")
# The methods that asv calls around a benchmark.
AROUND = {"setup", "setup_cache", "teardown"}


def problems() -> Iterator[str]:
    """Everything that has the look of a benchmark or a style and would not be run."""
    # What only one script needs is not installed here; asv itself stops at a failed import.
    discovered = disc_benchmarks("benchmarks", ignore_import_errors=True)
    found = {benchmark.name: benchmark for benchmark in discovered}
    yield from _unlisted_tasks()
    for task in catalogue.TASKS:
        module = import_module(f"benchmarks.{task}")
        yield from _wrong_styles(task, module)
        for metric in FIGURES:
            yield from _unmeasured_styles(found, module.task, metric)
    yield from _unseen_methods(set(found))


def _unlisted_tasks() -> Iterator[str]:
    """Modules that make a task, against the catalogue."""
    made = {path.stem for path in BENCHMARKS.glob("*.py") if "\ntask = Task(" in path.read_text()}
    for name in sorted(made ^ set(catalogue.TASKS)):
        yield f"{name}: a task is in benchmarks/{name}.py or in catalogue.TASKS, but not in both"


def _wrong_styles(task: str, module: ModuleType) -> Iterator[str]:
    """Functions of a task's module that no decorator has registered, or another has replaced."""
    if module.task.name != task:
        yield f"{task}: its task is called {module.task.name}"
    tree = ast.parse((BENCHMARKS / f"{task}.py").read_text())
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    for name, times in Counter(defined).items():
        if times > 1:
            yield f"{task}.{name}: is defined {times} times"
        if not name.startswith("_") and name not in module.task.styles:
            yield f"{task}.{name}: is public and not a style"


def _unmeasured_styles(found: dict[str, Any], task: Any, metric: str) -> Iterator[str]:
    """A metric's benchmark runs exactly the styles of its task, in their order."""
    name = benchmark_names.build(task.name, metric)
    if name not in found:
        yield f"{name}: asv finds no such benchmark"
    elif found[name]._params[0] != list(task.styles):
        yield f"{name}: its first parameter is not the list of the task's styles"


def _unseen_methods(found: set[str]) -> Iterator[str]:
    """Public methods of benchmark classes that nobody calls: neither asv, nor this project."""
    sources = "".join(path.read_text() for path in BENCHMARKS.glob("*.py"))
    with_benchmarks = {name.rpartition(".")[0] for name in found}
    for module in ("memory", "timing"):
        classes = inspect.getmembers(sys.modules[f"benchmarks.{module}"], inspect.isclass)
        with_benchmarks.update(f"{module}.{name}" for name, _ in classes)
    for prefix in sorted(with_benchmarks):
        module, _, name = prefix.rpartition(".")
        if not module:  # a function
            continue
        cls = getattr(sys.modules[f"benchmarks.{module}"], name)
        for method, _ in inspect.getmembers(cls, inspect.isfunction):
            helps = method.startswith("_") or method in AROUND or f".{method}(" in sources
            if not helps and f"{prefix}.{method}" not in found:
                yield f"{prefix}.{method}: asv knows no benchmark of that kind"


if __name__ == "__main__":
    lines = list(problems())
    print("\n".join(lines))
    sys.exit(bool(lines))
