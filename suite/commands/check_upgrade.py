"""scripts/check-upgrade: does an upgrade of SQLAlchemy cost memory?"""

import sys
from pathlib import Path

import click

from suite.commands import options
from suite.figures import amounts, limits
from suite.project import Project
from suite.releases import named
from suite.terminal.errors import UserMistake
from suite.upgrade import accepted, as_json, as_junit, as_markdown, as_table, checking

TABLE = "table"
FORMATS = {
    TABLE: as_table.render,
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
            amount = amounts.parse_bytes(str(value))
        except ValueError as error:
            raise UserMistake(f"--budget: {error}") from error
        if amount <= 0:
            raise UserMistake("--budget: name an amount above nothing, such as 512MiB")
        return amount


@click.command(cls=options.Command, context_settings={"max_content_width": 100})
@click.argument("old")
@click.argument("new", required=False)
@click.option("--task", "tasks", multiple=True, metavar="TASK", help="Check this task; repeatable.")
@click.option(
    "--all", "everything", is_flag=True, help="Check every task, at its two largest sizes."
)
@click.option(
    "--style",
    "styles",
    multiple=True,
    metavar="[TASK.]STYLE",
    help='Check this style, by its name or by its label in quotes ("full entity, .all()");'
    " repeatable.",
)
@click.option(
    "--rows", multiple=True, type=int, metavar="N", help="Check at this number of rows; repeatable."
)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME",
    help="Judge by this metric; repeatable. Default: all but time and whole process.",
)
@click.option(
    "-v", "--verbose", is_flag=True, help="Show every style, also those that are the same."
)
@options.fresh
@click.option(
    "--budget",
    type=Budget(),
    default="512MiB",
    show_default=True,
    help="The memory of a worker, to tell how many rows fit in it.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(FORMATS)),
    default=TABLE,
    show_default=True,
    help="What is printed on standard output. Messages go to standard error.",
)
@click.option(
    "--accept",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A TOML file of known changes that do not fail the check.",
)
@options.limits_file
@options.measured
def main(
    old: str,
    new: str | None,
    tasks: tuple[str, ...],
    everything: bool,
    styles: tuple[str, ...],
    rows: tuple[int, ...],
    metrics: tuple[str, ...],
    verbose: bool,
    fresh: bool,
    budget: float,
    kind: str,
    accept: Path | None,
    limits_file: Path,
    project: Project,
) -> None:
    """Say whether queries need more memory with NEW than with OLD.

    OLD and NEW are releases of SQLAlchemy. Each is a version (2.0.58), a series (2.0, which means
    its newest release), "latest", or a file that pins SQLAlchemy, of pip, uv, poetry, pdm, pipenv,
    conda or pixi. "-" reads such a file from standard input; main:requirements.txt is the file in a
    git revision. OLD can also be "previous", the release before NEW.

    Without --task and --style, one task of each kind is checked with all its styles: reading,
    repeating, writing, eager loading. Without --rows, a task that you name is checked at its two
    largest sizes, and so are all tasks with --all, and the reading task; the other three at their
    smallest size. With --rows, tasks that you do not name are checked if they have that size. What
    is missing is measured first.

    \b
    Exit codes:
      0    nothing needs more memory
      1    something does (--accept lets known changes pass)
      2    it could not be measured, or bad input
      130  interrupted; what was measured is kept

    docs/using/upgrade.md says how a verdict is reached, and how to run this in CI.
    """
    usual = limits.load(limits_file, project.database.name)
    judged_by = limits.on_this_machine(limits.chosen(usual, metrics))
    known = accepted.load(accept, project.database.name) if accept else []
    if everything and (tasks or styles):
        raise UserMistake("--all checks every task: leave out --task and --style")
    cells = checking.select(tasks, styles, rows, judged_by, everything)
    if new is None:
        raise UserMistake("name two releases: scripts/check-upgrade OLD NEW")
    notes: list[str] = []
    before, after = named.resolve(old, new, project.python, notes.append)
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
    every_style = {"every_style": verbose} if kind == TABLE else {}
    click.echo(FORMATS[kind](comparison, **every_style), nl=False)
    sys.exit(comparison.exit_code)


if __name__ == "__main__":
    main(prog_name="scripts/check-upgrade")
