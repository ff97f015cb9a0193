"""scripts/study noise: how far figures of the same release differ on this machine."""

import sys

import click
from rich.console import Console

from suite.commands import groups, options
from suite.figures import tasks
from suite.figures.amounts import label, readable, small
from suite.figures.tasks import FIRST_TASK
from suite.measuring import fixture_files
from suite.measuring.missing import MEMORY, TIME, Cell, units_of
from suite.measuring.processes import Outcome, Unit
from suite.project import Project
from suite.releases.catalogue import Release
from suite.releases.named import LATEST
from suite.reports import tables
from suite.reports.tables import Column, Table
from suite.studies import noise, runs
from suite.studies.noise import Spread
from suite.terminal import progress
from suite.upgrade.comparison import METRICS

COLUMNS = (
    Column("style", "name"),
    Column("median", rank=0),
    Column("spread", rank=3),
    Column("of the median", rank=4),
    Column("smallest detectable change", rank=1),
    Column("of it", rank=2),
)


@click.command(cls=options.Command)
@click.argument("release", type=options.RELEASE, default=LATEST)
@click.option("--repeat", default=5, show_default=True, type=click.IntRange(2), metavar="K")
@click.option("--rows", default=10_000, show_default=True, type=click.IntRange(1), metavar="N")
@click.option("--task", default=FIRST_TASK, show_default=True, metavar="T")
@click.option(
    "--style", "styles", multiple=True, metavar="S", help="Its key or label; several can be named."
)
@click.option("--python", default=None, metavar="X.Y", help="Default: that of asv.conf.json.")
@click.option("--time/--no-time", "timed", default=True, help="Also measure seconds.")
@groups.form
def main(
    release: Release,
    repeat: int,
    rows: int,
    task: str,
    styles: tuple[str, ...],
    python: str | None,
    timed: bool,
    form: str,
) -> None:
    """Measure RELEASE K times, and print how far its figures differ from run to run.

    RELEASE is a version (2.0.58) or a series (2.0); without it, the newest release. Every value
    comes from a process of its own.

    "smallest detectable change" is how much two single measurements, such as those of two releases,
    have to differ before it is no noise: 2.8 standard deviations (ISO 5725-6). It is never less
    than the spread seen here, or than what the instrument can tell apart.

    Exit codes: 0 every style was measured, or the release can't run it, 1 some style failed (the
    reason is printed), 2 bad input or nothing could be measured, 130 interrupted (what was measured
    is printed).
    """
    pairs = [pair for style in styles for pair in tasks.styles_named(style, [task])]
    pairs = pairs or [(task, style) for style in tasks.task_named(task).styles]
    errors = Console(stderr=True)
    environment = runs.environment(release, python or Project().python, errors)
    instruments = [*MEMORY, *([TIME] if timed else [])]
    units = units_of([Cell(*pair, rows) for pair in pairs], instruments)
    runs.seed(fixture_files.of_units(units), errors)
    outcomes: list[Outcome] = []
    title = (
        f"SQLAlchemy {release.version}, Python {environment.python}, {rows:,} rows, {repeat} runs"
    )
    try:
        work = f"SQLAlchemy {release.version}"
        with progress.steps_of(errors, work, len(units) * repeat) as step:
            for outcome in noise.measure(environment, units, repeat):
                outcomes.append(outcome)
                step()
    finally:
        found = sorted(noise.spreads(outcomes), key=lambda spread: units.index(spread.unit))
        _print(found, title, form)
        lacking = noise.missing(outcomes)
        for gap in lacking:
            word = "failed" if gap.failed else "skipped"
            click.echo(f"{word}: {_label(gap.unit)} ({gap.unit.instrument}): {gap.reason}")
    sys.exit(1 if any(gap.failed for gap in lacking) else 0)


def _print(found: list[Spread], title: str, form: str) -> None:
    for metric in METRICS:
        rows = [_row(spread) for spread in found if spread.metric == metric]
        if rows:
            click.echo(tables.render(Table(f"{label(metric)}: {title}", COLUMNS, rows), form))


def _row(spread: Spread) -> list[str]:
    part = spread.detectable / spread.median if spread.median > 0 else None
    return [
        _label(spread.unit),
        readable(spread.metric, spread.median),
        small(spread.metric, spread.spread),
        _percent(spread.relative),
        small(spread.metric, spread.detectable),
        _percent(part),
    ]


def _label(unit: Unit) -> str:
    return tasks.task_named(unit.task).label(unit.style)


def _percent(part: float | None) -> str:
    return "" if part is None else f"{part:.3%}"
