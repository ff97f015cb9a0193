"""scripts/study drivers: one task by every driver, and what streams."""

import sys
from dataclasses import replace

import click

from benchmarks import databases
from suite import database
from suite.commands import groups, options
from suite.commands.show.drivers import show
from suite.figures.streaming import TASK
from suite.figures.tasks import task_named
from suite.measuring import missing
from suite.measuring.missing import Cell
from suite.measuring.processes import Outcome
from suite.project import Project
from suite.releases.catalogue import Release
from suite.releases.named import LATEST
from suite.terminal.errors import UserMistake


@click.command(cls=options.Command)
@click.argument("release", type=options.RELEASE, default=LATEST)
@click.option("--driver", "names", multiple=True, help="As --database names it. Default: all.")
@click.option("--timed", is_flag=True, help="Take seconds as well, at the largest size.")
@groups.form
@options.configuration
def main(
    release: Release,
    names: tuple[str, ...],
    timed: bool,
    form: str,
    project: Project,
) -> None:
    """Measure the task "streaming" with every driver, and print the tables of scripts/show drivers.

    It takes about a minute for each driver, and two with --timed. Stored figures are not measured
    again. Where a driver can't be used here, a line says why and what to do; the others go on.

    Exit codes: 0 all measured, 1 some style failed, 2 some driver could not be measured, 130
    interrupted (what was measured is kept).
    """
    asked = [database.named(name) for name in names or databases.every_driver()]
    failures: list[Outcome] = []
    lacking = 0
    for one in asked:
        options.say(f"{one.name}:")
        try:
            _measure(replace(project, database=one), release.version, timed, failures)
        except UserMistake as mistake:
            lacking += 1
            options.say(f"left out: {mistake.message}")
    show(project, release.version, max(task_named(TASK).rows), (), form)
    sys.exit(2 if lacking else bool(failures))


def _measure(project: Project, release: str, timed: bool, failures: list[Outcome]) -> None:
    """Measure what is missing of one driver. Raises UserMistake."""
    task = task_named(TASK)

    def keep(outcome: Outcome) -> None:
        if outcome.failed:
            failures.append(outcome)

    for rows in task.rows:
        with_seconds = timed and rows == max(task.rows)
        cells = [Cell(task.name, style, rows) for style in task.styles]
        todo = missing.missing(project, release, cells, with_seconds, options.say)
        missing.measure(project, release, todo, with_seconds, options.say, keep)
