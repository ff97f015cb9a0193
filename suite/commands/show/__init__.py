"""scripts/show NAME: what is stored and known, one module each."""

import click

from suite.commands import groups

LINES = {
    "styles": "What every style of a task costs, on all releases.",
    "drivers": "What each driver holds in memory, and does it stream?",
    "pictures": "Draw the README's pictures.",
    "releases": "The known releases of SQLAlchemy; --refresh looks for more.",
}


@click.group(cls=groups.Group, package=__name__, lines=LINES)
@click.pass_context
def main(context: click.Context) -> None:
    """Show what is stored, without measuring; scripts/show NAME --help says more.

    Exit codes: those of what is shown, 0 for this list, 2 no such name.
    """
    groups.listed(context)
