"""The metrics: what asv runs for each style, number of rows and release of a task."""

import abc
import gc

from benchmarks import measuring, records, starting_point, unit
from fixtures import cache

# Every size that some task asks for; the fixtures are built before the first measurement.
SIZES = (starting_point.WARM_UP_ROWS, 1000, 10000, 100000)


class _TaskBenchmarks(abc.ABC):
    """What all metrics share. Subclasses name a ``task`` and its ``params``."""

    param_names = ["style", "rows"]
    timeout = 600

    @property
    @abc.abstractmethod
    def task(self):
        """The benchmarks.styles.Task that is measured."""

    def setup_cache(self):
        """Build the fixtures that this machine lacks; they stay for every later run."""
        for rows in SIZES:
            cache.ensure(rows)

    setup_cache.timeout = 1800

    def setup(self, style, rows):
        """Skip what this release can't run."""
        self.task.styles[style].require()


class Memory(_TaskBenchmarks):
    """Memory metrics: two executions, one under each instrument, serve all of them."""

    def peakmem_process(self, style, rows):
        """Whole process: interpreter, imports and query, as asv reads it."""
        record = self._measure(style, rows, "resident")
        measuring.refuse_inherited_mark(record["process"])

    def track_peak(self, style, rows):
        """What the query added to resident memory at its worst."""
        return self._figure("track_peak", style, rows)

    def track_retained(self, style, rows):
        """Resident memory that was not given back."""
        return self._figure("track_retained", style, rows)

    def track_heap(self, style, rows):
        """Bytes that Python held at the worst moment."""
        return self._figure("track_heap", style, rows)

    def track_leaked(self, style, rows):
        """Bytes that Python still holds at the end."""
        return self._figure("track_leaked", style, rows)

    peakmem_process.pretty_name = "Peak of the whole process"
    peakmem_process.version = "1"
    track_peak.pretty_name = "Net peak of the query"
    track_peak.unit = "bytes"
    track_peak.version = "1"
    track_retained.pretty_name = "Retained after the query"
    track_retained.unit = "bytes"
    track_retained.version = "1"
    track_heap.pretty_name = "Python heap at its peak"
    track_heap.unit = "bytes"
    track_heap.version = "1"
    track_leaked.pretty_name = "Python heap left afterwards"
    track_leaked.unit = "bytes"
    track_leaked.version = "1"

    def _figure(self, metric, style, rows):
        measures, name = records.FIGURES[metric]
        record = records.read(self.task.name, style, rows, measures)
        if record is None:
            record = self._measure(style, rows, measures)
        return records.figure(record, name)

    def _measure(self, style, rows, measures):
        return unit.measure(self.task.styles[style], self.task.name, rows, measures)


class Time(_TaskBenchmarks):
    """Seconds, from the same starting point."""

    number = 1
    repeat = 3
    rounds = 1
    warmup_time = 0
    engine = None

    def setup(self, style, rows):
        """Bring the process to the starting point, anew for every repeat."""
        super(Time, self).setup(style, rows)
        self.engine = starting_point.prepare(self.task.styles[style], rows)

    def time_query(self, style, rows):
        """Seconds that the query takes."""
        # timeit turns the collector off, which nobody does around a query.
        gc.enable()
        self.task.styles[style].function(self.engine)

    def teardown(self, style, rows):
        """Close the connection, where the setup came as far as opening one."""
        if self.engine is not None:
            self.engine.dispose()

    time_query.pretty_name = "Time of the query"
    time_query.version = "1"
