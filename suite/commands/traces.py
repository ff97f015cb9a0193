"""scripts/traces: resident memory over time while each style runs."""

import click
from rich.console import Console
from rich.progress import Progress

from suite import asv_commands, environments, styles, traces, workers
from suite.catalogue import Catalogue
from suite.commands import options
from suite.errors import UserMistake
from suite.timeline import Timeline, ask

TASK = "bounced_addresses"
ROWS = 100_000


@click.command(cls=options.Command)
@click.argument("releases", nargs=-1)
@click.option("--task", default=TASK, show_default=True, help="The task whose styles run.")
@click.option(
    "--style", "names", multiple=True, help="A style; several are possible. Default: all."
)
@click.option("--rows", default=ROWS, show_default=True, type=click.IntRange(min=1000))
@click.option("--python", help='The Python to measure with, such as "3.11".')
def main(
    releases: tuple[str, ...], task: str, names: tuple[str, ...], rows: int, python: str | None
) -> None:
    """Watch resident memory while each style runs, and store that beside asv's results.

    RELEASES are releases ("2.0.58") or series ("2.0"), the newest one by default. The published
    page draws what is stored. memory_profiler looks every 5 ms; a net peak between two looks is
    missed, so these pictures explain figures and do not replace them.

    Exit codes: 0 all traced, 1 some style failed, 2 could not trace, 130 interrupted (what was
    traced is kept).
    """
    console = Console(stderr=True)
    chosen = _styles(task, names)
    catalogue = Catalogue.load()
    wanted = [_version(catalogue, name) for name in releases]
    folder = asv_commands.RESULTS / asv_commands.machine_name()
    workers.ensure_fixtures(rows)
    failures = 0
    for release in wanted or [Timeline(catalogue).newest().version]:
        environment = environments.for_release(release, python, console.print)
        paths = []
        with Progress(console=console, transient=True) as progress:
            for style in progress.track(chosen, description=f"SQLAlchemy {release}"):
                try:
                    trace = traces.measure(environment, task, style, rows)
                except traces.NoTraceError as error:
                    failures += 1
                    console.print(f"failed: {task}.{style} on {release}: {error}")
                else:
                    paths += [traces.store(folder, [trace])] if trace else []
        if paths:
            click.echo(f"{len(paths)} styles on SQLAlchemy {release}: {paths[0]}")
    if failures:
        raise SystemExit(1)


def _version(catalogue: Catalogue, name: str) -> str:
    return ask(catalogue, lambda timeline: timeline.named(name)).version


def _styles(task: str, names: tuple[str, ...]) -> list[str]:
    known = styles.tasks().get(task)
    if known is None:
        raise UserMistake(f"{task}: no such task; there are {', '.join(styles.tasks())}")
    if unknown := [name for name in names if name not in known.styles]:
        raise UserMistake(f"{unknown[0]}: no such style; {task} has {', '.join(known.styles)}")
    return list(names or known.styles)


if __name__ == "__main__":
    main(prog_name="scripts/traces")
