"""The warm process: imports SQLAlchemy and maps once, then forks a child for each unit of work.

``python -m benchmarks TASK fork|fresh`` reads a request a line and answers with a record a line,
both JSON, until its standard input ends. A request is ``{"style", "rows", "instrument", "timeout",
"memory_limit"}``, in seconds and bytes, or ``{"facts": true}`` for what the figures are measured
with. With "fresh", each child is a process that imports and maps for itself: for systems where a
process that has loaded libraries must not fork.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time

OUTPUT_KEPT = 4096  # of what a child wrote before it failed, in bytes
CHUNK = 65536


def main(arguments):
    """Serve, or be a fresh child; arguments as in the module's docstring."""
    task_name, how = arguments[0], arguments[1]
    if how == "child":
        end_with_parent()
        answer(_task(task_name), json.loads(arguments[2]), int(arguments[3]))
    serve(task_name, how)


def serve(task_name, how):
    """Answer requests one after the other; ends with what gives them."""
    start = _fork_from(_task(task_name)) if how == "fork" else _start_anew_for(task_name)
    reader = _Requests()
    while True:
        line = reader.next_line()
        if line is None:
            return
        request = json.loads(line)
        record = _supervise(start(request), request, reader)
        sys.stdout.write(json.dumps(record) + "\n")
        sys.stdout.flush()


def answer(task, request, output, inherited=None, mark=0):
    """In a child: write the record of one request to the file descriptor ``output``, and end."""
    from benchmarks import unit

    if request.get("facts"):
        from benchmarks import provenance

        record = provenance.facts()
    else:
        if inherited:
            inherited.make_resident()
        wanted = unit.Unit(task, request["style"], request["rows"], mark)
        record = unit.record(wanted, request["instrument"], request["memory_limit"])
    text = json.dumps(record).encode("utf-8")
    while text:
        text = text[os.write(output, text) :]
    os._exit(0)


def end_with_parent():
    """End when the process that started this one does: prctl(2), on Linux."""
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _task(name):
    """The task, mapped; and what every child needs, imported."""
    from sqlalchemy.orm import configure_mappers

    from benchmarks import instruments, registry, unit  # noqa: F401 - what a child runs

    task = registry.load(name)
    for instrument in ("resident", "heap", "seconds"):
        instruments.load(instrument)
    configure_mappers()
    return task


class _Child(object):
    """A process under way, the pipe with its record, and the pipe with what it writes besides."""

    def __init__(self, pid, record, output):
        self.pid = pid
        self.pipes = {record: b"", output: b""}
        self.record, self.output = record, output


def _fork_from(task):
    """A function that starts a child for a request by a fork of this process."""
    import gc

    from benchmarks.instruments import inherited_pages, kernel_mark

    gc.collect()
    inherited = inherited_pages.of_files()

    def start(request):
        mark = kernel_mark.so_far()
        record, record_end = os.pipe()
        output, output_end = os.pipe()
        pid = os.fork()
        if pid:
            os.close(record_end)
            os.close(output_end)
            return _Child(pid, record, output)
        try:
            # Lower file descriptors than those of the pipes, so that both are as in every child.
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, 0)
            os.dup2(nothing, 1)
            os.dup2(output_end, 2)
            end_with_parent()
            answer(task, request, record_end, inherited, mark)
        finally:
            os._exit(1)

    return start


def _start_anew_for(task_name):
    """A function that starts a child for a request as a process of its own."""

    def start(request):
        record, record_end = os.pipe()
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks", task_name, "child", json.dumps(request)]
            + [str(record_end)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[record_end],
        )
        os.close(record_end)
        # The file object would close the descriptor when it goes.
        return _Child(child.pid, record, os.dup(child.stderr.fileno()))

    return start


def _supervise(child, request, reader):
    """Wait for a child within its time; its record, or why there is none."""
    from benchmarks.unit import why_it_ended

    deadline = time.time() + request.get("timeout", 600)
    timed_out = False
    open_pipes = set(child.pipes)
    while open_pipes:
        left = deadline - time.time()
        if left <= 0:
            timed_out = True
            break
        for ready in select.select(list(open_pipes) + reader.watched(), [], [], left)[0]:
            if ready == reader.descriptor:
                if not reader.more():
                    os.kill(child.pid, signal.SIGKILL)
                    os._exit(1)
                continue
            data = os.read(ready, CHUNK)
            if not data:
                open_pipes.discard(ready)
            child.pipes[ready] += data
            if ready == child.output:
                child.pipes[ready] = child.pipes[ready][-OUTPUT_KEPT:]
    if timed_out:
        os.kill(child.pid, signal.SIGKILL)
    status = os.waitpid(child.pid, 0)[1]
    for pipe in child.pipes:
        os.close(pipe)
    if timed_out:
        return {"failed": "timed out after %g s" % request["timeout"]}
    try:
        return json.loads(child.pipes[child.record].decode("utf-8"))
    except ValueError:
        code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        said = child.pipes[child.output].decode("utf-8", "replace").strip()
        why = why_it_ended(code) or "ended without a result"
        return {"failed": why + (": " + said.splitlines()[-1] if said else "")}


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
        data = os.read(self.descriptor, CHUNK)
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
