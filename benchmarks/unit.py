"""One unit of work: one (task, style, rows) under one instrument, in this process, as a record."""

from benchmarks import measuring, records, starting_point


def measure(style, task_name, rows, measures):
    """Run ``style`` once under the instrument ``measures``, and return the record.

    The record is written before the run and after it, so that one whose process dies is known.
    Raises what the style raises; a record says so too.
    """
    record = records.begin(task_name, style.name, rows, measures)
    records.write(record)
    try:
        with measuring.limited_memory():
            engine = starting_point.prepare(style, rows, traced=measures == "heap")
            record.update(measuring.INSTRUMENTS[measures](lambda: style.function(engine)))
    except MemoryError:
        record["failed"] = "out of memory"
        raise
    except Exception as error:
        record["failed"] = "%s: %s" % (type(error).__name__, error)
        raise
    finally:
        records.write(record)
    return record


def describe(record):
    """Write the record once more, with what it was measured with, and return it.

    Not for a process whose peak asv is about to read: asking makes it grow.
    """
    from benchmarks import provenance

    described = dict(record, measured_with=provenance.facts())
    records.write(described)
    return described
