"""Tables of figures stand in files that name the command that printed them, in its columns."""

import re
from pathlib import Path

import pytest

from suite.commands.study import changes, museum
from suite.project import ROOT
from suite.reports import tables
from suite.reports.tables import Table
from suite.studies import ten_years

EVIDENCE = ROOT / "docs" / "evidence"
FIGURES = sorted((EVIDENCE / "figures").glob("*.md"))
PRINTED = re.compile(r"`scripts/(?:show|study) [^`]+` printed this\.")


@pytest.mark.parametrize("document", FIGURES, ids=lambda path: path.stem)
def test_a_file_of_figures_begins_with_its_command(document: Path) -> None:
    first, *rest = document.read_text().splitlines()
    assert PRINTED.fullmatch(first)
    assert any(line.startswith("| ") for line in rest)


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("changes", Table("", changes.COLUMNS)),
        ("museum", Table("", museum.COLUMNS)),
        ("ten-years", ten_years.table([], 1)),
    ],
)
def test_a_file_of_figures_has_the_columns_of_its_command(name: str, table: Table) -> None:
    lines = (EVIDENCE / "figures" / f"{name}.md").read_text().splitlines()
    shown = next(line for line in lines if line.startswith("|"))
    assert shown == tables.markdown(table)[0]


def test_every_file_of_figures_is_linked_to() -> None:
    pages = "".join(page.read_text() for page in EVIDENCE.glob("*.md"))
    assert [page.name for page in FIGURES if f"(figures/{page.name})" not in pages] == []
