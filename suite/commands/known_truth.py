"""scripts/known-truth: how far each instrument is from a truth that is known."""

import sys

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Table

from suite import consoles, environments, known_truth
from suite.catalogue import Catalogue
from suite.commands import options
from suite.known_truth import HOLDER_LABELS, INSTRUMENT_LABELS, Trial
from suite.timeline import HISTORY, ask
from suite.units import MEBIBYTE

# What issue reports can rely on: a net peak is at most this far from the truth.
TOLERANCE = 0.3 * MEBIBYTE


@click.command(cls=options.Command)
@click.option("--python", default=None, metavar="X.Y", help="Default: that of asv.conf.json.")
def main(python: str | None) -> None:
    """Hold 1 to 500 MiB for 1 to 200 ms, and print how far each instrument is from the truth.

    Errors are measured minus true, in MiB. True for the resident instruments is the memory in whole
    pages that the held data occupies; true for the heap is what Python's allocators were asked for,
    which is nothing where SQLite holds the memory. The profiler is memory_profiler, which samples
    every 0.1 s unless told otherwise. Takes about a minute.

    Exit codes: 0 every net peak is within 0.3 MiB of the truth, 1 some is not, 2 not measured,
    130 interrupted.
    """
    newest = ask(Catalogue.load(), lambda timeline: timeline.named(HISTORY)).version
    errors = Console(stderr=True)
    environment = environments.for_release(newest, python, notice=errors.print)
    work = known_truth.cases()
    trials: list[Trial] = []
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with options.interruptible("Interrupted: the table holds what was measured."):
        try:
            with Progress(*columns, console=errors) as progress:
                bar = progress.add_task("holding", total=len(work) * len(INSTRUMENT_LABELS))
                for trial in known_truth.measure(environment, work):
                    trials.append(trial)
                    progress.advance(bar)
        finally:
            consoles.output().print(_table(trials))
    marks = [abs(trial.error) for trial in trials if trial.instrument == "mark"]
    click.echo(f"The net peak is at most {max(marks) / MEBIBYTE:.2f} MiB from the truth.")
    sys.exit(1 if max(marks) > TOLERANCE else 0)


def _table(trials: list[Trial]) -> Table:
    table = Table(title="Error in MiB: measured minus true")
    table.add_column("what is held")
    for heading in ("MiB", "for", *INSTRUMENT_LABELS.values()):
        table.add_column(heading, justify="right")
    found = {(trial.case, trial.instrument): trial for trial in trials}
    for case in dict.fromkeys(trial.case for trial in trials):
        errors = [found.get((case, instrument)) for instrument in INSTRUMENT_LABELS]
        table.add_row(
            HOLDER_LABELS[case.holder],
            f"{case.size // MEBIBYTE}",
            f"{case.duration * 1000:.0f} ms",
            *("-" if trial is None else f"{trial.error / MEBIBYTE:+.2f}" for trial in errors),
        )
    return table


if __name__ == "__main__":
    main(prog_name="scripts/known-truth")
