"""The one way to write a table: for a terminal of any width, or as Markdown.

A terminal's table cuts and folds no name and no figure. What does not fit is left out as whole
columns: those of the highest ``rank`` first, of equal ones the last. A line below names them. Where
not even the columns of rank 0 fit beside a long name, its row takes two lines: name, figures.
Markdown holds every column. ::

    table = Table("Net peak, MiB", [Column("style", "name"), Column("2.1.9", rank=0)], rows)
    click.echo(tables.render(table, form), nl=False)  # or consoles.write(table)
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from suite.terminal import consoles

TABLE, MARKDOWN = "table", "markdown"
FORMS = (TABLE, MARKDOWN)

NO_BREAK = "\u00a0"
ARROW = f"{NO_BREAK}→{NO_BREAK}"
_MARKUP = re.compile(r"([\\`*_\[\]<>|~#])")
_RULES = {"name": "---", "text": "---", "number": "--:", "code": ":--"}
_FOLDING = ("text", "code")

Row = Sequence[str]

_GAP = 2
_INDENT = 4
# What can take more room has at least so much, if it needs it.
_LEAST_ROOM = 24


@dataclass(frozen=True)
class Column:
    """A column's title, and what stands in it.

    ``kind`` is "number", "name", "text" (which folds between words), or "code" with its indent
    (which folds anywhere). ``rank`` is 0 for what has to be seen; the higher it is, the sooner the
    column is left out where it does not fit. One that goes ``below`` is not left out: then each
    of its cells is a line below its row. ``colours`` are rich's styles, by a cell's text.
    """

    title: str
    kind: str = "number"
    rank: int = 1
    below: bool = False
    colours: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """Rows of text under their columns; ``caption`` is a line below, that explains.

    The first ``names`` columns say what a row is about: they stay, whole, at any width.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row] = field(default_factory=list)
    caption: str = ""
    names: int = 1

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.title:
            yield Text(self.title, style="bold")
        layout = _Layout(self, options.max_width)
        # A name that is wider than the terminal is not cut.
        wide_enough = options.update(width=layout.widest)
        for line in layout.lines():
            yield from console.render(line, wide_enough)
        if left_out := layout.left_out():
            yield Text(f"Not shown at {options.max_width} columns: {left_out}", style="dim")
        if self.caption:
            yield Text(self.caption, style="italic")


class _Layout:
    """Which columns of a table stand where, at a width."""

    def __init__(self, table: Table, width: int) -> None:
        self._table = table
        columns = table.columns
        self._names = list(range(len(columns)))[: table.names]
        others = range(len(columns))[table.names :]
        self._by_rank = sorted(others, key=lambda index: (columns[index].rank, index))
        self._widths = [self._least_width(index) for index in range(len(columns))]
        self._full_names = self._widths[: table.names]
        wanted = [index for index in others if columns[index].rank == 0] or self._by_rank[:1]
        # Of the names' columns together; a longer name stands above the figures of its row.
        self._room = self._total(self._names)
        if self._room + _GAP + self._total(wanted) > width:
            self._room = width - _GAP - self._total(wanted)
        lead = self._total(self._names[:-1]) + _GAP
        self._is_stacked = self._room < min(self._total(self._names), lead + _LEAST_ROOM)
        if self._is_stacked:
            self._room = _INDENT - _GAP
        elif self._names:
            self._widths[self._names[-1]] = self._room - lead
        self._shown = self._fitting(width) or self._by_rank[:1]
        self._widen(width)
        self._below = [i for i in others if columns[i].below and i not in self._shown]
        below = (
            part
            for row in table.rows
            for index, line in self._lines_below(row).items()
            for part in (line.split() if columns[index].kind == "text" else [line])
        )
        figures = self._room + _GAP + self._total(self._shown)
        self.widest = max(
            width,
            sum(self._full_names) + _GAP * len(self._names),
            figures,
            _INDENT + _widest(below),
        )

    def lines(self) -> Iterator[RenderableType]:
        """What is written, one below the other."""
        if self._is_stacked:
            yield self._name()
            yield self._grid(self._shown, indent=self._room + _GAP)
        else:
            yield self._grid([*self._names, *self._shown])
        for row in self._table.rows:
            if self._is_short(row):
                yield self._grid([*self._names, *self._shown], row)
            else:
                yield self._name(row)
                if any(row[index] for index in self._shown):
                    yield self._grid(self._shown, row, indent=self._room + _GAP)
            for line in self._lines_below(row).values():
                yield Padding(Text(line, "dim"), (0, 0, 0, _INDENT), expand=False)

    def left_out(self) -> str:
        """The titles of the columns that are not shown."""
        hidden = sorted({*self._by_rank} - {*self._shown, *self._below})
        return "; ".join(self._title(index) for index in hidden)

    def _fitting(self, width: int) -> list[int]:
        """The columns that fit beside the names, the most important first, in their order."""
        shown: list[int] = []
        for index in self._by_rank:
            if self._room + _GAP + self._total([*shown, index]) <= width:
                shown.append(index)
            elif not self._table.columns[index].below:
                break
        return sorted(shown)

    def _total(self, indexes: Sequence[int]) -> int:
        return sum(self._widths[index] for index in indexes) + _GAP * (len(indexes) - 1)

    def _least_width(self, index: int) -> int:
        """That of the longest cell, or of the longest word where it folds; and of its title."""
        column = self._table.columns[index]
        title = _widest(column.title.split())
        cells = [line for row in self._table.rows for line in row[index].splitlines()]
        if index < self._table.names:
            return _widest([*column.title.splitlines(), *cells])
        if column.kind not in _FOLDING:
            return max(title, _widest(cells))
        words = [word for line in cells for word in line.split()] if column.kind == "text" else []
        return max(title, _widest(words), min(_widest(cells), _LEAST_ROOM))

    def _widen(self, width: int) -> None:
        """Let what folds, a title too, have what is left of the width."""
        left = width - self._room - _GAP - self._total(self._shown)
        for index in self._shown:
            texts = [self._table.columns[index].title, *(row[index] for row in self._table.rows)]
            whole = _widest(line for text in texts for line in text.splitlines())
            more = max(0, min(left, whole - self._widths[index]))
            self._widths[index] += more
            left -= more

    def _is_short(self, row: Row) -> bool:
        """Whether the row's name fits beside its figures."""
        return not self._is_stacked and all(
            _widest(row[index].splitlines()) <= self._widths[index] for index in self._names
        )

    def _lines_below(self, row: Row) -> dict[int, str]:
        return {index: f"{self._title(index)}: {row[index]}" for index in self._below if row[index]}

    def _title(self, index: int) -> str:
        return " ".join(self._table.columns[index].title.split())

    def _name(self, row: Row | None = None) -> Padding:
        """The row's name alone, whole; or the titles of it."""
        return self._grid(self._names, row, widths=self._full_names)

    def _grid(
        self,
        indexes: Sequence[int],
        row: Row | None = None,
        indent: int = 0,
        widths: Sequence[int] | None = None,
    ) -> Padding:
        """The cells of a row, or the titles."""
        widths = widths or self._widths
        made = RichTable(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), show_header=row is None)
        for index in indexes:
            column = self._table.columns[index]
            made.add_column(
                Text(column.title),
                justify="right" if column.kind == "number" else "left",
                width=widths[index],
                overflow="fold",
            )
        if row is not None:
            styles = [self._table.columns[index].colours.get(row[index], "") for index in indexes]
            cells = [row[index] for index in indexes]
            made.add_row(*map(Text, cells, styles))
        return Padding(made, (0, 0, 0, indent), expand=False)


def _widest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)


def render(table: Table, form: str = TABLE, width_of_a_file: int = consoles.WIDTH_OF_A_FILE) -> str:
    """The table in one of FORMS, as text that ends with a line break.

    ``width_of_a_file``: the columns of a table where no terminal is known.
    """
    if form == MARKDOWN:
        caption = ["", escaped(table.caption)] if table.caption else []
        return "\n".join([f"**{escaped(table.title)}**", "", *markdown(table), *caption, ""])
    return consoles.as_text(table, width_of_a_file=width_of_a_file)


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
