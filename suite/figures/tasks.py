"""The tasks and styles of benchmarks/, as plain data for tables and pages."""

import ast
import difflib
import inspect
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks import registry
from benchmarks.metrics import REPEATING
from suite.project import ROOT
from suite.terminal.errors import UserMistake

# What is measured and shown where nobody names a task: the article's.
FIRST_TASK = "bounced_addresses"

# What an upgrade is checked by where nobody names a task: a query of each kind.
KINDS = {
    "reading": FIRST_TASK,
    "repeating": "requests",
    "writing": "insert",
    "eager loading": "two_collections",
}


@dataclass(frozen=True)
class Style:
    """One way of answering a task; ``label`` is its one-line docstring.

    ``gives`` is one of benchmarks.registry.GIVEN. ``code`` is the body of its function, without the
    docstring; it stands in ``file`` of the project from ``line`` on.
    """

    name: str
    label: str
    since: str | None
    gives: str
    code: str
    file: str
    line: int


@dataclass(frozen=True)
class Task:
    """A question, with its styles in the order of graphs and tables, and the sizes in rows.

    The rows are those of a ``dataset`` of fixtures/; ``repeated`` are those at which it is run
    again and again, for its growth, and ``warm_up`` those of the run before a measurement.
    """

    name: str
    question: str
    styles: dict[str, Style]
    rows: tuple[int, ...]
    dataset: str
    repeated: int
    warm_up: int

    def sizes(self, instrument: str) -> tuple[int, ...]:
        """The numbers of rows at which an instrument measures it."""
        return (self.repeated,) if instrument == REPEATING else self.rows

    @property
    def words(self) -> str:
        """Its name as words."""
        return self.name.replace("_", " ")

    def label(self, style: str) -> str:
        """The style's label; its name where the style is no longer in the catalogue."""
        return self.styles[style].label if style in self.styles else style


@cache
def tasks() -> dict[str, Task]:
    """Every task by its name, in the order of pages and tables."""
    loaded = (registry.load(name) for name in registry.task_names())
    return {
        task.name: Task(
            task.name,
            task.question,
            {style.name: _style(style) for style in task.styles.values()},
            task.rows,
            task.dataset,
            task.repeated,
            task.warm_up,
        )
        for task in loaded
    }


def _style(style: registry.Style) -> Style:
    lines, line = inspect.getsourcelines(style.function)
    (function,) = ast.parse(textwrap.dedent("".join(lines))).body
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    is_documented = ast.get_docstring(function) is not None
    body = lines[function.body[is_documented].lineno - 1 :]
    return Style(
        style.name,
        style.label,
        style.since,
        style.gives,
        textwrap.dedent("".join(body)).rstrip(),
        Path(inspect.getfile(style.function)).relative_to(ROOT).as_posix(),
        line,
    )


def task_named(name: str) -> Task:
    """The task of this name. Raises UserMistake."""
    known = tasks()
    if name not in known:
        raise UserMistake(f'"{name}" is no task{suggestion(name, known)}')
    return known[name]


def styles_named(text: str, among: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """The (task, style) pairs that TASK.STYLE, or STYLE in any of the tasks ``among``, means.

    Without ``among``, a bare STYLE is one of the first task. Raises UserMistake.
    """
    task_name, _, style = text.rpartition(".")
    chosen = [task_named(name) for name in ([task_name] if task_name else among or [FIRST_TASK])]
    found = [(task.name, style) for task in chosen if style in task.styles]
    if not found:
        known = [name for task in chosen for name in task.styles]
        where = f" of {chosen[0].name}" if len(chosen) == 1 else ""
        raise UserMistake(
            f'"{style}" is no style{where}{suggestion(style, known)};'
            " styles of other tasks are named TASK.STYLE"
        )
    return found


def suggestion(name: str, known: Iterable[str]) -> str:
    """What to add to a message about an unknown name: the nearest known one, or all of them."""
    known = sorted(set(known))
    close = difflib.get_close_matches(name, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else f": {', '.join(known)}"
