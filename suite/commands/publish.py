"""scripts/publish: the site, from stored results."""

from pathlib import Path

import click

from suite import asv_commands
from suite.commands import options
from suite.errors import UserMistake


@click.command(cls=options.Command)
@options.configuration
@click.argument("releases", required=False)
def main(configuration: Path, releases: str | None) -> None:
    """Publish the stored results: asv's graphs and the page "Query styles".

    RELEASES limits what is shown, to a range (2.0.50..2.0.58) or a specifier (">=2.0,<2.1").

    Exit codes: 0 published, 2 there is nothing to publish or asv refused, 130 interrupted.
    """
    run(configuration, releases)


def run(configuration: Path = asv_commands.CONFIGURATION, releases: str | None = None) -> Path:
    """Publish, say where the pages lie, and return their folder. Raises UserMistake."""
    results, html = _folders(configuration)
    if not any(path.name != "machine.json" for path in results.glob("*/*.json")):
        raise UserMistake(f"there are no results in {results} yet: measure with scripts/bench")
    if asv_commands.asv("publish", *filter(None, [releases]), configuration=configuration) != 0:
        raise UserMistake("the results are kept, but the site could not be published: see above")
    click.echo(f"Published. Open {html / 'query-styles.html'}")
    click.echo(f"Others can look at it with: python3 -m http.server --directory {html}")
    return html


def _folders(configuration: Path) -> tuple[Path, Path]:
    """Where a configuration has its results and its site; asv reads both from its own folder."""
    loaded = asv_commands.read_configuration(configuration)
    folder = configuration.resolve().parent
    return folder / loaded.results_dir, folder / loaded.html_dir


if __name__ == "__main__":
    main(prog_name="scripts/publish")
