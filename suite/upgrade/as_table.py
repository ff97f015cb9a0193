"""The comparison for a terminal."""

from rich.console import RenderableType
from rich.text import Text

from suite.terminal import consoles
from suite.upgrade import report, wording
from suite.upgrade.comparison import Comparison

STYLES = {0: "bold green", 1: "bold red", 2: "bold yellow"}


def render(comparison: Comparison) -> str:
    """The report as text, with colours where it goes to a terminal."""
    shown: list[RenderableType] = [
        Text(wording.headline(comparison), style=STYLES[comparison.exit_code]),
        Text(wording.summary(comparison)),
        *(Text(f"Note: {note}") for note in wording.notes(comparison)),
    ]
    for section in report.sections(comparison):
        shown += [Text(), section.table()]
    shown += [Text(), *(Text(line, style="dim") for line in report.footer(comparison))]
    return consoles.as_text(*shown)
