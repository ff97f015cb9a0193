"""scripts/find-regression: which release of SQLAlchemy brought a change in memory?"""

import sys
from pathlib import Path

import click
from rich.table import Table

from suite.commands import options
from suite.database import SQLITE, Database
from suite.figures import limits
from suite.figures.amounts import label, readable
from suite.figures.bisection import Bisection
from suite.project import Project
from suite.releases import named
from suite.terminal import consoles
from suite.terminal.errors import UserMistake
from suite.upgrade import regression, wording
from suite.upgrade.regression import Regression

NOTHING_CHANGED = 1


@click.command(cls=options.Command, context_settings={"max_content_width": 100})
@click.argument("style", metavar="TASK.STYLE")
@click.argument("old")
@click.argument("new")
@click.option("--metric", metavar="NAME", help='One with a limit: "net peak", heap, time ...')
@click.option("--rows", type=int, metavar="N", help="Default: the task's largest size.")
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
    """Name the release between OLD and NEW that brought a change in what TASK.STYLE needs.

    TASK.STYLE is such as bounced_addresses.full_entity; OLD and NEW are what check-upgrade takes.
    The releases between them are bisected: of n, about log2(n) are measured, with asv, and those
    that are measured already are not measured again. Without --metric, one that got worse is
    followed: the heap if it did, else what further runs leave (growth), else another one.
    Pre-releases are passed over, unless one is named.

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
    if "." not in style:
        raise UserMistake(f'"{style}" is not TASK.STYLE, such as bounced_addresses.full_entity')
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
    change = found.change
    where = "" if asked == SQLITE else f" on {asked.name}"
    click.echo(
        f"{change.label}: {label(change.metric)} at {change.rows:,} rows{where},"
        f" SQLAlchemy {found.old} → {found.new}:"
        f" {wording.before_and_after(change)} ({wording.difference(change)})"
    )
    if found.bisection is None:
        click.echo("Nothing changed beyond the limits.")
        return
    for line in _answer(found.bisection, change.metric):
        click.echo(line)
    consoles.output().print(_table(found.bisection, change.metric))
    count = len(found.bisection.points)
    click.echo(f"{count} of {found.releases} releases were looked at.")


def _answer(found: Bisection, metric: str) -> list[str]:
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
    lines = [f"{answer} ({found.share:.0%} of the change)."]
    lines += [f"Not measured: {name}: {reason}" for name, reason in found.unmeasured.items()]
    return lines


def _table(found: Bisection, metric: str) -> Table:
    table = Table("release", title="Measured", title_justify="left")
    table.add_column(label(metric), justify="right")
    table.add_column("change", justify="right")
    table.add_column()
    earlier = found.first
    for point in found.points:
        moved = wording.difference_of(metric, earlier.value, point.value, decimals=2)
        change = "" if point is found.first else moved
        mark = "← here" if point == found.after else ""
        table.add_row(point.release, readable(metric, point.value), change, mark)
        earlier = point
    return table


if __name__ == "__main__":
    main(prog_name="scripts/find-regression")
