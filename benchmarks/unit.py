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
        self.task = task
        self.style = task.styles[style]
        self.rows = rows
        self.mark = mark
        self._database = databases.current()

    def start(self, around=None):
        """Come to the starting point; returns the function that runs the style from there, once.

        ``around`` is called with the style's function, and returns what runs in its place. Raises
        NotImplementedError where this release, or the database's driver, can't run the style, and
        FixtureError where the fixture was not built.
        """
        self.style.require()
        database = self._database
        database.require(self.style)
        function = around(self.style.function) if around else self.style.function
        task = self.task
        warm_up = self.style.at(task.warm_up)
        sizes = task.warm_up, self.rows
        engine = database.engine_at_start(warm_up, sizes, task.dataset, task.writes)
        run = self.style.at(self.rows, function)
        return lambda: database.run(run, engine)

    def settle(self):
        """Between runs: rid the database's driver of what it remembers of them."""
        self._database.settle()

    def end(self):
        """Remove the copies that were made for a style that writes."""
        self._database.remove_copies()

    def measure(self, instrument):
        """The record of one run under an instrument: its figures. Raises what the style raises."""
        return instruments.load(instrument)(self)


def record(unit, instrument, memory_limit=None):
    """What one measurement gave: figures, or ``skipped`` or ``failed`` with the reason.

    ``memory_limit`` is how many bytes of address space the measurement may have.
    """
    try:
        try:
            with limited_memory(memory_limit):
                return unit.measure(instrument)
        finally:
            unit.end()
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
