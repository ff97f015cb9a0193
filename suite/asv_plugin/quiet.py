"""asv under a command that speaks for itself: its warnings and errors, and what it is at.

asv's own lines go through Python's log, whose handler is this one then: see `environment.setup`.
"""

import atexit
import logging
import textwrap

import click
from rich.console import Console

from suite.terminal import interruption
from suite.terminal.progress import Note


class Quiet(logging.Handler):
    """Warnings and errors on standard error; the rest is a line of the terminal, till the next."""

    def __init__(self) -> None:
        super().__init__()
        self._note: Note | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """As logging's own."""
        words = textwrap.dedent(record.getMessage()).strip()
        if record.levelno >= logging.ERROR:
            # asv's own word for that is an error, and the command above says it.
            if not interruption.came():
                click.echo(f"Error: {words}", err=True)
        elif record.levelno >= logging.WARNING:
            click.echo(words, err=True)
        elif words:
            self._show(f"{words.splitlines()[0].rstrip(':')} ...")

    def _show(self, words: str) -> None:
        if self._note is None:
            self._note = Note(Console(stderr=True))
            # As late as this, so that it is closed before anything else ends the process.
            atexit.register(self._note.close)
        self._note.show(words)


def be() -> None:
    """Be quiet from now on: asv has made its log ready before it loads a plugin."""
    logging.getLogger().handlers[:] = [Quiet()]
