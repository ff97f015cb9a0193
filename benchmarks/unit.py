"""One unit of work: a style of a task at a number of rows, measured once in this process."""

import contextlib
import os

from benchmarks import databases, instruments


class Unit(object):
    """A style at a number of rows, and how it is brought to the starting point.

    ``mark`` is the highest resident size of the process that this one was forked from, in bytes;
    0 where it started by itself.
    """

    def __init__(self, task, style, rows, mark=0):
        self.dataset = task.dataset
        self.style = task.styles[style]
        self.rows = rows
        self.mark = mark

    def start(self, around=None):
        """Come to the starting point; returns the function that runs the style from there, once.

        ``around`` is called with the style's function, and returns what runs in its place. Raises
        NotImplementedError where this release, or the database's driver, can't run the style, and
        FixtureError where the fixture was not built.
        """
        self.style.require()
        database = databases.current()
        database.require(self.style)
        function = around(self.style.function) if around else self.style.function
        engine = database.engine_at_start(self.style.function, self.rows, self.dataset)
        return lambda: database.run(function, engine)

    def measure(self, instrument):
        """The record of one run under an instrument: its figures. Raises what the style raises."""
        return instruments.load(instrument)(self)


def record(unit, instrument, memory_limit=None):
    """What one measurement gave: figures, or ``skipped`` or ``failed`` with the reason.

    ``memory_limit`` is how many bytes of address space the measurement may have.
    """
    try:
        with limited_memory(memory_limit):
            return unit.measure(instrument)
    except NotImplementedError as reason:
        return {"skipped": str(reason)}
    except MemoryError:
        return {"failed": "out of memory"}
    except Exception as error:
        return {"failed": ("%s: %s" % (type(error).__name__, error)).strip()}


@contextlib.contextmanager
def limited_memory(limit):
    """Make a run that allocates without end fail by MemoryError before it takes the machine down.

    The limit is one of address space, RLIMIT_AS in setrlimit(2); where the system has none, nothing
    is done.
    """
    try:
        import resource

        before = soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        limits = [
            size for size in (limit, soft, hard) if size not in (None, resource.RLIM_INFINITY)
        ]
        if limits:
            resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    except (ImportError, AttributeError, OSError, ValueError):
        yield
        return
    try:
        yield
    finally:
        # What follows has to tell that memory ran out.
        resource.setrlimit(resource.RLIMIT_AS, before)


def project_root():
    """The folder in which ``benchmarks`` lies."""
    return os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
