"""What commands have in common on the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from suite.figures import limits
from suite.project import Project
from suite.releases import named
from suite.releases.catalogue import Catalogue, Release
from suite.terminal import interruption
from suite.terminal.errors import UserMistake

fresh = click.option("--fresh", is_flag=True, help="Measure anew what is measured already.")
limits_file = click.option(
    "--limits",
    "limits_file",
    type=click.Path(path_type=Path),
    default=limits.DEFAULTS,
    metavar="FILE",
    help="From where on a change counts, a TOML file. Default: pyproject.toml.",
)


class ReleaseType(click.ParamType[Release]):
    """One release on the command line, in the words that every command takes."""

    name = "release"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Release:
        """The release of a version, a series, "latest", or a file that pins SQLAlchemy.

        Raises UserMistake.
        """
        if isinstance(value, Release):
            return value
        return named.named(Catalogue.load(), str(value), say=say)


RELEASE = ReleaseType()


class ProjectType(click.ParamType[Project]):
    """An asv configuration on the command line."""

    name = "file"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Project:
        """The project of a file. Raises UserMistake where asv could not read it."""
        if isinstance(value, Project):
            return value
        project = Project(Path(str(value)))
        if not project.configuration.is_file():
            raise UserMistake(
                f"--config: {str(value)[:200]!r} is no configuration of asv: there is no such file"
            )
        return project.checked()


configuration = click.option(
    "--config",
    "project",
    type=ProjectType(),
    default=Project(),
    show_default="asv.conf.json",
    metavar="FILE",
    help="What asv measures with, and where its results are.",
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
