"""scripts/pictures: the README's pictures, from stored results."""

from pathlib import Path

import click
from packaging.version import Version

from suite import asv_commands, machines, results, styles, traces
from suite.commands import options
from suite.errors import UserMistake
from suite.results import Figure
from suite.site import pictures

FOLDER = asv_commands.ROOT / "docs" / "pictures"
METRIC = "track_peak"


@click.command(cls=options.Command)
@click.option("--task", default="bounced_addresses", show_default=True, help="What is drawn.")
@click.option("--rows", type=int, help="The number of rows; the largest measured one by default.")
@click.option("--release", help="The release to watch over time; the newest watched by default.")
@click.option(
    "--results",
    "results_dir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=asv_commands.RESULTS,
    help="Another folder of results.",
)
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), default=FOLDER)
def main(task: str, rows: int | None, release: str | None, results_dir: Path, output: Path) -> None:
    """Draw heat-table.svg and memory-over-time.svg from stored results.

    The first from asv's results (scripts/bench), the second from what scripts/traces stored.

    Exit codes: 0 drawn, 2 neither is there, 130 interrupted.
    """
    if task not in styles.tasks():
        raise UserMistake(f"{task}: no such task; there are {', '.join(styles.tasks())}")
    drawn = [
        *_draw_heat_table(task, rows, results_dir, output),
        *_draw_traces(task, rows, release, results_dir, output),
    ]
    for path in drawn:
        click.echo(path)
    if not drawn:
        raise SystemExit(UserMistake.exit_code)


def _draw_heat_table(task: str, rows: int | None, results_dir: Path, output: Path) -> list[Path]:
    found = results.find(
        results.read(results_dir, options.say, options.say), task=task, metric=METRIC
    )
    found = [figure for figure in found if figure.value is not None]
    size = rows or max((figure.rows for figure in found), default=0)
    figures = _of_one_environment([figure for figure in found if figure.rows == size])
    if not figures:
        options.say(f"no heat table: no net peak of {task} is stored; measure with scripts/bench")
        return []
    machine = machines.describe(results_dir / figures[0].machine)
    path = output / "heat-table.svg"
    pictures.write(path, pictures.heat_table(figures, styles.tasks()[task], machine))
    return [path]


def _draw_traces(
    task: str, rows: int | None, release: str | None, results_dir: Path, output: Path
) -> list[Path]:
    for folder in sorted(path for path in results_dir.glob("*") if path.is_dir()):
        taken = [trace for trace in traces.read(folder, options.say) if trace.task == task]
        newest = max((trace.release for trace in taken), key=Version, default=None)
        taken = [trace for trace in taken if trace.release == (release or newest)]
        size = rows or max((trace.rows for trace in taken), default=0)
        if taken := [trace for trace in taken if trace.rows == size]:
            svg = pictures.memory_over_time(taken, styles.tasks()[task], machines.describe(folder))
            pictures.write(output / "memory-over-time.svg", svg)
            return [output / "memory-over-time.svg"]
    options.say(f"no picture over time: no run of {task} was watched; do so with scripts/traces")
    return []


def _of_one_environment(figures: list[Figure]) -> list[Figure]:
    """Those of the machine and Python with the most figures."""
    groups: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        groups.setdefault((figure.machine, figure.python), []).append(figure)
    return max(groups.values(), key=len, default=[])


if __name__ == "__main__":
    main(prog_name="scripts/pictures")
