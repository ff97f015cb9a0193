"""What one process of a run measured, left for the next: several metrics come from one execution.

asv starts a process for every metric. The first of them that needs an instrument runs the query
under it and writes a record; the others read it. A record that was begun and never finished says
that its process died, so that nobody runs the same query into the same wall again.
"""

import json
import os

# Which execution a metric comes from, and which of its figures it is.
FIGURES = {
    "peakmem_process": ("resident", "process"),
    "track_peak": ("resident", "peak"),
    "track_retained": ("resident", "retained"),
    "track_heap": ("heap", "heap"),
    "track_leaked": ("heap", "leaked"),
    "time_query": ("time", "seconds"),
}

# Where the records of this run lie; without it, asv's working directory, which the processes of one
# environment and release share.
FOLDER = "SQLALCHEMY_ASV_RUN"

# For which metric asv has started a process, where suite/recorded.py watches over asv.
METRIC = "SQLALCHEMY_ASV_METRIC"

# What is known of an execution whose process ended in the middle of it.
UNFINISHED = "the process that measured it ended without a result"


class FailedError(SystemExit):
    """The execution that would have given the figure failed; the message says why.

    It ends the process with that line alone: what went wrong went wrong elsewhere.
    """


def environment():
    """The variables for a process that shall find and leave its records in the same place."""
    return dict(os.environ, **{FOLDER: os.environ.get(FOLDER) or os.getcwd()})


def project_root():
    """The folder in which ``benchmarks`` lies."""
    return os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def path(task, style, rows, instrument):
    """The file that holds one record."""
    folder = os.environ.get(FOLDER) or os.getcwd()
    return os.path.join(folder, file_name(task, style, rows, instrument))


def file_name(task, style, rows, instrument):
    """The name of the file that holds one record."""
    return "%s.%s.%s.%s.record" % (task, style, rows, instrument)


def begin(task, style, rows, measures):
    """A record of an execution that has not ended yet."""
    return {"task": task, "style": style, "rows": rows, "measures": measures}


def read(task, style, rows, instrument):
    """The record, or None where none was begun in this run."""
    try:
        with open(path(task, style, rows, instrument)) as stream:
            return json.load(stream)
    except (OSError, ValueError):
        return None


def write(record):
    """Put ``record`` in place, whole or not at all."""
    target = path(record["task"], record["style"], record["rows"], record["measures"])
    with open(target + ".new", "w") as stream:
        json.dump(record, stream)
    os.rename(target + ".new", target)


def figure(record, name):
    """``record[name]``; raises FailedError where the execution did not end well."""
    require(record)
    return record[name]


def require(record):
    """Raise FailedError where the execution failed, or its process ended before it could say so."""
    if "failed" in record:
        raise FailedError(record["failed"])
    if "instrument" not in record:
        raise FailedError(UNFINISHED)


def why_it_ended(exit_code):
    """Why a process failed, as far as its exit code says; None for 0. Minus a signal, as in Popen.

    The kernel's own answer to a lack of memory is signal 9.
    """
    if exit_code == 0:
        return None
    if exit_code == -9:
        return "killed (signal 9), as the kernel does when memory runs out"
    if exit_code < 0:
        return "crashed (signal %d)" % -exit_code
    return "crashed (exit code %d)" % exit_code
