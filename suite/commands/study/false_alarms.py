"""scripts/study false-alarms: how often the check calls a release worse than itself."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from rich.console import Console

from suite.commands import groups, options
from suite.figures import limits, tasks
from suite.figures.amounts import label, small
from suite.figures.limits import Limit
from suite.measuring import fixture_files
from suite.measuring.environments import Environment
from suite.measuring.missing import MEMORY, Cell, units_of
from suite.measuring.processes import Unit
from suite.project import Project
from suite.releases.catalogue import Catalogue, Release
from suite.releases.named import named
from suite.reports import tables
from suite.reports.tables import Column, Table
from suite.studies import false_alarms, runs
from suite.studies.callers import CALLERS, Caller
from suite.studies.false_alarms import Difference, FalseAlarms, Journal, Measured
from suite.terminal import progress
from suite.terminal.errors import UserMistake
from suite.upgrade import checking

COLUMNS = (
    Column("metric", "name"),
    Column("rows", "name"),
    Column("verdicts", rank=1),
    Column("false alarms", rank=0),
    Column("largest difference", rank=0),
    Column("of the figure", rank=2),
    Column("release and style", "text", 4),
    Column("callers", "text", 5),
    Column("limit", rank=3),
)


def tasks_with(rows: tuple[int, ...]) -> tuple[str, ...]:
    """The tasks that are measured at all these numbers of rows."""
    found = (task.name for task in tasks.tasks().values() if {*rows} <= {*task.rows})
    return tuple(found)


def smallest_of(cells: Iterable[Cell]) -> list[Cell]:
    """Their styles at their tasks' smallest numbers of rows, and where they are repeated."""
    known = tasks.tasks()
    found = {
        Cell(cell.task, cell.style, rows)
        for cell in cells
        for rows in (min(known[cell.task].rows), known[cell.task].repeated)
    }
    return sorted(found)


@click.command(cls=options.Command)
@click.argument("releases", type=options.RELEASE, nargs=-1)
@click.option("--caller", "names", multiple=True, metavar="NAME", help="Default: all; see below.")
@click.option("--repeat", default=1, show_default=True, type=click.IntRange(1), metavar="K")
@click.option("--task", "chosen", multiple=True, metavar="TASK", help="Default: all of them.")
@click.option("--style", "styles", multiple=True, metavar="[TASK.]STYLE", help="A style.")
@click.option("--rows", multiple=True, type=int, metavar="N", help="A number of rows; repeatable.")
@click.option("--smallest", is_flag=True, help="Each task at its smallest size, and repeated.")
@click.option("--python", default=None, metavar="X.Y", help="Default: that of asv.conf.json.")
@click.option("--journal", type=click.Path(path_type=Path), metavar="FILE", help="Go on from it.")
@groups.form
@options.limits_file
@options.configuration
def main(
    releases: tuple[Release, ...],
    names: tuple[str, ...],
    repeat: int,
    chosen: tuple[str, ...],
    styles: tuple[str, ...],
    rows: tuple[int, ...],
    smallest: bool,
    python: str | None,
    journal: Path | None,
    form: str,
    limits_file: Path,
    project: Project,
) -> None:
    """Measure each release in several surroundings, and count the differences that are none.

    RELEASES are versions (2.0.58) or series (2.0); without them, the newest of each series. Each
    caller measures K times: from a folder or home of another length, as another user, with other
    environment variables, on busy processors, with the styles in another order. Every measurement
    of a release is compared with every other one of it; each verdict but "same" is a false alarm.

    Everything takes hours: choose by --task, --smallest, --rows and --caller. --journal keeps what
    was measured, and the same command goes on from there.

    \b
    Callers: here, again, bare, 5 kB, 20 kB, short path, long path, long home, other user,
    nice, busy, one processor, other limits, backwards, shuffled.

    Exit codes: 0 no false alarm, 1 a false alarm, 2 bad input, or something could not be judged, or
    nothing, 130 interrupted (what was compared is printed).
    """
    judged_by = limits.on_this_machine(limits.chosen(limits.load(limits_file)))
    if smallest and rows:
        raise UserMistake("--smallest and --rows: name one of them")
    everything = () if styles else tasks_with(rows)
    cells = checking.select(chosen or everything, styles, rows)
    if smallest:
        cells = smallest_of(cells)
    units = units_of(cells, MEMORY)
    who = _chosen(names, repeat)
    kept = Journal(journal)
    errors = Console(stderr=True)
    runs.seed(fixture_files.of_units(units), errors)
    wanted = releases or [named(Catalogue.load(), series) for series in project.branches]
    found = FalseAlarms(judged_by, [])
    try:
        for release in wanted:
            environment = runs.environment(release, python or project.python, errors, project)
            measured = [
                Measured(release.version, environment.python, caller.name, number)
                for caller in who
                for number in range(repeat)
            ]
            try:
                _measure(measured, environment, units, kept, errors)
            finally:
                whole = [each for each in measured if len(each.outcomes) == len(units)]
                found.differences.extend(false_alarms.compare(whole, judged_by))
    finally:
        _print(found, len(who) * repeat, form)
    sys.exit(1 if found.alarms else 2 if found.undecided or not found.verdicts else 0)


def _chosen(names: tuple[str, ...], repeat: int) -> list[Caller]:
    known = {caller.name: caller for caller in CALLERS}
    if unknown := [name for name in names if name not in known]:
        raise UserMistake(f'--caller: "{unknown[0][:40]}" is none of {", ".join(known)}')
    asked = [known[name] for name in names or known]
    possible = [caller for caller in asked if caller.is_possible()]
    for caller in asked:
        if caller not in possible:
            options.say(f'left out: "{caller.name}": {caller.prefix[0]} can\'t do it here')
    if len(possible) * repeat < 2:
        raise UserMistake("one measurement has nothing to be compared with: name --repeat 2")
    return possible


def _measure(
    measured: list[Measured],
    environment: Environment,
    units: Sequence[Unit],
    journal: Journal,
    errors: Console,
) -> None:
    known = {caller.name: caller for caller in CALLERS}
    steps = len(measured) * len(units)
    with progress.steps_of(errors, f"SQLAlchemy {environment.release}", steps) as step:
        for each in measured:
            for _ in false_alarms.measure(each, known[each.caller], environment, units, journal):
                step()


def _print(found: FalseAlarms, measurements: int, form: str) -> None:
    releases = dict.fromkeys(each.release for each in found.differences)
    title = (
        f"SQLAlchemy {', '.join(releases)}, {measurements} measurements of each compared with each"
        f" other: {found.verdicts:,} verdicts, {len(found.alarms)} false alarms"
    )
    rows = [_row(found, largest) for largest in found.largest()]
    click.echo(tables.render(Table(title, COLUMNS, rows, names=2), form))
    for each in (*found.alarms, *found.undecided):
        where = f"{each.release}, {_style(each)}, {_callers(each)}"
        click.echo(f"{each.verdict}: {where}: {each.reason or _figures(each)}")


def _row(found: FalseAlarms, largest: Difference) -> list[str]:
    _, _, rows, metric = largest.key
    same = [each for each in found.differences if each.key[2:] == (rows, metric)]
    limit = found.limits.get(metric)
    alarms = sum(each.key[2:] == (rows, metric) for each in found.alarms)
    return [
        label(metric),
        f"{rows:,}",
        f"{len(same):,}" if limit else "not judged",
        str(alarms) if limit else "",
        small(metric, largest.distance),
        f"{largest.share:.2%}",
        f"{largest.release}, {_style(largest)}",
        _callers(largest),
        _limit(metric, limit),
    ]


def _limit(metric: str, limit: Limit | None) -> str:
    return f"{limit.share:.1%} and {small(metric, limit.floor)}" if limit else ""


def _style(each: Difference) -> str:
    task, style, *_ = each.key
    return f"{task}.{style}"


def _callers(each: Difference) -> str:
    return f"{each.first} and {each.second}"


def _figures(each: Difference) -> str:
    _, _, rows, metric = each.key
    before, after = each.before or 0, each.after or 0
    return f"{label(metric)} at {rows:,} rows, {before:,.0f} and {after:,.0f} bytes"
