"""The one table of metrics: everything that is measured of a style, a row each.

A metric is a figure of one instrument's record. Its limits, from where on a change counts, stand in
pyproject.toml under its label. Plain data: both worlds read it.
"""

from collections import namedtuple

Metric = namedtuple("Metric", "name label about unit instrument figure version")
Metric.__doc__ = """What is measured of a style.

``name`` is asv's, whose prefix says which kind it is; ``label`` is what people read and write;
``about`` says what it means, in one line. ``unit`` is "bytes" or "seconds". ``figure`` is the name
of the value in the record of ``instrument``. ``version`` goes up when figures are no longer
comparable with those that were stored before: asv then shows the old ones no more.
"""

BYTES = "bytes"
SECONDS = "seconds"

# The instrument that repeats a style, at a task's ``repeated`` rows in place of its sizes.
REPEATING = "growth"

METRICS = (
    Metric(
        "track_peak",
        "net peak",
        "what the query added to resident memory at its worst",
        BYTES,
        "resident",
        "peak",
        "4",
    ),
    Metric(
        "track_heap",
        "heap",
        "the bytes that Python itself held at the worst moment",
        BYTES,
        "heap",
        "heap",
        "2",
    ),
    Metric(
        "track_retained",
        "retained",
        "resident memory that stays after the answer was dropped and malloc gave back what it can",
        BYTES,
        "resident",
        "retained",
        "4",
    ),
    Metric(
        "track_kept",
        "kept by malloc",
        "resident memory that malloc had free afterwards and gave back only when it was asked",
        BYTES,
        "resident",
        "kept",
        "1",
    ),
    Metric(
        "track_leaked",
        "leaked",
        "the bytes that Python still held after the answer was dropped",
        BYTES,
        "heap",
        "leaked",
        "3",
    ),
    Metric(
        "track_growth",
        "growth",
        "the bytes that Python holds more after each further execution on the same engine",
        BYTES,
        REPEATING,
        "growth",
        "1",
    ),
    Metric(
        "track_growth_uncollected",
        "growth, collector off",
        "the same while no garbage is collected: what lies in reference cycles is in it",
        BYTES,
        REPEATING,
        "uncollected",
        "1",
    ),
    Metric(
        "track_growth_resident",
        "resident growth",
        "resident memory that each further execution adds, after malloc gave back what it can",
        BYTES,
        REPEATING,
        "resident",
        "1",
    ),
    Metric(
        "peakmem_process",
        "whole process",
        "the whole process at its worst: interpreter, imports and query",
        BYTES,
        "resident",
        "process",
        "4",
    ),
    Metric(
        "time_query",
        "time",
        "how long the query took",
        SECONDS,
        "seconds",
        "seconds",
        "3",
    ),
)

BY_NAME = {metric.name: metric for metric in METRICS}
