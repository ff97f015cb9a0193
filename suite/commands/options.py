"""What commands have in common on the command line."""

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from suite import database
from suite.database import SQLITE, Database
from suite.figures import limits
from suite.project import Project
from suite.releases import named
from suite.releases.catalogue import Catalogue, Release
from suite.servers import local
from suite.terminal import interruption
from suite.terminal.errors import UserMistake

fresh = click.option("--fresh", is_flag=True, help="Measure anew what is measured already.")
verbose = click.option("--verbose", "-v", is_flag=True, help="Show what asv itself prints.")
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


class DatabaseType(click.ParamType[Database]):
    """A database on the command line."""

    name = "database"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Database:
        """The database of a name or URL. Raises UserMistake."""
        return value if isinstance(value, Database) else database.named(str(value))


configuration = click.option(
    "--config",
    "project",
    type=ProjectType(),
    default=Project(),
    show_default="asv.conf.json",
    metavar="FILE",
    help="What asv measures with, and where its results are.",
)


def measured(command: Callable[..., Any]) -> Callable[..., Any]:
    """--config and --database of a command that measures: both go into its ``project``."""

    @configuration
    @click.option(
        "--database",
        "asked",
        type=DatabaseType(),
        envvar=database.VARIABLE,
        default=SQLITE,
        show_default=SQLITE.name,
        metavar="NAME|URL",
        help="What is measured: sqlite, postgresql or mariadb, with a driver as in"
        " postgresql+asyncpg, or the URL of your own server (docs/using/databases.md).",
    )
    @functools.wraps(command)
    def with_database(*arguments: Any, project: Project, asked: Database, **others: Any) -> Any:
        return command(*arguments, project=replace(project, database=asked), **others)

    return with_database


ENDS_EARLY = """\b
However it is ended, what was measured is kept; its exit code is then
  130  by Ctrl-C
  143  by SIGTERM, which timeout sends
  129  by a terminal that closes
  141  by a reader of its output that goes away, such as head
"""


class Command(click.Command):
    """A command that puts all in order whatever ends it (see suite.terminal.interruption)."""

    def __init__(self, *arguments: Any, **attributes: Any) -> None:
        super().__init__(*arguments, **{"epilog": ENDS_EARLY, **attributes})

    def main(self, *arguments: Any, **options: Any) -> Any:
        """As click's own."""
        with interruption.raised():
            try:
                return super().main(*arguments, **options)
            except (SystemExit, KeyboardInterrupt):
                # click's own answers to both are exit code 1, which is a verdict here.
                if interruption.came():
                    sys.exit(interruption.exit_code())
                raise

    def make_context(self, *arguments: Any, **extra: Any) -> click.Context:
        """As click's own."""
        with interruption.raised(), _interruptible():
            return super().make_context(*arguments, **extra)

    def invoke(self, context: click.Context) -> Any:
        """As click's own."""
        _require_home()
        local.stop_left_over()
        project = context.params.get("project") or Project()
        before = _stored(project)
        with interruption.raised(), _interruptible(lambda: _stored(project) != before):
            return super().invoke(context)


@contextmanager
def _interruptible(is_kept: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """End the command in one line where it is interrupted inside; ``is_kept`` what was measured."""
    try:
        yield
    except KeyboardInterrupt:
        kept = ": what was measured is kept; run the same command again to go on"
        say(f"Interrupted{kept if is_kept() else ''}.")
        sys.exit(interruption.exit_code())


def _require_home() -> None:
    """Raise UserMistake where a user has none, as libraries end with a traceback then."""
    try:
        Path.home()
    except RuntimeError:
        raise UserMistake("this user has no home folder: name one with HOME") from None


def _stored(project: Project) -> dict[Path, int]:
    """The records of a project's results, with the times at which they were written."""
    try:
        found = project.results_dir.glob("*/*.records")
        return {path: path.stat().st_mtime_ns for path in found}
    except (UserMistake, OSError):
        return {}


def say(line: str) -> None:
    """Tell the user something that is not the command's output."""
    click.echo(line, err=True)
