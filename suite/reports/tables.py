"""The one way to write a table: for a terminal, or as Markdown."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich import box
from rich.console import Group
from rich.table import Table as RichTable
from rich.text import Text

from suite.terminal import consoles

TABLE, MARKDOWN = "table", "markdown"
FORMS = (TABLE, MARKDOWN)

NO_BREAK = "\u00a0"
ARROW = f"{NO_BREAK}→{NO_BREAK}"
_MARKUP = re.compile(r"([\\`*_\[\]<>|~#])")
_RULES = {"text": "---", "number": "--:", "code": ":--"}


@dataclass(frozen=True)
class Column:
    """A column's title, and what stands in it: "text", "number", or "code" with its indent."""

    title: str
    kind: str = "number"


@dataclass(frozen=True)
class Table:
    """Rows of text under their columns; ``caption`` is a line below, that explains."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]] = field(default_factory=list)
    caption: str = ""

    def __rich__(self) -> Group:
        return for_terminal(self)


def render(table: Table, form: str = TABLE, width_of_a_file: int = consoles.WIDTH_OF_A_FILE) -> str:
    """The table in one of FORMS, as text that ends with a line break.

    ``width_of_a_file``: the columns of a table that does not go to a terminal.
    """
    if form == MARKDOWN:
        caption = ["", escaped(table.caption)] if table.caption else []
        return "\n".join([f"**{escaped(table.title)}**", "", *markdown(table), *caption, ""])
    return consoles.as_text(table, width_of_a_file=width_of_a_file)


def for_terminal(table: Table) -> Group:
    """The table for rich, whose own titles are no wider than their table."""
    made = RichTable(box=box.SIMPLE_HEAD)
    for column in table.columns:
        numeric = column.kind == "number"
        made.add_column(Text(column.title), justify="right" if numeric else "left", overflow="fold")
    for row in table.rows:
        made.add_row(*map(Text, row))
    caption = [Text(table.caption, style="italic")] if table.caption else []
    return Group(Text(table.title, style="bold"), made, *caption)


def markdown(table: Table) -> list[str]:
    """The lines of the table alone, without its title and caption."""
    kinds = [column.kind for column in table.columns]
    return [
        markdown_row(escaped(column.title) for column in table.columns),
        markdown_row(_RULES[kind] for kind in kinds),
        *(markdown_row(map(_markdown_cell, row, kinds)) for row in table.rows),
    ]


def markdown_row(cells: Iterable[str]) -> str:
    """A line of a Markdown table, from cells that are Markdown."""
    return f"| {' | '.join(cells)} |"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: labels hold parentheses, stars and underscores."""
    return " ".join(_MARKUP.sub(r"\\\1", text).split())


def _markdown_cell(text: str, kind: str) -> str:
    """A number stays on one line with its unit; two of them can break at the arrow."""
    if kind == "code":
        return _code(text)
    if kind == "number":
        return escaped(text).replace(" ", NO_BREAK).replace(ARROW, " → ")
    return escaped(text)


def _code(source: str) -> str:
    """Source with its indent, which a plain cell would lose."""
    if not source.strip():
        return ""
    indent = len(source) - len(source.lstrip())
    return "&nbsp;" * indent + f"`` {source.strip().replace('|', chr(92) + '|')} ``"
