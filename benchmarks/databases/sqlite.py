"""SQLite: a file of the cache, by Python's own driver, or by aiosqlite in a thread."""

import os
import shutil
import sqlite3

import sqlalchemy
from sqlalchemy.pool import StaticPool

from benchmarks.databases import base
from fixtures import cache, sqlite_file
from fixtures.errors import FixtureError

DRIVERS = (
    base.Driver("sqlite", "SQLite"),
    base.Driver(
        "sqlite+aiosqlite", "SQLite, aiosqlite", group="aiosqlite", since="1.4.3", is_async=True
    ),
)

# The folder of copies for styles that write, which ends with the processes that measure.
COPIES = "SQLALCHEMY_ASV_COPIES"


class Database(base.Database):
    """The fixtures of the cache."""

    # With the first statement only, SQLite reads the schema.
    first_statement = "SELECT name FROM sqlite_master"
    copy_needs = "free some space in its folder"

    def fixture(self, rows, dataset):
        """The path of the fixture."""
        path = cache.find(rows, sealed=False, dataset=dataset)
        if path is None:
            raise FixtureError(
                "the fixture with %d rows of %s is missing or was changed: build it with"
                " scripts/seed --rows %d --dataset %s" % (rows, dataset, rows, dataset)
            )
        return path

    def name_copy(self):
        """A file of its own: $SQLALCHEMY_ASV_COPIES says where, or else the system."""
        folder = os.environ.get(COPIES)
        if not folder:
            import tempfile

            folder = tempfile.gettempdir()
        # Of one length, as it shows in memory.
        return os.path.join(folder, "copy-%s.db" % os.urandom(6).hex())

    def make_copy(self, place, copy, dataset):
        """All of the file."""
        shutil.copyfile(place, copy)

    def remove_copy(self, place):
        """Of what writes beside it, too."""
        for path in [place] + [place + journal for journal in sqlite_file.JOURNALS]:
            if os.path.exists(path):
                os.remove(path)

    def settle(self):
        """By another connection: Python's own keeps a weak reference to each of 200 cursors."""
        self._dispose(self._engine)
        self.open(self._engine)

    def make_engine(self, where):
        """One connection stays open in every release, whatever its default pool would do."""
        if self.driver.is_async:
            from sqlalchemy.ext.asyncio import create_async_engine

            engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)

            def name_file(dialect, record, arguments, options):
                arguments[0] = where[0]

            sqlalchemy.event.listen(engine.sync_engine, "do_connect", name_file)
        else:
            engine = sqlalchemy.create_engine(
                "sqlite://", creator=lambda: sqlite3.connect(where[0]), poolclass=StaticPool
            )
        if self._copies:
            self.on_connect(engine, _without_waiting)
        return engine


def _without_waiting(connection, record):
    """Let the disk write a copy when it likes: hundreds of commits would wait for it."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()
