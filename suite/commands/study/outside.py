"""scripts/study outside: net peaks beside those of a script that uses nothing of this project."""

import sys

import click
from rich.console import Console

from suite.commands import groups, options
from suite.database import SQLITE
from suite.figures.amounts import MEBIBYTE
from suite.figures.tasks import task_named
from suite.project import Project
from suite.releases.catalogue import Release
from suite.releases.named import LATEST
from suite.reports import tables
from suite.reports.tables import Column, Table
from suite.studies import outside, runs
from suite.studies.outside import Reading
from suite.terminal.errors import UserMistake


@click.command(cls=options.Command)
@click.argument("release", type=options.RELEASE, default=LATEST)
@click.option("--rows", default=100_000, show_default=True, type=click.IntRange(1), metavar="N")
@groups.form
@options.measured
def main(release: Release, rows: int, form: str, project: Project) -> None:
    """Measure five queries of the task "streaming" with a plain script, beside the stored figures.

    The script (docs/evidence/outside.py) uses nothing of this suite: it imports SQLAlchemy and the
    driver, asks the same server, and reads the peak that the kernel keeps of a fresh process.

    Exit codes: 0 all are within 3 % or 0.5 MiB of each other, 1 some is not, 2 not measured, 130
    interrupted.
    """
    if project.database.dialect == SQLITE.driver:
        raise UserMistake("the script asks a server: name one with --database")
    environment = runs.environment(release, project.python, Console(stderr=True), project)
    found: list[Reading] = []
    try:
        for reading in outside.measure(project, environment, rows):
            found.append(reading)
    finally:
        if found:
            click.echo(tables.render(_table(found, release.version, rows), form))
    sys.exit(0 if all(reading.agrees for reading in found) else 1)


def _table(found: list[Reading], release: str, rows: int) -> Table:
    return Table(
        f"Net peak in MiB at {rows:,} rows, SQLAlchemy {release}, {found[0].database}",
        [Column("style", "name"), *map(Column, ("script", "suite", "apart"))],
        [
            [
                task_named(outside.TASK).label(reading.style),
                f"{reading.outside / MEBIBYTE:.2f}",
                "-" if reading.stored is None else f"{reading.stored / MEBIBYTE:.2f}",
                "-"
                if reading.stored is None
                else f"{(reading.stored - reading.outside) / MEBIBYTE:+.2f}",
            ]
            for reading in found
        ],
    )
