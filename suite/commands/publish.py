"""scripts/publish: the site, from stored results."""

import sys

import click

from suite.asv_plugin.commands import asv
from suite.commands import options
from suite.project import Project
from suite.terminal.errors import UserMistake


@click.command(cls=options.Command)
@options.configuration
@click.argument("releases", required=False)
def main(project: Project, releases: str | None) -> None:
    """Publish the stored results: asv's graphs and the page "Query styles".

    RELEASES limits what is shown, to a range (2.0.50..2.0.58) or a specifier (">=2.0,<2.1").

    Exit codes: 0 published, 2 there is nothing to publish or asv refused, 130 interrupted.
    """
    run(project, releases)


def run(project: Project, releases: str | None = None) -> None:
    """Publish, and say where the pages lie; ends with 2 where they can't. Raises UserMistake."""
    if not any(path.name != "machine.json" for path in project.results_dir.glob("*/*.json")):
        raise UserMistake(
            f"there are no results in {project.results_dir} yet: measure with scripts/bench"
        )
    if asv("publish", *filter(None, [releases]), configuration=project.configuration) != 0:
        sys.exit(2)  # asv has said why
    click.echo(f"Published. Open {project.html_dir / 'query-styles.html'}")
    click.echo(f"Others can look at it with: python3 -m http.server --directory {project.html_dir}")


if __name__ == "__main__":
    main(prog_name="scripts/publish")
