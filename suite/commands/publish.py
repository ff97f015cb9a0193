"""scripts/publish: the site, from stored results."""

import sys

import click

from suite.asv_plugin.commands import asv
from suite.commands import options
from suite.project import Project
from suite.terminal.errors import UserMistake


@click.command(cls=options.Command)
@options.verbose
@options.configuration
@click.argument("releases", required=False)
def main(project: Project, releases: str | None, verbose: bool) -> None:
    """Write the site from the stored results: the page of query styles, and asv's graphs.

    With RELEASES, only these are shown: a range (2.0.50..2.0.58) or a specifier (">=2.0,<2.1").

    Exit codes: 0 published, 2 there is nothing to publish or asv failed, 130 interrupted.
    """
    run(project, releases, verbose)


def run(project: Project, releases: str | None = None, verbose: bool = False) -> None:
    """Publish, and say where the pages lie; ends with 2 where they can't. Raises UserMistake."""
    if not any(path.name != "machine.json" for path in project.results_dir.glob("*/*.json")):
        raise UserMistake(
            f"there are no results in {project.results_dir} yet: measure with scripts/bench"
        )
    words = ["publish", *filter(None, [releases])]
    if asv(*words, configuration=project.configuration, quiet=not verbose) != 0:
        sys.exit(2)  # asv has said why
    click.echo(f"Published: {project.html_dir / 'index.html'}")
    click.echo(f"Serve it: python3 -m http.server --directory {project.html_dir}")


if __name__ == "__main__":
    main(prog_name="scripts/publish")
