"""scripts/refresh-releases: bring the catalogue of releases up to date."""

from pathlib import Path

import click

from suite import catalogue
from suite.commands import options


@click.command(cls=options.Command)
@click.option(
    "--file",
    "data_file",
    type=click.Path(path_type=Path),
    default=catalogue.DATA_FILE,
    help="The catalogue to bring up to date, instead of suite/releases.json.",
)
def main(data_file: Path) -> None:
    """Bring suite/releases.json up to date from the package index.

    Asks the index that this machine's installer (pip or uv) is configured for, and reports what
    changed. A release that the index no longer lists stays.

    Exit codes: 0 asked, 2 the index cannot be asked, 130 interrupted.
    """
    refreshed = catalogue.refresh(data_file)
    for label, versions in (
        ("Added", refreshed.added),
        ("Newly yanked", refreshed.yanked),
        ("No longer yanked", refreshed.restored),
        ("Left out, as the index gives no upload time (PEP 700)", refreshed.undated),
    ):
        if versions:
            click.echo(f"{label}: {', '.join(versions)}")
    if not (refreshed.added or refreshed.yanked or refreshed.restored):
        click.echo("Nothing is new.")
    click.echo(f"{refreshed.total} releases are known; asked {refreshed.source}")


if __name__ == "__main__":
    main(prog_name="scripts/refresh-releases")
