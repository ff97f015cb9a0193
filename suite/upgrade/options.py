"""What the commands that compare releases have in common on the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from suite import asv_commands
from suite.measure_missing import InterruptedRunError
from suite.upgrade import limits

fresh = click.option("--fresh", is_flag=True, help="Measure anew what is measured already.")
limits_file = click.option(
    "--limits",
    "limits_file",
    type=click.Path(path_type=Path),
    default=limits.DEFAULTS,
    metavar="FILE",
    help="From where on a change counts, a TOML file. Default: pyproject.toml.",
)
configuration = click.option(
    "--config",
    "configuration",
    type=click.Path(path_type=Path, dir_okay=False),
    default=asv_commands.CONFIGURATION,
    metavar="FILE",
    help="What asv measures with, and where its results are. Default: asv.conf.json.",
)


@contextmanager
def interruptible() -> Iterator[None]:
    """End the command with the exit code of an interrupted one where Ctrl-C comes inside."""
    try:
        yield
    except (InterruptedRunError, KeyboardInterrupt):
        say("Interrupted: what was measured is kept; run the same command again to go on.")
        sys.exit(asv_commands.INTERRUPTED)


def say(line: str) -> None:
    """Tell the user something that is not the command's output."""
    click.echo(line, err=True)
