"""scripts/study article: the experiment of 2015, run again."""

import click
from rich.console import Console

from suite.commands import options
from suite.figures.tasks import FIRST_TASK
from suite.measuring import pool
from suite.measuring.environments import Environment
from suite.measuring.fixture_files import Wanted
from suite.measuring.pool import Batch
from suite.measuring.processes import Unit
from suite.releases.catalogue import Release
from suite.reports import tables
from suite.studies import article, lines, runs
from suite.studies.article import Reproduction
from suite.studies.lines import LineProfile, NoProfileError

MALLOC_ALONE = {"PYTHONMALLOC": "malloc"}


@click.command(cls=options.Command)
@click.option(
    "--release", type=options.RELEASE, default=article.RELEASE, show_default=True, metavar="X"
)
@click.option("--python", metavar="X.Y", help="Default: 3.8, or 3.11 for 1.3 and newer.")
@click.option("--rows", type=click.IntRange(1000), metavar="N", help="Do not search for the rows.")
def main(release: Release, python: str | None, rows: int | None) -> None:
    """Run the article's experiment on the release of its day, and compare every figure.

    The article does not say how many rows it read. This searches for the number at which the query
    of full entities adds as much as there, 323.9 MiB (within 1 %). Then both styles run line by
    line. They run once more with the C library's allocator alone, to see whether the allocator
    decides how much stays after `del`.

    It takes about two minutes, and half a gigabyte of memory.

    Exit codes: 0 printed, whatever agrees, 1 a style failed, 2 bad input or no Python to measure
    with, 130 interrupted.
    """
    errors = Console(stderr=True)
    try:
        environment = runs.environment(release, python, errors)
        reproduction = _reproduce(environment, rows, errors)
    except NoProfileError as reason:
        raise click.ClickException(str(reason)) from reason
    _print(reproduction)


def _reproduce(environment: Environment, given: int | None, errors: Console) -> Reproduction:
    def profile(style: str, rows: int, **variables: str) -> LineProfile:
        runs.seed([Wanted(rows)], errors)
        what = f"{article.LABELS[style]}, {rows:,} rows"
        with errors.status(f"Profiling {what} ..."):
            taken = lines.measure(environment, FIRST_TASK, style, rows, variables)
        added = lines.size(article.steps(taken).query)
        settings = "".join(f", {name}={value}" for name, value in variables.items())
        errors.print(f"{what}{settings}: the query adds {added}", highlight=False)
        if given:
            article.require_readable(taken)
        return taken

    wide, narrow = article.STYLES
    full = profile(wide, given) if given else article.find_rows(lambda guess: profile(wide, guess))
    return Reproduction(
        {wide: full, narrow: profile(narrow, full.rows)},
        {style: profile(style, full.rows, **MALLOC_ALONE) for style in article.STYLES},
        _net_peak(environment, article.ONE_COLUMN, full.rows),
        searched=given is None,
    )


def _net_peak(environment: Environment, style: str, rows: int) -> float:
    unit = Unit(FIRST_TASK, style, rows, "resident")
    (outcome,) = pool.measure(Batch(environment, (unit,), timeout=lines.TIMEOUT))
    peak = outcome.figure("track_peak")
    if peak is None:
        raise NoProfileError(f"{style} failed: {outcome.failed or outcome.skipped}")
    return peak


def _print(made: Reproduction) -> None:
    here = {style: article.steps(profile) for style, profile in made.profiles.items()}
    for table in (
        *map(lines.table, made.profiles.values()),
        article.comparison_table(here),
        article.remainder_table(made),
    ):
        click.echo(tables.render(table, width_of_a_file=lines.WIDTH_OF_A_FILE))
    findings = article.findings(here, made.searched)
    _print_list("Agrees", [finding.text for finding in findings if finding.agrees])
    _print_list("Differs", [finding.text for finding in findings if not finding.agrees])
    _print_list("Why", article.reasons(made))


def _print_list(heading: str, lines: list[str]) -> None:
    click.echo(f"\n{heading}:")
    for line in lines or ["nothing"]:
        click.echo(f"- {line}")
