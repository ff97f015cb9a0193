"""The main job: measure, publish, and print what each style costs."""

import sys

import click
from rich.console import Console

from fixtures import cache
from fixtures.errors import FixtureError
from suite import asv_commands, results, styles
from suite.comparison_table import render, style_by_release
from suite.errors import UserMistake

QUICK = r"\(.*, (1000|10000)\)$"
INTERRUPTED = 130


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--quick", is_flag=True, help="Measure 1,000 and 10,000 rows only.")
@click.argument("asv_arguments", nargs=-1, type=click.UNPROCESSED)
def main(quick: bool, asv_arguments: tuple[str, ...]) -> None:
    """Measure every query style on the newest release of each series, and publish the graphs.

    ASV_ARGUMENTS go to `asv run`: a release ("2.0.58"), a range ("2.0.50..2.0.58"), a specifier
    (">=2.0,<2.1"), and its options.

    Exit codes: 0 everything measured, 1 some style failed (the table says which), 2 could not
    measure, 130 interrupted (what was measured is kept).
    """
    console = Console(stderr=True)
    asv_commands.register_machine()
    _seed(console)
    sizes = ["--bench", QUICK] if quick else []
    code = asv_commands.asv("run", *sizes, *asv_arguments)
    if code not in (0, 2):
        sys.exit(INTERRUPTED if code == INTERRUPTED else 2)
    if asv_commands.asv("publish") != 0:
        raise UserMistake("the results are kept, but the graphs could not be published: see above")
    _report()
    sys.exit(1 if code else 0)


def _seed(console: Console) -> None:
    from benchmarks.metrics import SIZES

    for rows in SIZES:
        try:
            if cache.find(rows) is None:
                console.print(f"Seeding {rows:,} bounced addresses ...")
            cache.ensure(rows)
        except FixtureError as error:
            raise UserMistake(str(error)) from error


def _report() -> None:
    console = Console()
    figures = results.read(asv_commands.RESULTS, warn=click.echo)
    for task in styles.tasks().values():
        sizes = {figure.rows for figure in figures if figure.task == task.name}
        if sizes:
            console.print()
            console.print(render(style_by_release(figures, task, "track_peak", max(sizes))))
    console.print(f"\nGraphs: {asv_commands.HTML / 'index.html'}")
    console.print("Look at them with: .venv/bin/asv preview")


if __name__ == "__main__":
    main()
