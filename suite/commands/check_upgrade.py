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
            amount = amounts.parse_bytes(str(value))
        except ValueError as error:
            raise UserMistake(f"--budget: {error}") from error
        if amount <= 0:
            raise UserMistake("--budget: name an amount above nothing, such as 512MiB")
        return amount


@click.command(cls=options.Command, context_settings={"max_content_width": 100})
@click.argument("old")
@click.argument("new", required=False)
@click.option("--task", "tasks", multiple=True, metavar="TASK", help="A task to check; repeatable.")
@click.option(
    "--all", "everything", is_flag=True, help="Check every task, at its two largest sizes."
)
@click.option("--style", "styles", multiple=True, metavar="[TASK.]STYLE", help="A style to check.")
@click.option("--rows", multiple=True, type=int, metavar="N", help="A number of rows to check.")
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME",
    help='Judge this metric, such as time or "whole process"; repeatable.'
    " Default: all but these two.",
)
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
@options.measured
def main(
    old: str,
    new: str | None,
    tasks: tuple[str, ...],
    everything: bool,
    styles: tuple[str, ...],
    rows: tuple[int, ...],
    metrics: tuple[str, ...],
    fresh: bool,
    budget: float,
    kind: str,
    accept: Path | None,
    limits_file: Path,
    project: Project,
) -> None:
    """Say whether the upgrade from OLD to NEW makes queries need more memory.

    OLD and NEW are a version (2.0.58), a series (2.0, its newest release), "latest", or a file that
    pins SQLAlchemy, of pip, uv, poetry, pdm, pipenv, conda or pixi (docs/upgrade.md); "-" is
    standard input, and main:requirements.txt a file of a git revision. OLD can be "previous", the
    release before NEW. Without --task and --style, a task of each kind is checked (reading,
    repeating, writing, eager loading), with all its styles; the report's last line says what that
    covers. Without --rows, the two largest sizes of each task that is named, of all with --all, and
    of the article's; of the other three the smallest one. With --rows, of tasks that nobody named
    those that have such a size. What is missing is measured.

    \b
    Exit codes:
      0    nothing needs more memory
      1    something does (known changes can be accepted with --accept)
      2    it could not be measured, or bad input
      130  interrupted; what was measured is kept

    docs/upgrade.md says how the verdicts come about, and how to use this in CI.
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
    click.echo(FORMATS[kind](comparison), nl=False)
    sys.exit(comparison.exit_code)


if __name__ == "__main__":
    main(prog_name="scripts/check-upgrade")
