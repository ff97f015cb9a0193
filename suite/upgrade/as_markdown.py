"""The comparison as Markdown, made for the summary of a GitHub Actions step."""

from suite.reports.tables import escaped, markdown
from suite.upgrade import report, wording
from suite.upgrade.comparison import Comparison
from suite.upgrade.report import Section

SIGNS = {0: "✅", 1: "❌", 2: "⚠️"}


def render(comparison: Comparison) -> str:
    """The report: the answer first, then the worst."""
    lines = [
        f"## {SIGNS[comparison.exit_code]} {escaped(wording.headline(comparison))}",
        "",
        f"**{escaped(wording.summary(comparison))}**",
        "",
    ]
    for note in wording.notes(comparison):
        lines += [f"> {escaped(note)}", ""]
    for section in report.sections(comparison):
        lines += _folded(section) if section.secondary else _open(section)
    lines += [f"<sub>{escaped(' '.join(report.footer(comparison)))}</sub>", ""]
    return "\n".join(lines)


def _open(section: Section) -> list[str]:
    return [f"### {escaped(section.title)}", "", *markdown(section.table()), ""]


def _folded(section: Section) -> list[str]:
    summary = f"<summary>{escaped(section.title)}</summary>"
    return ["<details>", summary, "", *markdown(section.table()), "", "</details>", ""]
