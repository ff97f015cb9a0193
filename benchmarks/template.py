"""What forks a child for each measurement: a process that does nothing else.

So every child starts from the same memory, whatever was measured before it: reading requests and
records is the work of the process that serves.
"""

import fcntl
import json
import os
import select
import signal
import sys
import time

from benchmarks.endings import why_it_ended

OUTPUT_KEPT = 4096  # of what a child wrote before it failed, in bytes
CHUNK = 65536


class Template(object):
    """The process that forks a child for each request, seen from the one that serves."""

    def __init__(self, task_name, how):
        requests, self._requests = os.pipe()
        self._record, record = os.pipe()
        self._output, output = os.pipe()
        self._ends, ends = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            for descriptor in (self._requests, self._record, self._output, self._ends):
                os.close(descriptor)
            try:
                _fork_for_each(task_name, how, requests, record, output, ends)
            except BaseException:
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(1)
        for descriptor in (requests, record, output, ends):
            os.close(descriptor)
        for descriptor in (self._record, self._output):
            flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
            fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_NONBLOCK)

    def measure(self, request, reader):
        """The record of one request, which is a line; why there is none, where there is none.

        Ends this process where the template or the reader's other side has ended.
        """
        timeout = json.loads(request).get("timeout", 600)
        said = {self._record: b"", self._output: b"", self._ends: b""}
        self._ask(request)
        deadline = None
        timed_out = False
        while said[self._ends].count(b"\n") < 2:
            # It has no time before it begins, and all the time to end once it was killed.
            waits = deadline is None or timed_out
            left = None if waits else max(0, deadline - time.time())
            ready = select.select(list(said) + reader.watched(), [], [], left)[0]
            for descriptor in ready:
                if descriptor != reader.descriptor:
                    self._take(descriptor, said)
                elif not reader.more():
                    _kill(said[self._ends])
                    os._exit(1)
            if not ready:
                _kill(said[self._ends])
                timed_out = True
            elif b"\n" in said[self._ends] and deadline is None:
                deadline = time.time() + timeout
        while self._take(self._record, said):
            pass
        self._take(self._output, said)
        if timed_out:
            return {"failed": "timed out after %g s" % timeout, "timed_out": True}
        return _record_of(said[self._record], said[self._output], int(said[self._ends].split()[1]))

    def _ask(self, request):
        try:
            os.write(self._requests, request.encode("utf-8"))
        except OSError:
            self._end_likewise()

    def _take(self, descriptor, said):
        """Read on; False where there is nothing more for now."""
        try:
            data = os.read(descriptor, CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self._end_likewise()
        said[descriptor] += data
        if descriptor == self._output:
            said[descriptor] = said[descriptor][-OUTPUT_KEPT:]
        return True

    def _end_likewise(self):
        """End as the template did, which has said why, or was killed."""
        status = os.waitpid(self._pid, 0)[1]
        if os.WIFSIGNALED(status):
            os.kill(os.getpid(), os.WTERMSIG(status))
        os._exit(1)


def _kill(said):
    """Kill the child whose process id is the first line, where there is one."""
    started, line_end, _ = said.partition(b"\n")
    if line_end:
        try:
            os.kill(int(started), signal.SIGKILL)
        except ProcessLookupError:
            return  # it has just ended


def _fork_for_each(task_name, how, requests, record, output, ends):
    """Be the template: a child for each request, its process id and exit status to ``ends``."""
    end_with_parent()
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    task = inherited = None
    mark = 0
    if how == "fork":
        import gc

        from benchmarks.instruments import inherited_pages, kernel_mark

        task = mapped(task_name)
        gc.collect()
        inherited = inherited_pages.of_files()
        mark = kernel_mark.so_far()
    # A request is less than a pipe passes on whole, and is read into the same memory each time.
    buffers = [bytearray(select.PIPE_BUF)]
    while True:
        size = os.readv(requests, buffers)
        if not size:
            os._exit(0)
        pid = os.fork()
        if not pid:
            os.dup2(output, 2)
            end_with_parent()
            request = bytes(buffers[0][:size]).decode("utf-8")
            if how == "fresh":
                os.set_inheritable(record, True)
                words = ["-m", "benchmarks", task_name, "child", request, str(record)]
                os.execv(sys.executable, [sys.executable] + words)
            answer(task, json.loads(request), record, inherited, mark)
        os.write(ends, b"%d\n" % pid)
        os.write(ends, b"%d\n" % os.waitpid(pid, 0)[1])


def _record_of(record, output, status):
    """A child's record, or why there is none: what it said last, and how it ended."""
    try:
        return json.loads(record.decode("utf-8"))
    except ValueError:
        code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        said = output.decode("utf-8", "replace").strip()
        why = why_it_ended(code) or "ended without a result"
        return {"failed": why + (": " + said.splitlines()[-1] if said else "")}


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


def mapped(name):
    """The task, mapped; and what every child needs, imported."""
    from sqlalchemy.orm import configure_mappers

    from benchmarks import databases, instruments, registry, unit  # noqa: F401 - what a child runs

    task = registry.load(name)
    for instrument in ("resident", "heap", "growth", "seconds"):
        instruments.load(instrument)
    configure_mappers()
    databases.current().prepare()
    return task
