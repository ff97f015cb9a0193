"""The comparison as Markdown, made for the summary of a GitHub Actions step."""

import re

from suite.upgrade import report, wording
from suite.upgrade.comparison import Change, Comparison
from suite.upgrade.report import Column, Section

SIGNS = {0: "✅", 1: "❌", 2: "⚠️"}
NO_BREAK = "\u00a0"
_MARKUP = re.compile(r"([\\`*_\[\]<>|~#])")


def render(comparison: Comparison) -> str:
    """The report: the answer first, then the worst."""
    lines = [
        f"## {SIGNS[comparison.exit_code]} {escaped(wording.headline(comparison))}",
        "",
        f"**{escaped(wording.summary(comparison))}**",
        "",
    ]
    for note in comparison.notes:
        lines += [f"> {escaped(note)}", ""]
    for section in report.sections(comparison):
        lines += _folded(section) if section.secondary else _open(section)
    lines += [f"<sub>{escaped(' '.join(report.footer(comparison)))}</sub>", ""]
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: labels hold parentheses, stars and underscores."""
    return " ".join(_MARKUP.sub(r"\\\1", text).split())


def _open(section: Section) -> list[str]:
    return [f"### {escaped(section.title)}", "", *_table(section), ""]


def _folded(section: Section) -> list[str]:
    summary = f"<summary>{escaped(section.title)}</summary>"
    return ["<details>", summary, "", *_table(section), "", "</details>", ""]


def _table(section: Section) -> list[str]:
    header = [column.title for column in section.columns]
    rule = ["--:" if column.numeric else "---" for column in section.columns]
    rows = [[_cell(column, change) for column in section.columns] for change in section.changes]
    return [_row([escaped(title) for title in header]), _row(rule), *map(_row, rows)]


def _cell(column: Column, change: Change) -> str:
    """The cell; a number stays on one line with its unit."""
    text = escaped(column.cell(change))
    if not column.numeric:
        return text
    return text.replace(" ", NO_BREAK).replace(f"{NO_BREAK}→{NO_BREAK}", " → ")


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
