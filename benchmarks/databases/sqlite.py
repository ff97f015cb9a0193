"""SQLite: a file of the cache, by Python's own driver, or by aiosqlite in a thread."""

import sqlite3

import sqlalchemy
from sqlalchemy.pool import StaticPool

from benchmarks.databases import base
from fixtures import cache
from fixtures.errors import FixtureError

DRIVERS = (
    base.Driver("sqlite", "SQLite"),
    base.Driver(
        "sqlite+aiosqlite", "SQLite, aiosqlite", group="aiosqlite", since="1.4.3", is_async=True
    ),
)


class Database(base.Database):
    """The fixtures of the cache."""

    # With the first statement only, SQLite reads the schema.
    first_statement = "SELECT name FROM sqlite_master"

    def fixture(self, rows, dataset):
        """The path of the fixture."""
        path = cache.find(rows, sealed=False, dataset=dataset)
        if path is None:
            raise FixtureError(
                "the fixture with %d rows of %s is missing or was changed: build it with"
                " scripts/seed --rows %d --dataset %s" % (rows, dataset, rows, dataset)
            )
        return path

    def make_engine(self, where):
        """One connection stays open in every release, whatever its default pool would do."""
        if self.driver.is_async:
            from sqlalchemy.ext.asyncio import create_async_engine

            engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)

            def name_file(dialect, record, arguments, options):
                arguments[0] = where[0]

            sqlalchemy.event.listen(engine.sync_engine, "do_connect", name_file)
            return engine
        return sqlalchemy.create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(where[0]), poolclass=StaticPool
        )
