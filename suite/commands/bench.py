"""The main job: measure, publish, and print what each style costs."""

import contextlib
import io
import sys
import time
from collections.abc import Iterator

import click
from asv.commands import make_argparser

from suite import database
from suite.asv_plugin.commands import asv
from suite.commands import options, publish
from suite.database import SQLITE, Database
from suite.figures.tasks import FIRST_TASK, tasks
from suite.measuring import machines, results
from suite.measuring.results import Figure
from suite.project import Project
from suite.reports import style_report, tables
from suite.terminal.errors import UserMistake

# Left out of --all, which would take half an hour: fewer rows say the same of a row there.
SLOW = {
    **dict.fromkeys(("campaigns", "export", "first_bounced", "history", "how_many"), (100_000,)),
    **dict.fromkeys(("requests", "sessions"), (500,)),
    "wide_rows": (2_000,),
}
# Seconds are taken at the largest sizes: those of few rows are the statement's.
TIMED = {FIRST_TASK: 2}


@click.command(cls=options.Command, context_settings={"ignore_unknown_options": True})
@click.option("--quick", is_flag=True, help="Leave out the largest size of each task.")
@click.option("--all", "everything", is_flag=True, help="Measure every task, and start-up.")
@options.verbose
@options.measured
@click.argument("asv_arguments", nargs=-1, type=click.UNPROCESSED)
def main(
    quick: bool,
    everything: bool,
    verbose: bool,
    asv_arguments: tuple[str, ...],
    project: Project,
) -> None:
    """Measure what each way of querying costs, print it, and publish the graphs.

    Without arguments, it measures the task bounced_addresses with all its styles, at 1,000, 10,000
    and 100,000 rows, on the newest release of each series of SQLAlchemy.

    ASV_ARGUMENTS go to `asv run`: a release ("2.0.58"), a range ("2.0.50..2.0.58"), a specifier
    (">=2.0,<2.1"), or its options, such as --bench.

    Seconds are not measured at few rows. With --all, some tasks are not measured at their largest
    size (campaigns, export, first_bounced, history, how_many, requests, sessions, wide_rows), nor
    is the heap of start-up, which takes long. To measure it all the same: --bench
    "history.*100000", --bench "startup.*heap".

    Exit codes: 0 everything measured, 1 some style failed (the table says which), 2 could not
    measure, 130 interrupted (what was measured is kept).
    """
    started = time.time()
    words = [*selection(quick, everything, asv_arguments, project.database), *asv_arguments]
    _require_words_of_asv(words)
    machines.this_machine()
    variables = {database.VARIABLE: project.database.text}
    code = asv(
        "run",
        *words,
        configuration=project.configuration,
        variables=variables,
        quiet=not verbose,
    )
    if code not in (0, 2):
        sys.exit(2)  # asv has said why
    _report(started, project)
    publish.run(project, verbose=verbose)
    sys.exit(1 if code else 0)


def selection(
    quick: bool, everything: bool, asv_arguments: tuple[str, ...], measured: Database = SQLITE
) -> list[str]:
    """asv's own options for what to measure; nothing where the user gives them.

    Start-up is measured with SQLite, and costs the same with any database.
    """
    if any(argument.startswith(("--bench", "-b")) for argument in asv_arguments):
        return []
    all_of_them = "" if measured == SQLITE else r"tasks\."
    chosen = all_of_them if everything else rf".*\.{FIRST_TASK}\."
    return ["--bench", rf"^(?!.*({'|'.join(_left_out(quick))})\)){chosen}"]


def _left_out(quick: bool) -> Iterator[str]:
    """Patterns for what is not measured: slow sizes, seconds of few rows, the heap of start-up."""
    yield r"startup\..*\.track_heap\(.*"
    for task in tasks().values():
        slow = SLOW.get(task.name, ())
        timed = [rows for rows in task.rows if rows not in slow][-TIMED.get(task.name, 1) :]
        for rows in task.rows:
            is_left_out = rows in slow or (quick and rows == task.rows[-1])
            if is_left_out or rows not in timed:
                method = r"\w+" if is_left_out else "time_query"
                yield rf"tasks\.{task.name}\.Styles\.{method}\(.*, {rows}"


def _require_words_of_asv(words: list[str]) -> None:
    """Raise UserMistake where asv would not understand: it ends as if a benchmark had failed."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            make_argparser()[0].parse_args(["run", *words])
    except SystemExit as ended:
        if ended.code:
            raise UserMistake(f"{said.getvalue().strip().splitlines()[-1]}; see --help") from None
        sys.exit(0)


def _report(started: float, project: Project) -> None:
    """Print a table for each task that was measured since ``started``, at its largest size."""
    folder = project.results_dir
    figures = results.read(folder, options.say, options.say)
    recent = [figure for figure in figures if _measured_since(figure, started)]
    for task in tasks().values():
        for table in style_report.written(recent, task, None, folder, [style_report.METRICS]):
            click.echo(tables.render(table))


def _measured_since(figure: Figure, started: float) -> bool:
    milliseconds = 1000
    return (figure.measured_at or 0) >= int(started) * milliseconds


if __name__ == "__main__":
    main(prog_name="scripts/bench")
