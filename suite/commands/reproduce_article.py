"""scripts/reproduce-article: the experiment of 2015, run again."""

import click
from rich.console import Console

from suite import article, environments, line_profile, workers
from suite.article import Reproduction
from suite.catalogue import Catalogue
from suite.commands import options
from suite.environments import Environment
from suite.line_profile import LineProfile, NoProfileError
from suite.timeline import ask
from suite.workers import Unit

MALLOC_ALONE = {"PYTHONMALLOC": "malloc"}


@click.command(cls=options.Command)
@click.option("--release", default=article.RELEASE, show_default=True, metavar="X")
@click.option("--python", metavar="X.Y", help="Default: 3.8, or 3.11 for 1.3 and newer.")
@click.option("--rows", type=click.IntRange(1000), metavar="N", help="Do not search for the rows.")
def main(release: str, python: str | None, rows: int | None) -> None:
    """Run the article's experiment on the release of its day, and compare every figure.

    The article gives no number of rows: the one is searched at which the full entity's query adds
    what it added there, 323.9 MiB (within 1 %). Then both styles run line by line, and once more
    with the C library's allocator alone, which shows what decides how much stays after `del`.

    The experiment takes about two minutes, and half a gigabyte of memory.

    Exit codes: 0 printed, whatever agrees, 1 a style failed, 2 bad input or no Python to measure
    with, 130 interrupted.
    """
    errors = Console(stderr=True)
    known = ask(Catalogue.load(), lambda timeline: timeline.named(release))
    try:
        environment = environments.for_release(
            known.version, python or line_profile.default_python(known), notice=errors.print
        )
        reproduction = _reproduce(environment, rows, errors)
    except NoProfileError as reason:
        raise click.ClickException(str(reason)) from reason
    _print(reproduction)


def _reproduce(environment: Environment, rows: int | None, errors: Console) -> Reproduction:
    def profile(style: str, rows: int, **variables: str) -> LineProfile:
        line_profile.seed(rows, errors)
        what = f"{article.LABELS[style]}, {rows:,} rows"
        with errors.status(f"Profiling {what} ..."):
            taken = line_profile.measure(
                environment, line_profile.MAIN_TASK, style, rows, variables
            )
        added = article.size(article.steps(taken).query)
        settings = "".join(f", {name}={value}" for name, value in variables.items())
        errors.print(f"{what}{settings}: the query adds {added}", highlight=False)
        return taken

    full = (
        profile("full_entity", rows)
        if rows
        else article.find_rows(lambda guess: profile("full_entity", guess))
    )
    return Reproduction(
        {"full_entity": full, "columns": profile("columns", full.rows)},
        {style: profile(style, full.rows, **MALLOC_ALONE) for style in article.STYLES},
        _net_peak(environment, article.ONE_COLUMN, full.rows),
    )


def _net_peak(environment: Environment, style: str, rows: int) -> int:
    outcome = workers.measure(
        environment, Unit(line_profile.MAIN_TASK, style, rows, "resident"), line_profile.TIMEOUT
    )
    peak = outcome.figure("track_peak")
    if peak is None:
        raise NoProfileError(f"{style} failed: {outcome.failed or outcome.skipped}")
    return int(peak)


def _print(reproduction: Reproduction) -> None:
    here = {style: article.steps(profile) for style, profile in reproduction.profiles.items()}
    for profile in reproduction.profiles.values():
        line_profile.print_table(line_profile.as_table(profile))
        click.echo()
    line_profile.print_table(article.comparison_table(here))
    click.echo()
    line_profile.print_table(article.remainder_table(reproduction))
    findings = article.findings(here)
    _print_list("Agrees", [finding.text for finding in findings if finding.agrees])
    _print_list("Differs", [finding.text for finding in findings if not finding.agrees])
    _print_list("Why", article.reasons(reproduction))


def _print_list(heading: str, lines: list[str]) -> None:
    click.echo(f"\n{heading}:")
    for line in lines or ["nothing"]:
        click.echo(f"- {line}")


if __name__ == "__main__":
    main(prog_name="scripts/reproduce-article")
