"""Ctrl-C: how it is raised, so that a command can choose the exit code that it ends with."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

EXIT_CODE = 130  # what a shell reports for a command that Ctrl-C ended


class Interruption(KeyboardInterrupt):
    """Ctrl-C, as a class of its own.

    Once a KeyboardInterrupt itself has passed through code that was compiled from a string (a
    namedtuple, a dataclass), Python ends with SIGINT whatever exit code it was asked for
    (``run_eval_code_obj`` in CPython's Python/pythonrun.c); it does not for a class derived of it.
    """


def interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """A handler of signals that raises ``Interruption``."""
    raise Interruption


@contextmanager
def raised() -> Iterator[None]:
    """Raise ``Interruption`` for Ctrl-C inside, where Python would raise KeyboardInterrupt.

    A process that ignores Ctrl-C, as a shell's background job does, goes on ignoring it.
    """
    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not usual or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
