"""Long work in view of a person: a bar on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

# Without a terminal: a line per so much of the work, and not more often than so many seconds.
SHARE_BETWEEN_LINES = 0.05
SECONDS_BETWEEN_LINES = 5.0

Callback = Callable[[int, int], None]
"""What long work on rows calls with the rows that are done, and all of them."""


@contextmanager
def progress_of(console: Console, work: str) -> Iterator[Callback]:
    """A callback for ``(done_rows, total_rows)`` that shows them on ``console`` as ``work``."""
    if not console.is_terminal:
        yield _Lines(console, work)
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task(work, total=None)

        def show(done: int, total: int) -> None:
            last = ", last step" if done == total else ""
            bar.update(task, completed=done, total=total, description=work + last)

        yield show


@contextmanager
def steps_of(console: Console, work: str, total: int) -> Iterator[Callable[[], None]]:
    """A function to call after each of ``total`` steps, whose number a terminal shows."""
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(work, total=total)
        yield lambda: bar.advance(task)


class _Rate(ProgressColumn):
    """Rows a second, over the last half minute."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


class _Lines:
    """A line now and then, for a log."""

    def __init__(self, console: Console, work: str):
        self._console, self._work = console, work
        self._started = self._shown_at = time.monotonic()
        self._shown = 0.0

    def __call__(self, done: int, total: int) -> None:
        now, share = time.monotonic(), done / total
        if (
            share < self._shown + SHARE_BETWEEN_LINES
            or now < self._shown_at + SECONDS_BETWEEN_LINES
        ):
            return
        self._shown, self._shown_at = share, now
        rate = done / (now - self._started)
        self._console.print(
            f"{self._work}: {done:,} of {total:,} ({share:.0%}), {rate:,.0f} a second,"
            f" about {(total - done) / rate:,.0f} s left",
            highlight=False,
        )
