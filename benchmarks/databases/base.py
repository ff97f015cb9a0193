"""What all databases have in common: a driver's description, and the way to the starting point."""

import gc
import inspect
from urllib.parse import urlencode

import sqlalchemy
from sqlalchemy.orm import configure_mappers

from benchmarks.compat import RELEASE, version_numbers
from benchmarks.databases import WARM_UP_ROWS


class Driver(object):
    """One driver, as SQLAlchemy knows it.

    ``name`` is "postgresql+asyncpg", ``label`` what people call it. ``scheme`` is the beginning of
    its URL. ``group`` is that of packages that it comes with, None where Python has it.
    ``since`` is the first version of SQLAlchemy that works with it. One that ``nests`` takes
    another question while the rows of a streamed answer are still being read.
    """

    def __init__(
        self, name, label, scheme=None, group=None, since=None, is_async=False, nests=True
    ):
        self.name = name
        self.label = label
        self.scheme = scheme or name
        self.group = group
        self.since = since
        self.is_async = is_async
        self.nests = nests

    def require(self):
        """Raise NotImplementedError where this release can't speak to it."""
        if self.since and RELEASE < version_numbers(self.since):
            raise NotImplementedError("%s needs SQLAlchemy %s" % (self.name, self.since))


class Database(object):
    """A database with the fixtures in it, that is asked by one driver.

    ``address`` says where it is: the fields of suite.database.Address, as a dict.
    """

    # What is asked first of a new connection: many read their catalogue only then.
    first_statement = "SELECT 1"

    def __init__(self, driver, address):
        self.driver = driver
        self.address = address
        self._loop = None

    def fixture(self, rows, dataset):
        """Where the fixture with ``rows`` rows of a dataset is.

        Raises FixtureError where it is known to be missing.
        """
        raise NotImplementedError

    def make_engine(self, where):
        """An engine whose connections are to the fixture at ``where[0]``."""
        raise NotImplementedError

    def rows_from_server(self, connection, statement, size):
        """Yield the rows of a DBAPI connection's cursor that lies on the server, in lists.

        ``size`` of them at a time. Raises NotImplementedError where the driver has none.
        """
        raise NotImplementedError("%s has no server-side cursors" % self.driver.name)

    def require(self, style):
        """Raise NotImplementedError, which is a skip, where the style can't be run with this."""
        self.driver.require()
        if style.is_async and not self.driver.is_async:
            raise NotImplementedError("%s needs an async driver" % style.name)
        if style.nested and not self.driver.nests:
            raise NotImplementedError(
                "%s loses rows: %s can't ask again on a connection whose rows are still coming"
                % (style.name, self.driver.name)
            )

    def prepare(self):
        """Import what an engine needs, so that each child of this process has it.

        Python's own driver of SQLite is imported by then.
        """
        try:
            self.driver.require()
            if self.driver.group:
                self.make_engine([None])
        except Exception:
            return  # the measurement itself says why

    def engine_at_start(self, function, rows, dataset):
        """An engine on the fixture with ``rows`` rows, brought to the stated starting point.

        Mappers are configured, and ``function`` has run once on the same engine with a single row,
        so that the engine's statement cache is warm. One connection is open. Raises FixtureError
        where a fixture is missing: it is never built here, as that would leave memory behind that
        the query then uses.
        """
        where = [self.fixture(WARM_UP_ROWS, dataset)]
        target = self.fixture(rows, dataset)
        engine = self.make_engine(where)
        configure_mappers()
        self.run(function, engine)
        self._dispose(engine)
        where[0] = target
        self.open(engine)
        gc.collect()
        return engine

    def run(self, function, engine):
        """What ``function`` returns when it is called with the engine.

        With an async driver, a plain function runs as in `AsyncSession.run_sync`.
        """
        if not self.driver.is_async:
            return function(engine)
        if inspect.iscoroutinefunction(function):
            return self._wait_for(function(engine))
        from sqlalchemy.util import greenlet_spawn

        return self._wait_for(greenlet_spawn(function, engine.sync_engine))

    def open(self, engine):
        """Connect, and ask what a connection is asked first."""
        self.run(self._ask, engine)

    def _dispose(self, engine):
        disposed = engine.dispose()
        if self.driver.is_async:
            self._wait_for(disposed)

    def _wait_for(self, coroutine):
        if self._loop is None:
            import asyncio

            self._loop = asyncio.new_event_loop()
        return self._loop.run_until_complete(coroutine)

    def _ask(self, engine):
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(self.first_statement)
            cursor.fetchall()
            cursor.close()
        finally:
            connection.close()


class ServerDatabase(Database):
    """A database behind a server, where each fixture has a schema of its own."""

    # SQL that makes a connection find the tables of a schema.
    take_schema = None

    def connect_arguments(self):
        """How the driver is told where the server is and who asks; None and "" are left out."""
        raise NotImplementedError

    def fixture(self, rows, dataset):
        """The schema of the fixture."""
        from fixtures import stores
        from fixtures.identity import identity_of

        return stores.schema_name(identity_of(rows, dataset=dataset))

    def url(self):
        """What create_engine is given beside `connect_arguments`: the driver and its options."""
        options = urlencode(self.address.get("options", {}))
        # Without the third slash, 1.3 and older take the options for a host.
        return self.driver.scheme + (":///?" + options if options else "://")

    def make_engine(self, where):
        """An engine with the pool that SQLAlchemy gives it."""
        url = self.url()
        given = self.connect_arguments()
        arguments = {name: value for name, value in given.items() if value not in (None, "")}
        if self.driver.is_async:
            from sqlalchemy.ext.asyncio import create_async_engine

            engine = create_async_engine(url, connect_args=arguments)
        else:
            engine = sqlalchemy.create_engine(url, connect_args=arguments)

        def enter(connection, record):
            cursor = connection.cursor()
            cursor.execute(self.take_schema % where[0])
            cursor.close()
            connection.commit()

        sync_engine = engine.sync_engine if self.driver.is_async else engine
        sqlalchemy.event.listen(sync_engine, "connect", enter, insert=True)
        return engine
