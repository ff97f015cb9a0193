"""The metrics: what asv runs for each style, number of rows and release of a task.

Two executions serve all five memory metrics, one under each instrument. asv runs `peakmem_process`
first, because it goes by name: that process measures resident memory, and has the heap measured by
another one beside it. The rest hand on what was recorded; where this project's plugin is loaded,
asv takes those figures without starting a process (suite/recorded.py).
"""

import abc
import gc
import os

from benchmarks import names, records
from fixtures import cache
from fixtures.errors import FixtureError

# Every size that some task asks for, and the one row of the warm-up.
SIZES = (1, 1000, 10000, 100000)


class _StyleBenchmarks(abc.ABC):
    """What all metrics share. A subclass names its ``task``, and ``rows`` to measure it at."""

    param_names = ["style", "rows"]
    timeout = 600

    @property
    @abc.abstractmethod
    def task(self):
        """The name of the task, which is that of its module."""

    @property
    @abc.abstractmethod
    def rows(self):
        """How many bounced addresses there are: a tuple of sizes."""

    def __init_subclass__(cls):
        """asv wants ``params`` on the class; they are the same for every release."""
        if isinstance(cls.task, str):
            cls.params = [names.style_names(cls.task), list(cls.rows)]

    def setup_cache(self):
        """Build the fixtures that this machine lacks; they stay for every later run."""
        try:
            for rows in SIZES:
                cache.ensure(rows)
        except FixtureError as error:
            raise SystemExit("the fixture is missing: %s" % error) from None

    setup_cache.timeout = 1800


class Memory(_StyleBenchmarks):
    """What a style costs in memory."""

    heap = None  # the execution under tracemalloc, where setup has started it

    def setup(self, style, rows):
        """Skip what this release can't run: NotImplementedError is asv's word for that."""
        record = records.read(self.task, style, rows, "resident")
        if record is None:
            if os.environ.get(records.METRIC) == "peakmem_process":
                # Before this process imports SQLAlchemy, so that both do so at the same time.
                self.heap = self._start_heap(style, rows)
            self._require(style, rows)
        elif "skipped" in record:
            raise NotImplementedError(record["skipped"])

    def peakmem_process(self, style, rows):
        """Whole process: interpreter, imports and query, as asv reads it."""
        from benchmarks import measuring

        heap = self.heap or self._start_heap(style, rows)
        try:
            record = self._measure(style, rows, "resident")
        finally:
            heap.finish()
        measuring.refuse_inherited_mark(record)

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

    peakmem_process.version = "2"
    peakmem_process.pretty_name = "Peak of the whole process"
    track_peak.version = "2"
    track_peak.unit = "bytes"
    track_peak.pretty_name = "Net peak of the query"
    track_retained.version = "2"
    track_retained.unit = "bytes"
    track_retained.pretty_name = "Retained after the query"
    track_heap.version = "1"
    track_heap.unit = "bytes"
    track_heap.pretty_name = "Python heap at its peak"
    track_leaked.version = "1"
    track_leaked.unit = "bytes"
    track_leaked.pretty_name = "Python heap left afterwards"

    def _require(self, style, rows):
        try:
            _style(self.task, style).require()
        except NotImplementedError as reason:
            if self.heap:
                self.heap.stop()
            records.write(
                dict(records.begin(self.task, style, rows, "resident"), skipped=str(reason))
            )
            raise

    def _start_heap(self, style, rows):
        from benchmarks import beside

        return beside.Execution(self.task, style, rows, "heap")

    def _figure(self, metric, style, rows):
        measures, name = records.FIGURES[metric]
        record = records.read(self.task, style, rows, measures)
        if record is None:
            record = self._measure_and_describe(style, rows, measures)
        return records.figure(record, name)

    def _measure(self, style, rows, measures):
        from benchmarks import unit

        return unit.measure(_style(self.task, style), self.task, rows, measures)

    def _measure_and_describe(self, style, rows, measures):
        from benchmarks import unit

        return unit.describe(self._measure(style, rows, measures))


class Time(_StyleBenchmarks):
    """What a style takes in seconds, from the same starting point."""

    # One run of a slow query, up to three of a quick one.
    number = 1
    repeat = (1, 3, 0.5)
    min_run_count = 1
    rounds = 1
    warmup_time = 0
    engine = None

    def setup(self, style, rows):
        """Bring the process to the starting point, anew for every repeat."""
        from benchmarks import starting_point

        self.style = _style(self.task, style)
        self.style.require()
        # What ran out of memory or time when memory was measured would do so again.
        record = records.read(self.task, style, rows, "resident")
        if record is not None:
            records.require(record)
        self.engine = starting_point.prepare(self.style, rows)

    def time_query(self, style, rows):
        """Seconds that the query takes."""
        # timeit turns the collector off, which nobody does around a query.
        gc.enable()
        self.style.function(self.engine)

    def teardown(self, style, rows):
        """Close the connection, where the setup came as far as opening one."""
        if self.engine is not None:
            self.engine.dispose()

    time_query.version = "1"
    time_query.pretty_name = "Time of the query"


def _style(task, style):
    """A style with its function; what imports SQLAlchemy."""
    from benchmarks import catalogue

    return catalogue.load(task).styles[style]
