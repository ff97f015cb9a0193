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
        for metric in metrics.METRICS:
            if metric.instrument == metrics.REPEATING:
                method = _method(metric)
                method.params = [list(cls.task.styles), [cls.task.repeated]]
                setattr(cls, metric.name, method)

    def setup(self, style, rows):
        """Bring the process to the starting point; skips what this release can't run."""
        from benchmarks import unit

        self.unit = unit.Unit(self.task, style, rows)
        self.run = self.unit.start()

    def teardown(self, style, rows):
        """Remove what `setup` has made."""
        self.unit.end()

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


def _method(metric):
    """The benchmark of a metric: asv finds it by its name, and version, unit and label on it."""
    method = vars(DeclaredStyles).get(metric.name) or _tracked(metric)
    method.version = metric.version
    method.unit = metric.unit
    method.pretty_name = metric.label
    return method


for _metric in metrics.METRICS:
    if _metric.instrument != metrics.REPEATING:
        setattr(DeclaredStyles, _metric.name, _method(_metric))
