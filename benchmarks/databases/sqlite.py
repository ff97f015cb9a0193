"""SQLite, by Python's own driver."""

import gc
import sqlite3

import sqlalchemy
from sqlalchemy.orm import configure_mappers
from sqlalchemy.pool import StaticPool

from fixtures import cache
from fixtures.errors import FixtureError

# A database with one bounced address: what executes there is the style's own statement, with all
# that a first execution costs (compilation, caches, imports), and one row.
WARM_UP_ROWS = 1


def engine_at_start(function, rows):
    """An engine on the fixture with ``rows`` rows, brought to the stated starting point.

    Mappers are configured, and ``function`` has run once on the same engine with a single row, so
    that the engine's statement cache is warm. One connection stays open in every release, whatever
    its default pool would do. Raises FixtureError where a fixture is missing: it is never built
    here, as that would leave memory behind that the query then uses.
    """
    target = [_found(WARM_UP_ROWS)]
    path = _found(rows)
    engine = sqlalchemy.create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(target[0]), poolclass=StaticPool
    )
    configure_mappers()
    function(engine)
    engine.dispose()
    target[0] = path
    _open(engine)
    gc.collect()
    return engine


def _found(rows):
    path = cache.find(rows, sealed=False)
    if path is None:
        raise FixtureError(
            "the fixture with %d bounced addresses is missing or was changed: build it with"
            " scripts/seed --rows %d" % (rows, rows)
        )
    return path


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
