"""scripts/study page-speed: how soon the published page shows its figures."""

import tempfile
from pathlib import Path

import click

from suite.commands import groups, options
from suite.figures import limits
from suite.measuring import results, traces
from suite.project import Project
from suite.reports import tables
from suite.site import page
from suite.studies import page_speed
from suite.terminal.errors import UserMistake


@click.command(cls=options.Command)
@click.option(
    "--releases",
    "counts",
    type=click.IntRange(min=1),
    multiple=True,
    help="So many of the measured releases, evenly spaced; may be given again. Default: all.",
)
@click.option(
    "--repeat", type=click.IntRange(min=1), default=3, show_default=True, help="Openings of each."
)
@options.configuration
@groups.form
def main(counts: tuple[int, ...], repeat: int, project: Project, form: str) -> None:
    """Open the page in Chromium, on a quick and on a slow line, and print what took how long.

    The page is published from stored results into a folder that comes and goes, and sent from this
    machine uncompressed. "figures" is when the table of styles is painted, "interactive" when the
    page's script has drawn it, both from the address on; "chart" is from scrolling to the first
    chart until it is drawn, with the charting library loaded; "tick" from a click on a style until
    it has its colour. Each is the median of --repeat openings.

    Exit codes: 0 printed, 2 could not be measured, 130 interrupted (the table holds what was).
    """
    figures = results.read(project.results_dir, warn=options.say)
    if not figures:
        raise UserMistake(f"there are no results in {project.results_dir} to publish")
    watched = traces.read(project.results_dir)
    every = len({figure.release for figure in figures})
    found: list[tuple[int, page_speed.Line, page_speed.Speed]] = []
    try:
        with page_speed.browser() as browser:
            for wanted in counts or (every,):
                count, kept, traced = page_speed.thinned(figures, watched, wanted)
                options.say(f"Publishing {count} releases ...")
                with tempfile.TemporaryDirectory(prefix="page-speed-") as folder:
                    page.write(Path(folder), kept, traced, project.results_dir, limits.load())
                    with page_speed.served(Path(folder)) as address:
                        for line in page_speed.LINES:
                            speed = page_speed.measure(browser, address, line, repeat)
                            found.append((count, line, speed))
    finally:
        if found:
            click.echo(tables.render(page_speed.table(found), form), nl=False)
