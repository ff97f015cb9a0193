"""Where tables are printed: as wide as the terminal is, also through a pipe."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.text import Text

# Of a file and of a CI job's log, where no terminal is.
WIDTH_OF_A_FILE = 140

_TERMINAL = Path("/dev/tty")


def width(of_a_file: int = WIDTH_OF_A_FILE) -> int:
    """How many columns there are: those that COLUMNS names, else those of the terminal."""
    if (named := os.environ.get("COLUMNS", "")).isdecimal() and int(named):
        return int(named)
    # Where the output is piped, the errors or the input can still be the terminal's.
    for descriptor in (1, 2, 0):
        with suppress(OSError):
            if columns := os.get_terminal_size(descriptor).columns:
                return columns
    with suppress(OSError), _TERMINAL.open("rb", buffering=0) as terminal:
        return os.get_terminal_size(terminal.fileno()).columns or of_a_file
    return of_a_file


def output(width_of_a_file: int = WIDTH_OF_A_FILE) -> Console:
    """Standard output, with so many columns where no terminal is known, such as in a CI job."""
    return Console(width=width(width_of_a_file))


def as_text(*parts: RenderableType, width_of_a_file: int = WIDTH_OF_A_FILE) -> str:
    """What `write` would write of ``parts``, each on lines of its own."""
    console = output(width_of_a_file)
    with console.capture() as captured:
        for part in parts:
            # In a group, as rich joins bare texts, and forgets which of them are not folded.
            console.print(Group(part), crop=False)
    return "\n".join(line.rstrip() for line in captured.get().split("\n"))


def write(*parts: RenderableType) -> None:
    """Print ``parts`` on standard output; what is wider than it is not cut."""
    sys.stdout.write(as_text(*parts))


def whole(line: str) -> Text:
    """A line to copy, such as a command or an address: it is not folded."""
    return Text(line, no_wrap=True, overflow="ignore")
