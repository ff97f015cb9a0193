"""The names of a task's styles, read from its source.

A task's module imports SQLAlchemy, for which asv's processes should not wait: one that measures
first starts the other execution beside it, and one that only hands on a figure never needs it.
"""

import ast
import os


def style_names(task):
    """Names of the functions under ``@task.style(...)`` in a task's module, in order."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), task + ".py")
    with open(path, encoding="utf-8") as source:
        tree = ast.parse(source.read(), path)
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and any(map(_registers, node.decorator_list))
    ]


def _registers(decorator):
    """Whether a decorator is a call of some task's ``style``."""
    return isinstance(decorator, ast.Call) and getattr(decorator.func, "attr", None) == "style"
