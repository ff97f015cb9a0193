"""scripts/study known-truth: how far each instrument is from a truth that is known."""

import sys

import click
from rich.console import Console

from benchmarks.metrics import METRICS, REPEATING
from suite.commands import groups, options
from suite.figures.amounts import MEBIBYTE
from suite.project import Project
from suite.releases.catalogue import Catalogue
from suite.releases.named import LATEST, named
from suite.reports import tables
from suite.reports.tables import Column, Table
from suite.studies import known_truth, runs
from suite.studies.known_truth import (
    HOLDER_LABELS,
    INSTRUMENT_LABELS,
    LEAK_LABELS,
    Case,
    LeakTrial,
    Trial,
)
from suite.terminal import progress

# What issue reports can rely on: a net peak is at most this far from the truth.
TOLERANCE = 0.3 * MEBIBYTE
# And a growth, in bytes for each execution: some small object, a fraction of the times.
GROWTH_TOLERANCE = 8.0
GROWTH_LABELS = {each.figure: each.label for each in METRICS if each.instrument == REPEATING}


@click.command(cls=options.Command)
@click.option("--python", default=None, metavar="X.Y", help="Default: that of asv.conf.json.")
@groups.form
def main(python: str | None, form: str) -> None:
    """Hold memory of a known size, and print how far each instrument is from it.

    The first table is of 1 to 500 MiB, held for 1 to 200 ms: what was measured minus what is true,
    in MiB. For resident memory, the truth is the whole pages that the data occupies; for the heap,
    what Python's allocators were asked for, which is nothing where SQLite holds the memory. The
    profiler is memory_profiler, which looks every 0.1 s unless told otherwise.

    The second table is of functions that leave 100 bytes to 100 KiB with each execution: the truth
    and what was measured, in bytes. It all takes about a minute.

    Exit codes: 0 every net peak is within 0.3 MiB of the truth and every growth of the heap within
    8 bytes, 1 some is not, 2 not measured, 130 interrupted.
    """
    errors = Console(stderr=True)
    newest = named(Catalogue.load(), LATEST)
    environment = runs.environment(newest, python or Project().python, errors)
    work = known_truth.cases()
    trials: list[Trial] = []
    leaks: list[LeakTrial] = []
    left = known_truth.leak_cases()
    try:
        total = len(work) * len(INSTRUMENT_LABELS) + len(left)
        with progress.steps_of(errors, "Known truth", total) as step:
            for trial in known_truth.measure(environment, work):
                trials.append(trial)
                step()
            for leak in known_truth.leak(environment, left):
                leaks.append(leak)
                step()
    finally:
        click.echo(tables.render(_table(trials), form))
        click.echo(tables.render(_table_of_leaks(leaks), form))
    marks = [abs(trial.error) for trial in trials if trial.instrument == "mark"]
    click.echo(f"The net peak is at most {max(marks) / MEBIBYTE:.2f} MiB from the truth.")
    grown = [abs(leak.error(figure)) for leak in leaks for figure in ("growth", "uncollected")]
    click.echo(f"Growth of the heap is at most {max(grown):.1f} bytes from the truth.")
    sys.exit(max(marks) > TOLERANCE or max(grown) > GROWTH_TOLERANCE)


def _table(trials: list[Trial]) -> Table:
    found: dict[Case, dict[str, str]] = {}
    for trial in trials:
        error = f"{trial.error / MEBIBYTE:+.2f}"
        found.setdefault(trial.case, {})[trial.instrument] = error
    return Table(
        "Error in MiB: measured minus true",
        [
            Column("what is held", "name"),
            *map(Column, ("MiB", "for", *INSTRUMENT_LABELS.values())),
        ],
        [
            [
                HOLDER_LABELS[case.holder],
                f"{case.size // MEBIBYTE}",
                f"{case.duration * 1000:.0f} ms",
                *(errors.get(instrument, "-") for instrument in INSTRUMENT_LABELS),
            ]
            for case, errors in found.items()
        ],
        names=3,
    )


def _table_of_leaks(leaks: list[LeakTrial]) -> Table:
    return Table(
        "Growth in bytes for each execution: true / measured",
        [
            Column("what is left", "name"),
            Column("bytes or entries"),
            *(Column(title, rank=0) for title in GROWTH_LABELS.values()),
        ],
        [
            [
                LEAK_LABELS[leak.leak],
                f"{leak.size:,}",
                *(
                    f"{leak.truth[figure]:,} / {leak.measured[figure]:,.0f}"
                    for figure in GROWTH_LABELS
                ),
            ]
            for leak in leaks
        ],
        names=2,
    )
