"""What all databases have in common: a driver's description, and the way to the starting point."""

import contextlib
import gc
import inspect
from urllib.parse import urlencode

import sqlalchemy
from sqlalchemy.orm import configure_mappers

from benchmarks.compat import RELEASE, version_numbers
from fixtures.errors import FixtureError


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
    # What to do where no copy can be made.
    copy_needs = ""

    def __init__(self, driver, address):
        self.driver = driver
        self.address = address
        self._loop = None
        self._engine = None
        self._copies = []

    def fixture(self, rows, dataset):
        """Where the fixture with ``rows`` rows of a dataset is.

        Raises FixtureError where it is known to be missing.
        """
        raise NotImplementedError

    def make_engine(self, where):
        """An engine whose connections are to the fixture at ``where[0]``."""
        raise NotImplementedError

    def name_copy(self):
        """A new place, for a copy."""
        raise NotImplementedError

    def make_copy(self, place, copy, dataset):
        """Copy the fixture at ``place`` to ``copy``, which keys by itself what is added."""
        raise NotImplementedError

    def remove_copy(self, place):
        """Remove one."""
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

    def engine_at_start(self, warm_up, sizes, dataset, writes=False):
        """An engine on a fixture, brought to the stated starting point.

        ``sizes`` are the rows of the fixtures for warming up and for the run. Mappers are
        configured, and ``warm_up`` has run once on the same engine with the first of them, so that
        the engine's statement cache is warm. One connection is open. Raises FixtureError where a
        fixture is missing: it is never built here, as that would leave memory behind that the
        query then uses. For a style that ``writes``, both are copies, until `remove_copies`.
        """
        first, target = (self.fixture(rows, dataset) for rows in sizes)
        if writes:
            first, target = self.copy(first, dataset), self.copy(target, dataset)
        where = [first]
        engine = self._engine = self.make_engine(where)
        configure_mappers()
        self.run(warm_up, engine)
        self._dispose(engine)
        where[0] = target
        self.open(engine)
        gc.collect()
        return engine

    def copy(self, place, dataset):
        """Where a copy of the fixture at ``place`` is, until `remove_copies`.

        Raises FixtureError where none can be made.
        """
        copy = self.name_copy()
        self._copies.append(copy)
        try:
            self.make_copy(place, copy, dataset)
        except Exception as error:
            said = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise FixtureError(
                "no copy of the data can be made for a style that writes (%s): %s"
                % (said, self.copy_needs)
            ) from None
        return copy

    def remove_copies(self):
        """Remove all copies; what can't be removed now is left to ``fixtures.stores``."""
        if self._copies and self._engine is not None:
            with contextlib.suppress(Exception):
                self._dispose(self._engine)
        while self._copies:
            with contextlib.suppress(Exception):
                self.remove_copy(self._copies.pop())

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

    def on_connect(self, engine, function):
        """Call ``function(connection, record)`` first of all with each new DBAPI connection."""
        sync_engine = engine.sync_engine if self.driver.is_async else engine
        sqlalchemy.event.listen(sync_engine, "connect", function, insert=True)

    def settle(self):
        """Between runs: rid the driver of what it remembers of them, where it does."""

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
    # SQL of a copy: before its tables; for each of them; for those whose rows get a number of the
    # database; the rows of each; and what removes it.
    make_schema = ()
    copy_table = ()
    key_table = ()
    copy_rows = ()
    remove_schema = ()

    def connect_arguments(self):
        """How the driver is told where the server is and who asks; None and "" are left out."""
        raise NotImplementedError

    def fixture(self, rows, dataset):
        """The schema of the fixture."""
        from fixtures import stores
        from fixtures.identity import identity_of

        return stores.schema_name(identity_of(rows, dataset=dataset))

    def name_copy(self):
        """A schema of its own, whose name says when it was made."""
        from fixtures import stores

        return stores.copy_name()

    def make_copy(self, place, copy, dataset):
        """Table by table, in the server."""
        from fixtures import stores
        from fixtures.identity import dataset_named

        statements = [statement.format(copy=copy) for statement in self.make_schema]
        tables = dataset_named(dataset)
        for table in tables.TABLES:
            names = {"copy": copy, "source": place, "table": table, "mark": stores.MARK}
            numbered = self.key_table if table in tables.NUMBERED else ()
            made = self.copy_table + numbered + self.copy_rows
            statements += [statement.format(**names) for statement in made]
        self._execute(place, statements)

    def remove_copy(self, place):
        """Wait for nobody who still holds it."""
        self._execute(place, [statement.format(copy=place) for statement in self.remove_schema])

    def _execute(self, schema, statements):
        """Execute SQL on a connection of its own."""

        def execute(engine):
            with contextlib.closing(engine.raw_connection()) as connection:
                with contextlib.closing(connection.cursor()) as cursor:
                    for statement in statements:
                        cursor.execute(statement)
                connection.commit()

        engine = self.make_engine([schema])
        self.run(execute, engine)
        self._dispose(engine)

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

        self.on_connect(engine, enter)
        return engine
