"""The one writer of tables: what Markdown shows, and what a terminal does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.reports import tables
from suite.reports.tables import NO_BREAK, Column, Table

TABLE = Table(
    "What *it* costs",
    [Column("style", "text"), Column("net peak"), Column("source", "code")],
    [["a | b, .all()", "27.8 MiB → 32.4 MiB", "    x = a | b"], ["c", "", ""]],
    "x: times <the> cheapest",
)


def test_markdown_shows_text_as_it_is() -> None:
    written = tables.render(TABLE, tables.MARKDOWN)
    peak = f"27.8{NO_BREAK}MiB → 32.4{NO_BREAK}MiB"
    assert written.splitlines() == [
        r"**What \*it\* costs**",
        "",
        "| style | net peak | source |",
        "| --- | --: | :-- |",
        rf"| a \| b, .all() | {peak} | &nbsp;&nbsp;&nbsp;&nbsp;`` x = a \| b `` |",
        "| c |  |  |",
        "",
        r"x: times \<the\> cheapest",
    ]


def test_a_terminal_shows_the_same_without_markup() -> None:
    written = tables.render(TABLE)
    for words in ("What *it* costs", "a | b, .all()", "    x = a | b", "x: times <the> cheapest"):
        assert words in written
    assert NO_BREAK not in written


def test_text_is_not_taken_for_markup_of_the_terminal() -> None:
    written = tables.render(Table("[bold]t", [Column("[red]c", "text")], [["[/] [link=x]y"]]))
    for words in ("[bold]t", "[red]c", "[/] [link=x]y"):
        assert words in written


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_every_row_is_one_line_with_as_many_cells(row: list[str]) -> None:
    kinds = ["text", "number", "text", "number"][: len(row)]
    made = Table("t", [Column("c", kind) for kind in kinds], [row])
    (line,) = tables.markdown(made)[2:]
    assert len(line.splitlines()) == 1
    unescaped = line.replace(r"\\", "").replace(r"\|", "")
    assert unescaped.count("|") == len(row) + 1


@pytest.mark.parametrize("form", tables.FORMS)
def test_a_table_without_rows_is_written(form: str) -> None:
    assert "net peak" in tables.render(Table("t", [Column("net peak")]), form)
