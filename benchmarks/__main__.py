"""The warm process: imports SQLAlchemy and maps once, then forks a child for each unit of work.

``python -m benchmarks TASK fork|fresh`` reads a request a line and answers with a record a line,
both JSON, until its standard input ends. A request is ``{"style", "rows", "instrument", "timeout",
"memory_limit"}``, in seconds and bytes, or ``{"facts": true}`` for what the figures are measured
with. With "fresh", each child is a process that imports and maps for itself: for systems where a
process that has loaded libraries must not fork.
"""

import json
import os
import sys

from benchmarks import template


def main(arguments):
    """Serve, or be a fresh child; arguments as in the module's docstring."""
    task_name, how = arguments[0], arguments[1]
    if how == "child":
        template.answer(template.mapped(task_name), json.loads(arguments[2]), int(arguments[3]))
    forking = template.Template(task_name, how)
    reader = _Requests()
    while True:
        line = reader.next_line()
        if line is None:
            return
        record = forking.measure(line, reader)
        sys.stdout.write(json.dumps(record) + "\n")
        sys.stdout.flush()


class _Requests(object):
    """Lines of standard input, read without a buffer that select(2) would not know of."""

    descriptor = 0

    def __init__(self):
        self._bytes = b""
        self._ended = False

    def watched(self):
        """What to wait for beside a child: an end of input means that nobody waits any more."""
        return [] if self._ended else [self.descriptor]

    def more(self):
        """Read on; False at the end."""
        data = os.read(self.descriptor, template.CHUNK)
        self._bytes += data
        self._ended = not data
        return bool(data)

    def next_line(self):
        """The next line, or None at the end."""
        while b"\n" not in self._bytes:
            if not self.more():
                return None
        line, _, self._bytes = self._bytes.partition(b"\n")
        return line.decode("utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
