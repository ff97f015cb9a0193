"""What asv finds of a task: its styles and sizes, and a method for each metric.

The engine of this project answers asv's requests for them (suite/asv_plugin). Where it does not, as
under ``asv profile``, a method measures in the process that asv has started.
"""

import abc
import gc

from benchmarks import metrics


class DeclaredStyles(abc.ABC):
    """The benchmarks of one task: a subclass, below the last style, names its ``task``."""

    param_names = ["style", "rows"]
    timeout = 600
    # Of time_query, where asv itself takes the time.
    number = 1
    repeat = (1, 3, 0.5)
    min_run_count = 1
    rounds = 1
    warmup_time = 0

    @property
    @abc.abstractmethod
    def task(self):
        """The benchmarks.registry.Task."""

    def __init_subclass__(cls):
        """asv wants ``params`` on the class; they are the same for every release."""
        cls.task.is_declared = True
        cls.params = [list(cls.task.styles), list(cls.task.rows)]

    def setup(self, style, rows):
        """Bring the process to the starting point; skips what this release can't run."""
        from benchmarks import unit

        self.unit = unit.Unit(self.task, style, rows)
        self.run = self.unit.start()

    def peakmem_process(self, style, rows):
        """Interpreter, imports and query together."""
        self.run()

    def time_query(self, style, rows):
        """Seconds that the query takes."""
        # timeit turns the collector off, which nobody does around a query.
        gc.enable()
        self.run()


def _tracked(metric):
    """A method that measures ``metric`` in the process that asv has started."""

    def track(self, style, rows):
        return self.unit.measure(metric.instrument)[metric.figure]

    track.__name__ = metric.name
    track.__doc__ = metric.about
    return track


for _metric in metrics.METRICS:
    # asv finds a benchmark by the name of its method, and its version, unit and label on that.
    _method = vars(DeclaredStyles).get(_metric.name) or _tracked(_metric)
    _method.version = _metric.version
    _method.unit = _metric.unit
    _method.pretty_name = _metric.label
    setattr(DeclaredStyles, _metric.name, _method)
