"""The one writer of tables: what Markdown shows, and what a terminal does."""

import os
import pty
import subprocess
import sys
import termios
from collections.abc import Iterator
from subprocess import DEVNULL, PIPE

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from suite.reports import tables
from suite.reports.tables import NO_BREAK, Column, Table
from suite.terminal import consoles

TABLE = Table(
    "What *it* costs",
    [Column("style", "text"), Column("net peak"), Column("source", "code")],
    [["a | b, .all()", "27.8 MiB → 32.4 MiB", "    x = a | b"], ["c", "", ""]],
    "x: times <the> cheapest",
)

WORDS = st.lists(st.text("abÄ日_.()", min_size=1, max_size=12), min_size=1, max_size=6).map(
    " ".join
)
KINDS = st.sampled_from(["number", "name", "text", "code"])
GAP, INDENT = 2, 4


@pytest.fixture(autouse=True, scope="module")
def no_terminal() -> Iterator[None]:
    """Whoever runs the tests may have one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COLUMNS", raising=False)
        patch.setattr(consoles, "width", lambda of_a_file: of_a_file)
        yield


@st.composite
def any_table(draw: st.DrawFn) -> Table:
    count = draw(st.integers(1, 8))
    columns = [
        Column(f"{draw(WORDS)} {number}", draw(KINDS), draw(st.integers(0, 3)), draw(st.booleans()))
        for number in range(count)
    ]
    rows = draw(st.lists(st.lists(WORDS, min_size=count, max_size=count), max_size=5))
    return Table("", columns, rows, names=draw(st.integers(1, min(2, count))))


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


@given(any_table(), st.integers(30, 200))
def test_at_any_width_every_cell_is_whole_or_its_column_is_named(made: Table, width: int) -> None:
    printed = tables.render(made, width_of_a_file=width)
    shown, mark, named = " ".join(printed.split()).partition(f"Not shown at {width} columns: ")
    left_out = named.split("; ")
    assert {*left_out} <= {"", *(column.title for column in made.columns[made.names :])}
    assert bool(mark) == any(left_out)
    for row in made.rows:
        for number, (column, cell) in enumerate(zip(made.columns, row, strict=True)):
            if column.title in left_out:
                continue
            if number < made.names or column.kind in ("number", "name"):
                assert any(cell in line for line in printed.splitlines()), (cell, printed)
            elif column.kind == "text":
                assert all(word in shown for word in cell.split()), (cell, printed)


@given(any_table(), st.integers(30, 200))
def test_a_line_is_wider_than_the_terminal_only_where_a_name_or_a_figure_is(
    made: Table, width: int
) -> None:
    def widest(index: int) -> int:
        """Of a column's cells, and of its title."""
        texts = [made.columns[index].title, *(row[index] for row in made.rows)]
        return max(map(cell_len, texts))

    columns = range(len(made.columns))
    below = max(
        cell_len(f"{column.title}: ") + widest(index) for index, column in enumerate(made.columns)
    )
    names = sum(widest(index) + GAP for index in columns[: made.names])
    needed = max(names, INDENT + below, cell_len(f"Not shown at {width} columns: "))
    for line in tables.render(made, width_of_a_file=width).splitlines():
        assert cell_len(line) <= max(width, needed)


@given(any_table())
def test_columns_are_left_out_by_rank_from_the_right(made: Table) -> None:
    printed = tables.render(made, width_of_a_file=60)
    left_out = " ".join(printed.split()).partition(" at 60 columns: ")[2].split("; ")
    others = [column for column in made.columns[made.names :] if not column.below]
    ordered = [column.title for column in sorted(others, key=lambda column: column.rank)]
    if left_out != [""]:
        assert {*ordered[-len(left_out) :]} == {*left_out}


LONG = Table(
    "t",
    [
        Column("", "name"),
        Column("style", "name"),
        Column("net peak, MiB", rank=0),
        Column("change", rank=0),
        Column("instead", "name", below=True),
        Column("rows that fit", rank=2),
    ],
    [
        ["worse", "short", "36.1 → 43.1", "+19%", "another 15.7", "100"],
        ["same", "a label of as many as five and forty letters", "1.0 → 1.1", "=", "", "7,000,000"],
    ],
    names=2,
)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (
            94,
            """\
       style                                         net peak, MiB  change  instead
worse  short                                           36.1 → 43.1    +19%  another 15.7
same   a label of as many as five and forty letters      1.0 → 1.1       =
Not shown at 94 columns: rows that fit
""",
        ),
        (
            70,
            """\
                                                     net peak,
       style                                               MiB  change
worse  short                                       36.1 → 43.1    +19%
    instead: another 15.7
same   a label of as many as five and forty letters
                                                     1.0 → 1.1       =
Not shown at 70 columns: rows that fit
""",
        ),
    ],
)
def test_what_a_narrow_terminal_shows(width: int, expected: str) -> None:
    assert tables.render(LONG, width_of_a_file=width) == f"t\n{expected}"


def test_what_goes_below_folds_where_it_is_text_and_takes_no_columns_place() -> None:
    columns = [
        Column("style", "name"),
        Column("peak", rank=0),
        Column("why", "text", below=True),
        Column("instead", "name", below=True),
        Column("fit", rank=2),
    ]
    row = ["a label", "1.0", "a reason of several words", "another of as many words", "7"]
    printed = tables.render(Table("", columns, [row]), width_of_a_file=24)
    assert printed.splitlines() == [
        "style    peak  fit",
        "a label   1.0    7",
        "    why: a reason of several words",
        "    instead: another of as many words",
    ]
    printed = tables.render(Table("", columns[:3], [row[:3]]), width_of_a_file=24)
    assert printed.splitlines()[2:] == ["    why: a reason of", "    several words"]


def test_a_line_to_copy_is_not_folded() -> None:
    line = "scripts/find-regression task.style 1.3.24 1.4.54"
    said = consoles.as_text(Text("Which release is it?"), consoles.whole(line), width_of_a_file=20)
    assert said == f"Which release is it?\n{line}\n"


WIDTH = """
from suite.terminal import consoles
print(consoles.width(), consoles.output().is_terminal)
"""


def told(columns: str | None = None, stdin: int = DEVNULL, stderr: int = DEVNULL) -> str:
    """The width of a process whose output is piped, and whether that is a terminal."""
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    ran = subprocess.run(
        [sys.executable, "-c", WIDTH],
        env=environment | ({"COLUMNS": columns} if columns else {}),
        stdin=stdin,
        stdout=PIPE,
        stderr=stderr,
        text=True,
        start_new_session=True,
    )
    return ran.stdout.strip()


def test_the_width_is_that_of_the_terminal_also_through_a_pipe() -> None:
    near, far = pty.openpty()
    termios.tcsetwinsize(far, (24, 93))
    assert told(stderr=far) == told(stdin=far) == "93 False"
    assert told(stderr=far, columns="71") == "71 False"
    assert told() == f"{consoles.WIDTH_OF_A_FILE} False"
    os.close(near)
    os.close(far)
