"""scripts/study changes: every change in memory over many releases, with its release."""

from itertools import groupby
from pathlib import Path

import click

from suite.commands import options
from suite.figures import limits
from suite.figures.amounts import label, small
from suite.figures.tasks import task_named, tasks
from suite.figures.verdicts import Verdict
from suite.project import Project
from suite.releases.catalogue import Catalogue, Release
from suite.releases.timeline import ask
from suite.reports import tables
from suite.reports.tables import ARROW, FORMS, Column, Table
from suite.studies import changes
from suite.studies.changes import Changes, GivenUp, History, Plan, Step
from suite.terminal.errors import UserMistake
from suite.upgrade import accepted, wording

ALL = ">=1.3"
JSON = "json"

MOST_NAMED = 3
"""Styles in a line that says what has no figures, and releases that it may have been."""

COLUMNS = (
    Column("release", "name"),
    Column("style", "name"),
    Column("metric", "text", 0),
    Column("rows", rank=4),
    Column("before and after", rank=1),
    Column("change", rank=0),
    Column("verdict", "text", 2),
    Column("today", rank=3),
    Column("stands", "text", 2),
)


@click.command(cls=options.Command)
@click.argument("releases", default=ALL)
@click.option("--task", "names", multiple=True, metavar="TASK", help="Default: all of them.")
@click.option(
    "--step", default=5, show_default=True, type=click.IntRange(1), metavar="N", help="Of the grid."
)
@click.option("--stored", is_flag=True, help="Measure nothing: say what the stored figures say.")
@click.option(
    "--accept",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Changes that are known and accepted, a TOML file.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMS, JSON]),
    default=FORMS[0],
    show_default=True,
    help="What is printed; everything else goes to standard error.",
)
@options.limits_file
@options.measured
def main(
    releases: str,
    names: tuple[str, ...],
    step: int,
    stored: bool,
    accept: Path | None,
    form: str,
    limits_file: Path,
    project: Project,
) -> None:
    """List every change in memory beyond the limits, and the release that brought it.

    RELEASES is a range such as 1.3.24..2.1.9 (what comes after 1.3.24), or a specifier; without it,
    ">=1.3". Every N-th release is measured, and the first and last of each series. Where two
    neighbours differ, the releases between them are measured until the right one is known. A change
    that came and went between two neighbours is not seen. Each style runs at its task's smallest
    number of rows, once, and again and again for its growth.

    "today" is the figure of the newest release. "stands" says whether it is still beyond the limit
    from the figure before the change. Stored figures are not measured again: after an interruption,
    the same command goes on.

    Exit codes: 0 the list is printed, 2 it could not be measured, or bad input, 130 interrupted
    (what was measured is kept).
    """
    usual = limits.load(limits_file, project.database.name)
    judged_by = limits.on_this_machine(limits.chosen(usual))
    known = accepted.load(accept, project.database.name) if accept else []
    chosen = [task_named(name) for name in names] or list(tasks().values())
    planned = changes.plan(_selected(releases, project.python), chosen, step)
    options.say(
        f"{len(planned.grid)} of {len(planned.releases)} releases first, {len(planned.cells)}"
        " cells of each (a style at a number of rows)"
    )
    history = History(project, planned, judged_by, known, options.say)
    if not stored:
        history.measure()
    found = history.changes()
    if form == JSON:
        click.echo(changes.as_json(found, planned, judged_by), nl=False)
    else:
        _print(found, planned, form)


def _selected(text: str, python: str) -> list[Release]:
    """Those that run on the Python, oldest first. Raises UserMistake where they are no two."""
    selected = ask(Catalogue.load(), lambda timeline: timeline.select(text))
    found = [release for release in selected if release.supports(python)]
    if len(found) < 2:
        raise UserMistake(
            f"{text}: name two releases or more that run on Python {python}, such as {ALL}"
        )
    return found


def _print(found: Changes, planned: Plan, form: str) -> None:
    steps = found.steps
    rows = [
        _row(step, first=number == 0)
        for _, group in groupby(steps, key=lambda step: step.new)
        for number, step in enumerate(group)
    ]
    worse = [step for step in steps if step.change.verdict is Verdict.WORSE]
    standing = sum(step.stands is True for step in worse)
    first, last = planned.releases[0], planned.releases[-1]
    title = (
        f"SQLAlchemy {first} to {last}: {len(steps):,} changes beyond the limits, {len(worse):,}"
        f" for the worse, of which {standing:,} stand in {last}"
    )
    click.echo(tables.render(Table(title, COLUMNS, rows, names=2), form), nl=False)
    for line in map(_given_up, found.given_up):
        click.echo(f"\n{tables.escaped(line)}" if form == tables.MARKDOWN else line)


def _row(step: Step, first: bool) -> list[str]:
    change = step.change
    metric = change.metric
    before, after, today = (
        wording.UNKNOWN if value is None else small(metric, value)
        for value in (change.before, change.after, step.today)
    )
    return [
        _release(step) if first or step.gradual or step.passed_over else "",
        f"{change.task}.{change.style}",
        label(metric),
        f"{change.rows:,}",
        f"{before}{ARROW}{after}",
        wording.difference(change),
        f"{change.verdict} (accepted)" if change.accepted else str(change.verdict),
        today,
        {True: "yes", False: "no", None: wording.UNKNOWN}[step.stands],
    ]


def _release(step: Step) -> str:
    if step.gradual:
        return f"gradually, {step.old} to {step.new}"
    if len(step.passed_over) >= MOST_NAMED:
        return f"after {step.old}, up to {step.new}"
    if step.passed_over:
        return f"one of {', '.join([*step.passed_over, step.new])}"
    return step.new


def _given_up(each: GivenUp) -> str:
    styles = ", ".join(each.styles[:MOST_NAMED])
    if (more := len(each.styles) - MOST_NAMED) > 0:
        styles = f"{styles} and {more} more"
    return f"Given up: {each.releases}: {styles}: {each.reason}"
