"""What scripts/study and scripts/show have in common: a list of commands, imported when asked for.

An import of all of them would bring drawing libraries and more, for one that needs none.
"""

import importlib
from collections.abc import Mapping
from typing import Any

import click

from suite.commands import options
from suite.reports.tables import FORMS
from suite.terminal.errors import UserMistake

form = click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    default=FORMS[0],
    show_default=True,
    help="How tables are written.",
)


class Group(options.Command, click.Group):
    """Commands that each are a ``main`` in a module of ``package``, by name.

    ``lines`` are the names, as "ten-years" for the module ten_years, and what each does in a line.
    """

    def __init__(self, package: str, lines: Mapping[str, str], **attributes: Any) -> None:
        metavar = "NAME [ARGUMENT ...]"
        super().__init__(invoke_without_command=True, subcommand_metavar=metavar, **attributes)
        self._package, self._lines = package, lines

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the list."""
        return list(self._lines)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported; None where there is none."""
        if cmd_name not in self._lines:
            return None
        module = importlib.import_module(f"{self._package}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.main
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's own; a wrong name is told the right ones. Raises UserMistake."""
        if args[0] not in self._lines:
            raise UserMistake(f'"{args[0]}" is not there: name one of {", ".join(self._lines)}')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list, without importing what is on it."""
        with formatter.section("Names"):
            formatter.write_dl(list(self._lines.items()))


def listed(context: click.Context) -> None:
    """What a group does without a name: print the list."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
