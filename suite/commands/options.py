"""What commands have in common on the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from suite import asv_commands, interruption
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


class Command(click.Command):
    """A command that Ctrl-C ends with one line and exit code 130, wherever it comes."""

    def invoke(self, context: click.Context) -> Any:
        """As click's own."""
        with interruption.raised(), interruptible("Interrupted."):
            return super().invoke(context)


@contextmanager
def interruptible(
    line: str = "Interrupted: what was measured is kept; run the same command again to go on.",
) -> Iterator[None]:
    """End the command with ``line`` and the exit code of an interrupted one on Ctrl-C inside."""
    try:
        yield
    except KeyboardInterrupt:
        say(line)
        sys.exit(interruption.EXIT_CODE)


def say(line: str) -> None:
    """Tell the user something that is not the command's output."""
    click.echo(line, err=True)
