"""The comparison for a terminal."""

from rich.console import RenderableType
from rich.text import Text

from suite.terminal import consoles
from suite.upgrade import report, wording
from suite.upgrade.comparison import Comparison

STYLES = {0: "bold green", 1: "bold red", 2: "bold yellow"}


def render(comparison: Comparison, every_style: bool = False) -> str:
    """The report as text, with colours where it goes to a terminal; the answer comes last."""
    shown: list[RenderableType] = []
    for section in report.sections(comparison, every_style):
        shown.append(Text(section.title, style="bold"))
        shown += [table for table in (section.changed, section.reasons) if table]
        if section.counted:
            shown.append(Text(section.counted))
        shown.append(Text())
    said = [*(report.method(comparison) if every_style else []), *report.covered(comparison)]
    shown += [Text(line) for line in said]
    shown += [Text(f"Note: {note}") for note in wording.notes(comparison)]
    more = "" if every_style else " -v shows every style."
    shown.append(Text(wording.summary(comparison) + more))
    shown.append(Text(wording.headline(comparison), style=STYLES[comparison.exit_code]))
    if worst := report.worst(comparison):
        command = consoles.whole(wording.which_release(comparison, worst))
        shown += [Text("Which release?"), command]
    return consoles.as_text(*shown)
