"""scripts/study false-alarms: how often the check calls a release worse than itself."""

import sys
from itertools import islice
from pathlib import Path

import click
from rich.console import Console

from suite.commands import options
from suite.figures import limits
from suite.project import Project
from suite.releases.catalogue import Release
from suite.releases.named import LATEST
from suite.studies import false_alarms, runs
from suite.studies.false_alarms import FalseAlarms
from suite.terminal import progress
from suite.upgrade import checking


@click.command(cls=options.Command)
@click.argument("release", type=options.RELEASE, default=LATEST)
@click.option("--repeat", default=20, show_default=True, type=click.IntRange(1), metavar="K")
@click.option("--task", "tasks", multiple=True, metavar="TASK", help="A task; repeatable.")
@click.option("--style", "styles", multiple=True, metavar="[TASK.]STYLE", help="A style.")
@click.option("--rows", multiple=True, type=int, metavar="N", help="A number of rows; repeatable.")
@click.option("--python", default=None, metavar="X.Y", help="Default: that of asv.conf.json.")
@options.limits_file
@options.configuration
def main(
    release: Release,
    repeat: int,
    tasks: tuple[str, ...],
    styles: tuple[str, ...],
    rows: tuple[int, ...],
    python: str | None,
    limits_file: Path,
    project: Project,
) -> None:
    """Compare RELEASE with itself, K times, and count what scripts/check-upgrade would call worse.

    RELEASE is a version (2.0.58) or a series (2.0); without it, the newest release. What is
    compared is chosen as by scripts/check-upgrade. Nothing is stored.

    Exit codes: 0 no false alarm, 1 a false alarm, 2 bad input, or something could not be judged,
    130 interrupted (what was compared is printed).
    """
    judged_by = limits.on_this_machine(limits.load(limits_file))
    cells = checking.select(tasks, styles, rows)
    errors = Console(stderr=True)
    environment = runs.environment(release, python or project.python, errors, project)
    for size in sorted({cell.rows for cell in cells}):
        runs.seed(size, errors)
    counted = FalseAlarms(release.version, [])
    with options.interruptible("Interrupted: what was compared is printed."):
        try:
            measured = false_alarms.comparisons(environment, cells, judged_by)
            with progress.steps_of(errors, f"SQLAlchemy {release.version}", repeat) as step:
                for comparison in islice(measured, repeat):
                    counted.comparisons.append(comparison)
                    step()
        finally:
            for line in false_alarms.describe(counted):
                click.echo(line)
    sys.exit(1 if counted.alarms else 2 if counted.undecided else 0)
