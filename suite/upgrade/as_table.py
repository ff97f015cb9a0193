"""The comparison for a terminal."""

import io

from rich.console import Console
from rich.table import Table
from rich.text import Text

from suite.consoles import WIDTH_OF_A_FILE
from suite.upgrade import report, wording
from suite.upgrade.comparison import Comparison
from suite.upgrade.report import Section

STYLES = {0: "bold green", 1: "bold red", 2: "bold yellow"}


def render(comparison: Comparison, console: Console | None = None) -> str:
    """The report as text, with colours where ``console``, the real one, is a terminal."""
    real = console or Console()
    target = Console(
        file=io.StringIO(),
        force_terminal=real.is_terminal,
        color_system=real.color_system,  # type: ignore[arg-type]
        width=real.width if real.is_terminal else WIDTH_OF_A_FILE,
    )
    target.print(Text(wording.headline(comparison), style=STYLES[comparison.exit_code]))
    target.print(Text(wording.summary(comparison)))
    for note in comparison.notes:
        target.print(Text(f"Note: {note}"))
    for section in report.sections(comparison):
        target.print()
        target.print(_table(section))
    target.print()
    for line in report.footer(comparison):
        target.print(Text(line, style="dim"))
    written = target.file
    assert isinstance(written, io.StringIO)
    return written.getvalue()


def _table(section: Section) -> Table:
    table = Table(title=section.title, title_justify="left", title_style="bold")
    for column in section.columns:
        table.add_column(Text(column.title), justify="right" if column.numeric else "left")
    for change in section.changes:
        table.add_row(*[Text(column.cell(change)) for column in section.columns])
    return table
