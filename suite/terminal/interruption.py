"""What ends a command before its work does, raised as one exception, so that all is put in order.

That is Ctrl-C, SIGTERM (which `timeout` sends too), a terminal that closes, and a reader of the
output that goes away. Each ends a command with the exit code that a shell reports for its signal:
130, 143, 129, 141.
"""

import errno
import io
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from suite.terminal.errors import UserMistake

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# An impatient second signal comes within so many seconds. It must not interrupt the putting in
# order; a later one may end what hangs.
PATIENCE = 10.0


class Interruption(KeyboardInterrupt):
    """Ctrl-C and its like, as a class of its own.

    Once a KeyboardInterrupt itself has passed through code that was compiled from a string (a
    namedtuple, a dataclass), Python ends with SIGINT whatever exit code it was asked for
    (``run_eval_code_obj`` in CPython's Python/pythonrun.c); it does not for a class derived of it.
    """


class _Received:
    """The first signal that came, and when one was last raised."""

    number: int | None = None
    raised_at = float("-inf")


def came() -> bool:
    """Whether anything interrupted this process."""
    return _Received.number is not None


def exit_code() -> int:
    """What a shell reports for a command that ended by what came; by Ctrl-C where nothing did."""
    return 128 + (_Received.number or signal.SIGINT)


def interrupt(number: int, frame: FrameType | None = None) -> None:
    """A handler of signals that raises ``Interruption``, but not for an impatient second one."""
    now = time.monotonic()
    if _Received.number is None:
        _Received.number = number
    elif now < _Received.raised_at + PATIENCE:
        return
    _Received.raised_at = now
    raise Interruption


def listen() -> dict[int, Any]:
    """Raise ``Interruption`` from now on; returns the handlers that were replaced, by signal.

    A signal that is ignored stays so, as Ctrl-C in a shell's background job and SIGHUP under nohup.
    """
    usual = (signal.SIG_DFL, signal.default_int_handler)
    replaced: dict[int, Any] = {number: signal.getsignal(number) for number in SIGNALS}
    replaced = {number: before for number, before in replaced.items() if before in usual}
    if replaced:
        _Received.number = None
    for number in replaced:
        signal.signal(number, interrupt)
    _open_what_is_closed()
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is getattr(sys, f"__{name}__"):
            setattr(sys, name, _watched(getattr(sys, name)))
    return replaced


@contextmanager
def raised() -> Iterator[None]:
    """As `listen` inside, in the main thread; and further, once anything came: the end goes on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    replaced = listen()
    try:
        yield
    finally:
        for number, before in {} if came() else replaced.items():
            signal.signal(number, before)


def pass_on() -> None:
    """End this process by the signal that came, if one did, as if nobody had caught it."""
    if _Received.number is not None:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        signal.signal(_Received.number, signal.SIG_DFL)
        signal.raise_signal(_Received.number)


def end_with(descriptor: int) -> None:
    """Be interrupted when the other end of a pipe closes, which that of a killed process does."""

    def wait() -> None:
        while os.read(descriptor, 1):
            continue
        _interrupt_main_thread(signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def _interrupt_main_thread(number: int) -> None:
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, number)


class _Output(io.FileIO):
    """A process' output. Where nobody can read it any more, that interrupts, and it goes nowhere.

    Raises UserMistake where it can't be written for another reason, such as a full disk.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self._lost = {errno.EPIPE: signal.SIGPIPE}
        if self.isatty():
            self._lost[errno.EIO] = signal.SIGHUP

    def write(self, data: Any) -> int:
        """As FileIO's own."""
        try:
            return super().write(data)
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if error.errno in self._lost:
                _lose(self._lost[error.errno])
                return len(data)
            raise UserMistake(f"the output can't be written: {error.strerror}") from error


def _lose(number: int) -> None:
    """Interrupt the command, whichever thread has written: one that draws a progress bar may be."""
    if threading.current_thread() is threading.main_thread():
        interrupt(number)
        return
    # The signal itself can be ignored, and one has to come for the main thread to wake.
    heard = [each for each in SIGNALS if signal.getsignal(each) is interrupt]
    if heard and _Received.number is None:
        _Received.number = number
        _interrupt_main_thread(heard[0])


def _open_what_is_closed() -> None:
    """Files that are opened later must not become the output of this process or of its children."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _watched(stream: TextIO | None) -> TextIO:
    """A standard stream that interrupts when it is lost; one to nowhere for a closed one."""
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Output(stream.fileno())),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def _forget() -> None:
    """A fork, such as a worker of multiprocessing, ends at once, and says nothing."""
    for number in SIGNALS:
        if signal.getsignal(number) is interrupt:
            signal.signal(number, signal.SIG_DFL)


os.register_at_fork(after_in_child=_forget)
