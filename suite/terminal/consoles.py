"""Where tables are printed: a log file is as wide as a table wants."""

import sys

from rich.console import Console, RenderableType

WIDTH_OF_A_FILE = 140


def output(width_of_a_file: int = WIDTH_OF_A_FILE) -> Console:
    """Standard output, with so many columns where it is no terminal, such as a CI job's log."""
    return Console(width=None if sys.stdout.isatty() else width_of_a_file)


def as_text(*parts: RenderableType, width_of_a_file: int = WIDTH_OF_A_FILE) -> str:
    """What printing ``parts`` on `output` would write, each on lines of its own."""
    console = output(width_of_a_file)
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return captured.get()
