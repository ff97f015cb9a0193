"""scripts/styles: every stored figure of a task's styles."""

import click

from suite import asv_commands, results, style_report, styles
from suite.commands import options
from suite.errors import UserMistake


@click.command(cls=options.Command)
@click.argument("tasks", nargs=-1)
@click.option("--rows", default=100_000, show_default=True, metavar="N")
@click.option("--python", default="3.11", show_default=True, metavar="X.Y")
@click.option("--release", "releases", multiple=True, help="Several can be named. Default: all.")
@click.option("--format", "form", type=click.Choice(["table", "markdown"]), default="table")
def main(
    tasks: tuple[str, ...], rows: int, python: str, releases: tuple[str, ...], form: str
) -> None:
    """Print what every style of TASKS costs: net peak / heap / retained in MiB, and seconds.

    Without TASKS, all of them. "bytes a row" is the slope of the net peak on the newest release
    between a tenth of the rows and all of them, "fixed" what no row brings.

    Exit codes: 0 printed, 2 no such task, or nothing of it was measured.
    """
    known = styles.tasks()
    if unknown := [name for name in tasks if name not in known]:
        raise UserMistake(f"{unknown[0]}: no such task; there are {', '.join(known)}")
    figures = [
        figure
        for figure in results.read(asv_commands.RESULTS, options.say, options.say)
        if figure.python == python and (not releases or figure.release in releases)
    ]
    printed = False
    for name in tasks or known:
        made = style_report.report(figures, known[name], rows)
        if made is not None:
            printed = True
            click.echo(f"\n{made.task.name}: {made.task.question}, {made.rows:,} rows\n")
            click.echo(style_report.render(made, markdown=form == "markdown"))
    if not printed:
        raise UserMistake(f"nothing was measured at {rows:,} rows: see scripts/bench --help")


if __name__ == "__main__":
    main(prog_name="scripts/styles")
