"""An export: every field of the addresses that bounced goes to a sink, and nothing is kept."""

import csv
import zlib
from contextlib import closing

from sqlalchemy import text
from sqlalchemy.orm import Bundle, Session

from benchmarks.compat import LOST_ROWS, NO_ITERATION
from benchmarks.declared import DeclaredStyles
from benchmarks.queries import addresses, bounced, select_bounced, text_bounced
from benchmarks.registry import DBAPI, VALUES, Task
from fixtures.mailing.models import EmailAddress

task = Task(
    "export",
    "Count and checksum of every field of the addresses that bounced",
    rows=(10000, 100000),
)

FIELDS = [column.name for column in addresses.columns]
ATTRIBUTES = [getattr(EmailAddress, name) for name in FIELDS]
TEXT = text_bounced(*FIELDS)


class Sink(object):
    """Where the lines go: counts them and adds up their CRC-32, so that their order is free."""

    def __init__(self):
        self.lines = 0
        self.checksum = 0
        self._writer = csv.writer(self)

    def write(self, line):
        """Take one line of CSV."""
        self.lines += 1
        self.checksum += zlib.crc32(line.encode("utf-8"))

    def add(self, number, address, first_name, last_name, company, opens, created, subscribed):
        """Write one row; its last two fields come as SQLAlchemy or as the driver gives them."""
        if not isinstance(created, str):
            created = created.isoformat(" ", "microseconds")
        self._writer.writerow(
            (number, address, first_name, last_name, company, opens, created, int(subscribed))
        )

    def add_entity(self, email):
        """Write one object with the table's columns as attributes."""
        self.add(
            email.id,
            email.address,
            email.first_name,
            email.last_name,
            email.company,
            email.opens,
            email.created_at,
            email.subscribed,
        )

    def total(self):
        """The task's answer."""
        return {"lines": self.lines, "checksum": self.checksum}


@task.style()
def full_entity(engine):
    """full entity, .all()"""
    sink = Sink()
    with closing(Session(bind=engine)) as session:
        for email in bounced(session.query(EmailAddress)).all():
            sink.add_entity(email)
    return sink.total()


@task.style(gives=VALUES)
def columns(engine):
    """all columns, .all()"""
    sink = Sink()
    with closing(Session(bind=engine)) as session:
        for row in bounced(session.query(*ATTRIBUTES)).all():
            sink.add(*row)
    return sink.total()


@task.style(wrong=LOST_ROWS)
def yield_per(engine):
    """full entity, yield_per(1000)"""
    sink = Sink()
    with closing(Session(bind=engine)) as session:
        for email in bounced(session.query(EmailAddress)).yield_per(1000):
            sink.add_entity(email)
    return sink.total()


@task.style(since="1.4")
def scalars_yield_per(engine):
    """select(Entity), scalars(), yield_per 1000"""
    sink = Sink()
    with closing(Session(bind=engine)) as session:
        statement = select_bounced(EmailAddress).execution_options(yield_per=1000)
        for email in session.execute(statement).scalars():
            sink.add_entity(email)
    return sink.total()


@task.style(gives=VALUES)
def bundle_yield_per(engine):
    """Bundle of all columns, yield_per(1000)"""
    sink = Sink()
    with closing(Session(bind=engine)) as session:
        query = bounced(session.query(Bundle("email", *ATTRIBUTES)))
        for row in query.yield_per(1000):
            sink.add_entity(row.email)
    return sink.total()


@task.style(gives=VALUES)
def columns_yield_per(engine):
    """all columns, yield_per(1000)"""
    sink = Sink()
    with closing(Session(bind=engine)) as session:
        for row in bounced(session.query(*ATTRIBUTES)).yield_per(1000):
            sink.add(*row)
    return sink.total()


@task.style(gives=VALUES)
def core_fetchmany(engine):
    """Core, fetchmany(1000)"""
    sink = Sink()
    with closing(engine.connect()) as connection:
        result = connection.execute(select_bounced(*addresses.columns))
        rows = result.fetchmany(1000)
        while rows:
            for row in rows:
                sink.add(*row)
            rows = result.fetchmany(1000)
    return sink.total()


@task.style(gives=VALUES, since="1.4")
def core_partitions(engine):
    """Core, stream_results, partitions(1000)"""
    sink = Sink()
    with closing(engine.connect()) as connection:
        result = connection.execution_options(stream_results=True).execute(
            select_bounced(*addresses.columns)
        )
        for rows in result.partitions(1000):
            for row in rows:
                sink.add(*row)
    return sink.total()


@task.style(gives=VALUES, since="1.4")
def core_mappings(engine):
    """Core, mappings(), iterated"""
    sink = Sink()
    with closing(engine.connect()) as connection:
        for row in connection.execute(select_bounced(*addresses.columns)).mappings():
            sink.add(*(row[name] for name in FIELDS))
    return sink.total()


@task.style(gives=VALUES, since="1.0", why=NO_ITERATION)
def core_iterated(engine):
    """Core, iterated"""
    sink = Sink()
    with closing(engine.connect()) as connection:
        for row in connection.execute(select_bounced(*addresses.columns)):
            sink.add(*row)
    return sink.total()


@task.style(gives=VALUES, since="1.0", why=NO_ITERATION)
def text_iterated(engine):
    """textual SQL, iterated"""
    sink = Sink()
    with closing(engine.connect()) as connection:
        for row in connection.execute(text(TEXT)):
            sink.add(*row)
    return sink.total()


@task.style(gives=DBAPI)
def dbapi_iterated(engine):
    """DBAPI, iterated"""
    sink = Sink()
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(TEXT)
        for row in cursor:
            sink.add(*row)
    return sink.total()


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
