"""The main job: measure, publish, and print what each style costs."""

import sys
import time

import click
from rich.console import Console

from benchmarks.metrics import SIZES
from fixtures import cache
from fixtures.errors import FixtureError
from suite import asv_commands, consoles, results, styles
from suite.commands import options, publish
from suite.comparison_table import render, style_by_release
from suite.errors import UserMistake
from suite.results import Figure

QUICK_SIZES = (1000, 10000)
FIRST_TASK = "BouncedAddresses"
# A bad example that takes more than a minute on each release. 10,000 rows say the same of a row.
SLOW = "History.*'lazy', 100000"


@click.command(cls=options.Command, context_settings={"ignore_unknown_options": True})
@click.option("--quick", is_flag=True, help="Measure 1,000 and 10,000 rows only.")
@click.option("--all", "everything", is_flag=True, help="Measure every task and start-up too.")
@click.argument("asv_arguments", nargs=-1, type=click.UNPROCESSED)
def main(quick: bool, everything: bool, asv_arguments: tuple[str, ...]) -> None:
    """Measure the query styles on the newest release of each series, and publish the graphs.

    Without options: the article's task, with all its styles, at 1,000, 10,000 and 100,000 rows.
    ASV_ARGUMENTS go to `asv run`: a release ("2.0.58"), a range ("2.0.50..2.0.58"), a specifier
    (">=2.0,<2.1"), and its options, such as --bench.

    --all leaves out one bad example at its largest size, 100,000 queries for 100,000 rows, which
    --bench "History.*'lazy', 100000" measures.

    Exit codes: 0 everything measured, 1 some style failed (the table says which), 2 could not
    measure, 130 interrupted (what was measured is kept).
    """
    started = time.time()
    asv_commands.register_machine()
    _seed(Console(stderr=True))
    code = asv_commands.asv("run", *selection(quick, everything, asv_arguments), *asv_arguments)
    if code not in (0, 2):
        sys.exit(2)
    _report(consoles.output(), started)
    publish.run()
    sys.exit(1 if code else 0)


def selection(quick: bool, everything: bool, asv_arguments: tuple[str, ...]) -> list[str]:
    """asv's own options for what to measure; nothing where the user gives them."""
    if any(argument.startswith(("--bench", "-b")) for argument in asv_arguments):
        return []
    task = rf"^(?!.*{SLOW}\))" if everything else rf"\.{FIRST_TASK}\."
    sizes = "|".join(map(str, QUICK_SIZES))
    return ["--bench", rf"{task}.*\(.*, ({sizes})\)$" if quick else task]


def _seed(console: Console) -> None:
    """Build the fixtures here, where a problem is one line, and not in asv's setup."""
    for rows in SIZES:
        try:
            if cache.find(rows) is None:
                console.print(f"Seeding {rows:,} bounced addresses ...")
                cache.ensure(rows)
        except FixtureError as error:
            raise UserMistake(str(error)) from error


def _report(console: Console, started: float) -> None:
    """Print a table for each task that was measured since ``started``, at its largest size."""
    figures = results.read(asv_commands.RESULTS, options.say, options.say)
    recent = [figure for figure in figures if _measured_since(figure, started)]
    for task in styles.tasks().values():
        sizes = {figure.rows for figure in recent if figure.task == task.name}
        if sizes:
            console.print()
            console.print(render(style_by_release(recent, task, "track_peak", max(sizes))))


def _measured_since(figure: Figure, started: float) -> bool:
    milliseconds = 1000
    return (figure.measured_at or 0) >= int(started) * milliseconds


if __name__ == "__main__":
    main(prog_name="scripts/bench")
