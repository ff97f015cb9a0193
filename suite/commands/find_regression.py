"""scripts/find-regression: which release of SQLAlchemy brought a change in memory?"""

import sys
from pathlib import Path

import click
from rich.text import Text

from suite.commands import options
from suite.database import SQLITE, Database
from suite.figures import limits
from suite.figures.amounts import label, readable
from suite.figures.bisection import Bisection
from suite.project import Project
from suite.releases import named
from suite.reports.tables import Column, Table
from suite.terminal import consoles
from suite.upgrade import regression, wording
from suite.upgrade.regression import Regression

NOTHING_CHANGED = 1


@click.command(cls=options.Command, context_settings={"max_content_width": 100})
@click.argument("style", metavar="TASK.STYLE")
@click.argument("old")
@click.argument("new")
@click.option(
    "--metric", metavar="NAME", help='Follow this metric, such as "net peak", heap or time.'
)
@click.option(
    "--rows", type=int, metavar="N", help="Measure at this number of rows. Default: the largest."
)
@options.fresh
@options.limits_file
@options.measured
def main(
    style: str,
    old: str,
    new: str,
    metric: str | None,
    rows: int | None,
    fresh: bool,
    limits_file: Path,
    project: Project,
) -> None:
    """Name the release between OLD and NEW that changed what TASK.STYLE needs.

    TASK.STYLE is such as bounced_addresses.full_entity, or a style's label in quotes, such as
    "full entity, .all()". OLD and NEW are what check-upgrade takes.

    The releases between them are bisected: of n, about log2(n) are measured. What is measured
    already is not measured again. Without --metric, one that got worse is followed: the heap if it
    did, else what further runs leave (growth), else another one. Pre-releases are left out, but
    where OLD or NEW is one.

    \b
    Exit codes:
      0    the release is named, or the change came gradually
      1    nothing changed beyond the limits
      2    it could not be measured, or bad input
      130  interrupted; what was measured is kept
    """
    named_metrics = [] if metric is None else [metric]
    usual = limits.load(limits_file, project.database.name)
    judged_by = limits.on_this_machine(limits.chosen(usual, named_metrics))
    cells = regression.cells_of(style, rows, judged_by)
    older, newer = named.resolve(old, new, project.python, options.say)
    if older.parsed > newer.parsed:
        older, newer = newer, older
    found = regression.find(
        project,
        regression.releases_between(older, newer, project.python),
        cells,
        judged_by,
        fresh,
        options.say,
    )
    _print(found, project.database)
    sys.exit(0 if found.bisection else NOTHING_CHANGED)


def _print(found: Regression, asked: Database) -> None:
    change, bisection = found.change, found.bisection
    where = "" if asked == SQLITE else f" on {asked.name}"
    what = (
        f"{change.label} ({change.task}.{change.style}): {label(change.metric)} at"
        f" {change.rows:,} rows{where}, SQLAlchemy {found.old} → {found.new}:"
        f" {wording.before_and_after(change)} ({wording.difference(change)})"
    )
    if bisection is None:
        consoles.write(Text("Nothing changed beyond the limits."), Text(what))
        return
    named = [*bisection.candidates, bisection.after.release]
    consoles.write(
        Text(_answer(bisection, change.metric), style="bold"),
        Text(what),
        Text(),
        _table(bisection, change.metric),
        Text(),
        *(Text(f"Not measured: {name}: {why}") for name, why in bisection.unmeasured.items()),
        Text(f"{len(bisection.points)} of {found.releases} releases were looked at."),
        Text("What changed there:"),
        *(consoles.whole(regression.change_log(release)) for release in named),
    )


def _answer(found: Bisection, metric: str) -> str:
    """The release that it was, with the figures of both neighbours."""
    before, after = found.before, found.after
    figures = f"{readable(metric, before.value)} in {before.release},"
    figures += f" {readable(metric, after.value)} in {after.release}"
    who = after.release
    if found.candidates:
        who = f"one of {', '.join([*found.candidates, after.release])}"
    if found.gradual:
        answer = f"It came gradually: the largest step found is {who}, {figures}"
    else:
        answer = f"{who} brought the change: {figures}"
    return f"{answer} ({found.share:.0%} of the change)."


def _table(found: Bisection, metric: str) -> Table:
    rows = []
    earlier = found.first
    for point in found.points:
        moved = wording.difference_of(metric, earlier.value, point.value, decimals=2)
        change = "" if point is found.first else moved
        mark = "← here" if point == found.after else ""
        rows.append([point.release, readable(metric, point.value), change, mark])
        earlier = point
    columns = [Column("release", "name"), Column(label(metric), rank=0), Column("change", rank=0)]
    return Table("", [*columns, Column("", "name", rank=0)], rows)


if __name__ == "__main__":
    main(prog_name="scripts/find-regression")
