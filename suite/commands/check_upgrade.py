"""scripts/check-upgrade: does an upgrade of SQLAlchemy cost memory?"""

import sys
from itertools import islice
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from suite import environments, workers
from suite.catalogue import Catalogue
from suite.commands import options
from suite.errors import UserMistake
from suite.measure_missing import Cell, Project
from suite.upgrade import (
    accepted,
    as_json,
    as_junit,
    as_markdown,
    as_table,
    checking,
    false_alarms,
    limits,
    releases,
    sizes,
)
from suite.upgrade.false_alarms import FalseAlarms
from suite.upgrade.limits import Limit

FORMATS = {
    "table": as_table.render,
    "markdown": as_markdown.render,
    "json": as_json.render,
    "junit": as_junit.render,
}


class Budget(click.ParamType[float]):
    """An amount of memory on the command line, in bytes."""

    name = "size"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Bytes of "512MiB"; a usage error for anything else."""
        try:
            amount = sizes.parse_bytes(str(value))
        except ValueError as error:
            raise UserMistake(f"--budget: {error}") from error
        if amount <= 0:
            raise UserMistake("--budget: name an amount above nothing, such as 512MiB")
        return amount


@click.command(cls=options.Command, context_settings={"max_content_width": 100})
@click.argument("old")
@click.argument("new", required=False)
@click.option("--task", "tasks", multiple=True, metavar="TASK", help="A task to check; repeatable.")
@click.option("--style", "styles", multiple=True, metavar="[TASK.]STYLE", help="A style to check.")
@click.option("--rows", multiple=True, type=int, metavar="N", help="A number of rows to check.")
@options.fresh
@click.option(
    "--budget",
    type=Budget(),
    default="512MiB",
    show_default=True,
    help="Memory of a worker, to say how many rows fit.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(FORMATS)),
    default="table",
    show_default=True,
    help="What is printed; everything else goes to standard error.",
)
@click.option(
    "--accept",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Changes that are known and accepted, a TOML file.",
)
@options.limits_file
@options.configuration
@click.option(
    "--false-alarms",
    "repeat",
    type=click.IntRange(1),
    metavar="K",
    help="Instead: compare OLD with itself, K times, and count the false alarms.",
)
def main(
    old: str,
    new: str | None,
    tasks: tuple[str, ...],
    styles: tuple[str, ...],
    rows: tuple[int, ...],
    fresh: bool,
    budget: float,
    kind: str,
    accept: Path | None,
    limits_file: Path,
    configuration: Path,
    repeat: int | None,
) -> None:
    """Say whether the upgrade from OLD to NEW makes queries need more memory.

    OLD and NEW are a version (2.0.58), a series (2.0, its newest release), "latest", or a file that
    pins SQLAlchemy: requirements.txt, uv.lock, poetry.lock, Pipfile.lock. OLD can be "previous",
    the release before NEW. Without --task, the article's task is checked, with all its styles;
    without --rows, its two largest sizes. What is missing is measured, with asv.

    \b
    Exit codes:
      0    nothing needs more memory
      1    something does (known changes can be accepted with --accept)
      2    it could not be measured, or bad input
      130  interrupted; what was measured is kept

    docs/upgrade.md says how the verdicts come about, and how to use this in CI.
    """
    judged_by = limits.on_this_machine(limits.load(limits_file))
    known = accepted.load(accept) if accept else []
    cells = checking.select(list(tasks), list(styles), list(rows))
    project = Project(configuration)
    with options.interruptible():
        if repeat is not None:
            _count_false_alarms(old, new, repeat, cells, judged_by)
        if new is None:
            raise UserMistake("name two releases: scripts/check-upgrade OLD NEW")
        notes: list[str] = []
        before, after = releases.resolve(old, new, project.python, notes.append)
        for note in notes:
            options.say(f"Note: {note}")
        comparison = checking.check(
            project,
            before.version,
            after.version,
            cells,
            judged_by,
            accepted=known,
            budget=budget,
            fresh=fresh,
            notes=notes,
            say=options.say,
        )
    click.echo(FORMATS[kind](comparison), nl=False)
    sys.exit(comparison.exit_code)


def _count_false_alarms(
    text: str, new: str | None, repeat: int, cells: list[Cell], judged_by: dict[str, Limit]
) -> None:
    """Compare one release with itself, print what came of it, and exit: 0, or 1 with an alarm."""
    if new is not None:
        raise UserMistake("--false-alarms compares one release with itself: name one")
    release = releases.named(Catalogue.load(), text).version
    environment = environments.for_release(release, notice=options.say)
    for size in {cell.rows for cell in cells}:
        workers.ensure_fixtures(size)
    counted = FalseAlarms(release, [])
    try:
        with Progress(console=Console(stderr=True)) as progress:
            measured = false_alarms.comparisons(environment, cells, judged_by)
            bar = progress.add_task(f"SQLAlchemy {release}", total=repeat)
            for comparison in islice(measured, repeat):
                counted.comparisons.append(comparison)
                progress.advance(bar)
    finally:
        for line in false_alarms.describe(counted):
            click.echo(line)
    sys.exit(1 if counted.alarms else 2 if counted.undecided else 0)


if __name__ == "__main__":
    main(prog_name="scripts/check-upgrade")
