"""The comparison as Markdown, made for the summary of a GitHub Actions step."""

from suite.reports.tables import Table, escaped, markdown
from suite.upgrade import report, wording
from suite.upgrade.comparison import Comparison

SIGNS = {0: "✅", 1: "❌", 2: "⚠️"}


def render(comparison: Comparison) -> str:
    """The report: the answer first, then the worst; every style is folded."""
    lines = [
        f"## {SIGNS[comparison.exit_code]} {escaped(wording.headline(comparison))}",
        "",
        f"**{escaped(wording.summary(comparison))}**",
        "",
    ]
    if worst := report.worst(comparison):
        lines += [f"Which release? `{wording.which_release(comparison, worst)}`", ""]
    for section in report.sections(comparison):
        lines += [f"### {escaped(section.title)}", ""]
        for table in (section.changed, section.reasons):
            lines += _open(table) if table else []
        lines += [section.counted, ""] if section.counted else []
        lines += _folded(section.every)
    for line in [*report.covered(comparison), *report.method(comparison)]:
        lines += [escaped(line), ""]
    for note in wording.notes(comparison):
        lines += [f"> {escaped(note)}", ""]
    return "\n".join(lines)


def _open(table: Table) -> list[str]:
    title = [escaped(table.title), ""] if table.title else []
    caption = [escaped(table.caption), ""] if table.caption else []
    return [*title, *markdown(table), "", *caption]


def _folded(table: Table) -> list[str]:
    summary = f"<summary>{escaped(table.title)}</summary>"
    return ["<details>", summary, "", *markdown(table), "", "</details>", ""]
