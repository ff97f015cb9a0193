"""The tasks and styles of benchmarks/, as plain data for tables and pages."""

import ast
import difflib
import inspect
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from benchmarks import registry
from benchmarks.metrics import REPEATING
from suite.terminal.errors import UserMistake

# What is measured and shown where nobody names a task: the article's.
FIRST_TASK = "bounced_addresses"
# And what is taken for what somebody writes: the article's style.
FIRST_STYLE = "full_entity"

# What an upgrade is checked by where nobody names a task: a query of each kind.
KINDS = {
    "reading": FIRST_TASK,
    "repeating": "requests",
    "writing": "insert",
    "eager loading": "two_collections",
}


# What the styles of a kind are for: those that read, and those that write.
_HEADINGS = {
    registry.OBJECTS: ("you need objects", "with objects"),
    registry.VALUES: ("you need values", "with values"),
    registry.DBAPI: ("without SQLAlchemy", "without SQLAlchemy"),
}


def heading(gives: str | None, writes: bool) -> str:
    """What tables say above the styles that give this; None is what the catalogue lacks today."""
    return _HEADINGS[gives][writes] if gives else "no longer in the catalogue"


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
    writes: bool

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
            task.writes,
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
        # Not its path: asv can be told of a copy of benchmarks/ elsewhere.
        f"{style.function.__module__.replace('.', '/')}.py",
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

    STYLE is the style's name or its label. Without ``among``, a bare STYLE is one of the first
    task, or of the only one that has such a label. Raises UserMistake.
    """
    task_name, style = _parted(text)
    chosen = [task_named(name) for name in ([task_name] if task_name else among or [FIRST_TASK])]
    found = _labelled(style, chosen)
    if not found and not task_name and not among:
        found = _labelled(style, tasks().values())
        if len(found) > 1:
            keys = " or ".join(".".join(pair) for pair in found)
            raise UserMistake(f'several tasks have a style "{style}": write {keys}')
    found = found or [(task.name, style) for task in chosen if style in task.styles]
    if not found:
        known = [name for task in chosen for name in task.styles]
        where = f" of {chosen[0].name}" if len(chosen) == 1 else ""
        raise UserMistake(
            f'"{style}" is no style{where}{suggestion(style, known)};'
            " styles of other tasks are named TASK.STYLE"
        )
    return found


def _parted(text: str) -> tuple[str, str]:
    """The task, which may be "", and the style; the labels of styles hold dots too."""
    head, dot, rest = text.partition(".")
    if dot and head in tasks():
        return head, rest
    if all(part.isidentifier() for part in text.split(".")):
        head, _, rest = text.rpartition(".")
        return head, rest
    return "", text


def _labelled(label: str, among: Iterable[Task]) -> list[tuple[str, str]]:
    wanted = " ".join(label.lower().split())
    return [
        (task.name, style.name)
        for task in among
        for style in task.styles.values()
        if style.label.lower() == wanted
    ]


def suggestion(name: str, known: Iterable[str]) -> str:
    """What to add to a message about an unknown name: the nearest known one, or all of them."""
    known = sorted(set(known))
    close = difflib.get_close_matches(name, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else f": {', '.join(known)}"
