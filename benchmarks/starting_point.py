"""From where every measurement starts: mappers configured, connection open, statement known."""

import contextlib
import gc
import sqlite3

import sqlalchemy
from sqlalchemy.orm import configure_mappers
from sqlalchemy.pool import StaticPool

from benchmarks import measuring
from fixtures import cache

# A database with one bounced address: what executes there is the style's own statement, with all
# that a first execution costs (compilation, caches, imports), and one row.
WARM_UP_ROWS = 1


def prepare(style, rows, traced=False):
    """An engine on the fixture with ``rows`` rows, brought to the stated starting point.

    The style has run once on the same engine with a single row, so that the engine's statement
    cache is warm. One connection stays open in every release, whatever its default pool would do.
    ``traced`` makes it ready for a run under tracemalloc.
    """
    target = [cache.ensure(WARM_UP_ROWS)]
    engine = sqlalchemy.create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(str(target[0])), poolclass=StaticPool
    )
    configure_mappers()
    with measuring.line_tables() if traced else contextlib.nullcontext():
        style.function(engine)
    engine.dispose()
    target[0] = cache.ensure(rows)
    _open(engine)
    gc.collect()
    return engine


def _open(engine):
    """Connect, and let SQLite read the schema, which it does with the first statement only."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT name FROM sqlite_master")
        cursor.fetchall()
        cursor.close()
    finally:
        connection.close()
