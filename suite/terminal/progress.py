"""Long work in view of a person: one line that moves on a terminal, a plain one now and then in a
log.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from rich.console import Console
from rich.file_proxy import FileProxy
from rich.live import Live
from rich.text import Text

# Without a terminal: a line per so much of the work, and not more often than so many seconds.
SHARE_BETWEEN_LINES = 0.05
SECONDS_BETWEEN_LINES = 5.0

# From so many seconds on, what is left is told in minutes.
MINUTES_FROM = 100
MOVES_A_SECOND = 2

Callback = Callable[[int, int], None]
"""What long work on rows calls with the rows that are done, and all of them."""


@contextmanager
def progress_of(console: Console, work: str) -> Iterator[Callback]:
    """A callback for ``(done_rows, total_rows)`` that shows them on ``console`` as ``work``."""
    with _shown(console, _Rows(work)) as show:
        yield show


@contextmanager
def steps_of(
    console: Console, work: str, total: int, about: bool = False
) -> Iterator[Callable[[], None]]:
    """A function to call after each of ``total`` measurements, or of ``about`` so many."""
    counted = _Measurements(work, total, about)
    with _shown(console, counted) as show:
        yield lambda: show(counted.done + 1, max(total, counted.done + 1))


class Note:
    """What is being done, in words that replace each other on a terminal; a log gets none.

    Nothing moves by itself, so that a process that shows one can be forked.
    """

    def __init__(self, console: Console) -> None:
        self._words, self._line = "", None
        if _moves(console):
            self._line = _Line(console, lambda: self._words, by_itself=False)
            self._line.start()

    def show(self, words: str) -> None:
        """Show these words, unless a moving line stands in their place."""
        if self._line is not None and self._line.is_last:
            self._words = words
            self._line.refresh()

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._line is not None:
            self._line.stop()


class _Work:
    """How much is done of what, and how long the rest will take."""

    def __init__(self, name: str, total: int = 0) -> None:
        self._name, self.total, self.done = name, total, 0
        self._started = self._changed = time.monotonic()

    def change(self, done: int, total: int) -> None:
        """So much is done now."""
        self.done, self.total, self._changed = done, total, time.monotonic()

    @property
    def words(self) -> str:
        """What a line says of it."""
        if not self.done:
            return f"{self._name}: {self.amount}" if self.total else f"{self._name} ..."
        return ", ".join([f"{self._name}: {self.amount}", *self.rest])

    @property
    def amount(self) -> str:
        """What is done, in words."""
        raise NotImplementedError

    @property
    def rest(self) -> list[str]:
        """How long the rest will take, in words; empty while that can't be told."""
        took = self._changed - self._started
        left = took / self.done * (self.total - self.done) - (time.monotonic() - self._changed)
        if left < 1:
            return []
        minutes = left >= MINUTES_FROM
        return [f"{left / 60:,.0f} min left" if minutes else f"{left:,.0f} s left"]

    @property
    def rate(self) -> float:
        """So many a second."""
        return self.done / max(self._changed - self._started, 1e-9)


class _Rows(_Work):
    @property
    def amount(self) -> str:
        return f"{self.done:,} of {self.total:,} ({self.done / self.total:.0%})"

    @property
    def rest(self) -> list[str]:
        left = ["last step"] if self.done == self.total else super().rest
        return [f"{self.rate:,.0f} a second", *left]


class _Measurements(_Work):
    def __init__(self, name: str, total: int, about: bool) -> None:
        super().__init__(name, total)
        self._about = "about " if about else ""

    @property
    def amount(self) -> str:
        return f"{self.done:,} of {self._about}{self.total:,} measurements"


@contextmanager
def _shown(console: Console, work: _Work) -> Iterator[Callback]:
    """A callback for ``(done, total)``, which a line shows while this is open."""
    if not _moves(console):
        yield _Lines(console, work)
        return
    line = _Line(console, lambda: work.words, by_itself=True)
    line.start()
    try:
        yield work.change
    finally:
        line.stop()


def _moves(console: Console) -> bool:
    """Whether a line can move: on a terminal, and not where colours are merely wanted in a log."""
    return console.file.isatty() and not console.is_dumb_terminal


class _Line:
    """The last line of a terminal. Work inside other work shows both, in one line."""

    _open: ClassVar[list["_Line"]] = []

    def __init__(self, console: Console, words: Callable[[], str], by_itself: bool) -> None:
        self._words, self._by_itself = words, by_itself
        self._live = Live(
            get_renderable=self._text,
            console=console,
            auto_refresh=by_itself,
            refresh_per_second=MOVES_A_SECOND,
            transient=True,
            # Output that goes elsewhere must not be led to this terminal.
            redirect_stdout=sys.stdout.isatty(),
            redirect_stderr=False,
        )
        self._errors = sys.stderr

    @property
    def is_last(self) -> bool:
        """Whether nothing else is shown in its place."""
        return self._open[-1:] == [self]

    def start(self) -> None:
        """Show it."""
        if self._open:
            self._open[-1]._hide()
        self._open.append(self)
        self._show()

    def refresh(self) -> None:
        """Show what its words are now."""
        self._live.refresh()

    def stop(self) -> None:
        """Take it away, and show what it stood for."""
        self._hide()
        self._open.remove(self)
        if self._open:
            self._open[-1]._show()

    def _show(self) -> None:
        self._errors = sys.stderr
        self._live.start(refresh=True)
        sys.stderr = _Above(self._live.console, self._errors)

    def _hide(self) -> None:
        sys.stderr.flush()
        sys.stderr = self._errors
        self._live.stop()

    def _text(self) -> Text:
        around = (line._words() for line in self._open if line._by_itself or line is self)
        return Text("; ".join(around), no_wrap=True, overflow="ellipsis")


class _Above(FileProxy):
    """Standard error above a line. By these two, click knows that it need not go round it."""

    encoding, errors = "utf-8", "backslashreplace"


class _Lines:
    """A line now and then, for a log."""

    def __init__(self, console: Console, work: _Work):
        self._console, self._work = console, work
        self._shown_at = time.monotonic()
        self._shown = 0.0

    def __call__(self, done: int, total: int) -> None:
        self._work.change(done, total)
        now, share = time.monotonic(), done / total
        if (
            share < self._shown + SHARE_BETWEEN_LINES
            or now < self._shown_at + SECONDS_BETWEEN_LINES
        ):
            return
        self._shown, self._shown_at = share, now
        self._console.print(self._work.words, highlight=False, markup=False, soft_wrap=True)
