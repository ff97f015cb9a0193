"""scripts/refresh-releases: bring the catalogue of releases up to date."""

import click

from suite import catalogue


@click.command()
def main() -> None:
    """Bring suite/releases.json up to date from the package index.

    Asks the index that this machine's installer (pip or uv) is configured for, and reports what
    changed. Releases that the index no longer lists stay. Exit code 2 where the index cannot be
    asked.
    """
    refreshed = catalogue.refresh()
    for label, versions in (
        ("Added", refreshed.added),
        ("Newly yanked", refreshed.yanked),
        ("No longer yanked", refreshed.restored),
        ("Left out, because the index gives no upload time (PEP 700)", refreshed.undated),
    ):
        if versions:
            click.echo(f"{label}: {', '.join(versions)}")
    click.echo(f"{refreshed.total} releases from {refreshed.source}")


if __name__ == "__main__":
    main()
