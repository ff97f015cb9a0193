"""scripts/study museum: released changes, found without being told."""

import sys
from pathlib import Path

import click

from suite.commands import groups, options
from suite.figures import limits
from suite.figures.amounts import metric_named, small
from suite.project import Project
from suite.reports import tables
from suite.reports.tables import ARROW, Column, Table
from suite.studies import museum
from suite.studies.museum import Finding

COLUMNS = (
    Column("ticket", "name"),
    Column("what changed", "text", 3),
    Column("style", "text", 2),
    Column("metric", "text", 4),
    Column("rows", rank=7),
    Column("searched", "text", 6),
    Column("before and after", rank=1),
    Column("named", "text", 0),
    Column("of its step", rank=5),
    Column("measured", rank=5),
    Column("right", "text", 0),
)


@click.command(cls=options.Command)
@click.argument("tickets", nargs=-1, type=int, metavar="[TICKET ...]")
@options.fresh
@groups.form
@options.limits_file
@options.configuration
def main(
    tickets: tuple[int, ...], fresh: bool, form: str, limits_file: Path, project: Project
) -> None:
    """Search for changes that SQLAlchemy's change log names, and say which releases were found.

    For each of them, the search of find-regression gets a range of releases, a style and a metric;
    the table says which release it named. "of its step" is that release's share of all the change
    in the range, "measured" how many of the releases were measured. With TICKET, only that one.
    docs/evidence/museum.md tells more.

    Exit codes: 0 every release is the right one, 1 some is not, 2 bad input, 130 interrupted (what
    was measured is kept).
    """
    judged_by = limits.on_this_machine(limits.load(limits_file, project.database.name))
    found: list[Finding] = []
    exhibits = museum.chosen(tickets)
    try:
        for number, exhibit in enumerate(exhibits, 1):
            options.say(f"{number} of {len(exhibits)}: #{exhibit.ticket}, {exhibit.what}")
            found.append(museum.find(project, exhibit, judged_by, fresh, options.say))
    finally:
        if found:
            click.echo(tables.render(_table(found), form), nl=False)
    sys.exit(0 if all(finding.is_right for finding in found) else 1)


def _table(found: list[Finding]) -> Table:
    right = sum(finding.is_right for finding in found)
    measured = sum(finding.looked_at for finding in found)
    return Table(
        f"{right} of {len(found)} known changes found, in {measured} measurements",
        COLUMNS,
        [_row(finding) for finding in found],
    )


def _row(finding: Finding) -> list[str]:
    exhibit, found = finding.exhibit, finding.bisection
    metric = metric_named(exhibit.metric)
    steps = (found.before, found.after) if found else ()
    return [
        str(exhibit.ticket),
        exhibit.what,
        exhibit.style,
        exhibit.metric,
        "" if finding.rows is None else f"{finding.rows:,}",
        f"{exhibit.old} to {exhibit.new}",
        ARROW.join(small(metric, each.value) for each in steps),
        ", ".join(finding.named) or finding.trouble or "nothing changed",
        f"{found.share:.0%}" if found else "",
        f"{finding.looked_at} of {finding.releases}" if found else "",
        "yes" if finding.is_right else f"no: {exhibit.first}",
    ]
