"""Reading what a command writes on a terminal."""

import os
from collections.abc import Callable


def to_the_end(ours: int, heard: Callable[[bytes], None] = lambda written: None) -> bytes:
    """Everything that is written until nobody has the terminal open; closes this end of it.

    ``heard`` is called with what has come so far, each time that something has.
    """
    written = b""
    while True:
        try:
            written += os.read(ours, 10_000)
        except OSError:  # as Linux says that nobody has it open any more
            break
        heard(written)
    os.close(ours)
    return written
