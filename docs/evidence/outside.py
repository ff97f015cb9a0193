"""What a query adds to resident memory, measured without anything of this project.

Runs in a fresh process of a release's environment: reads JSON from standard input, prints bytes.
``url`` and ``arguments`` are for create_engine; ``warm_up`` and ``schema`` are SQL
that enter a schema, one with a single row; ``query`` names one of QUERIES.
"""

import asyncio
import ctypes
import gc
import json
import sys

import sqlalchemy
from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, String, Table, event
from sqlalchemy.orm import Session

try:
    from sqlalchemy.orm import declarative_base
except ImportError:
    from sqlalchemy.ext.declarative import declarative_base

Base = declarative_base()


class EmailAddress(Base):
    __tablename__ = "email_address"
    id = Column(Integer, primary_key=True)
    address = Column(String(254))
    first_name = Column(String(64))
    last_name = Column(String(64))
    company = Column(String(128))
    opens = Column(Integer)
    created_at = Column(DateTime)
    subscribed = Column(Boolean)


sends = Table(
    "send_history",
    Base.metadata,
    Column("email_id", Integer, ForeignKey("email_address.id")),
    Column("campaign", String(64)),
    Column("sent_at", DateTime),
    Column("bounce", Boolean),
)
emails = EmailAddress.__table__


def bounced():
    columns = [emails.c.address]
    old = sqlalchemy.__version__ < "1.4"
    made = sqlalchemy.select(columns) if old else sqlalchemy.select(*columns)
    joined = emails.join(sends, sends.c.email_id == emails.c.id)
    return made.select_from(joined).where(sends.c.bounce == True)  # noqa: E712


def entities(session):
    query = session.query(EmailAddress).join(sends, sends.c.email_id == EmailAddress.id)
    return query.filter(sends.c.bounce == True)  # noqa: E712


def core_fetchall(engine):
    with engine.connect() as connection:
        return sum(len(row[0]) for row in connection.execute(bounced()).fetchall())


def core_iterated(engine):
    with engine.connect() as connection:
        return sum(len(row[0]) for row in connection.execute(bounced()))


def core_stream(engine):
    with engine.connect() as connection:
        result = connection.execution_options(stream_results=True).execute(bounced())
        return sum(len(row[0]) for row in result)


def orm_all(engine):
    session = Session(bind=engine)
    total = sum(len(email.address) for email in entities(session).all())
    session.close()
    return total


def orm_yield_per(engine):
    session = Session(bind=engine)
    total = sum(len(email.address) for email in entities(session).yield_per(1000))
    session.close()
    return total


QUERIES = {
    function.__name__: function
    for function in (core_fetchall, core_iterated, core_stream, orm_all, orm_yield_per)
}


def size(name):
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    raise LookupError(name)


def main(given):
    query = QUERIES[given["query"]]
    if given["is_async"]:
        from sqlalchemy.ext.asyncio import create_async_engine
        from sqlalchemy.util import greenlet_spawn

        loop = asyncio.new_event_loop()
        outer = create_async_engine(given["url"], connect_args=given["arguments"])
        engine = outer.sync_engine

        def run(function):
            return loop.run_until_complete(greenlet_spawn(function, engine))
    else:
        engine = sqlalchemy.create_engine(given["url"], connect_args=given["arguments"])

        def run(function):
            return function(engine)

    enter = [given["warm_up"]]

    def entered(connection, record):
        cursor = connection.cursor()
        cursor.execute(enter[0])
        cursor.close()
        connection.commit()

    event.listen(engine, "connect", entered, insert=True)
    run(query)
    run(lambda engine: engine.dispose())
    enter[0] = given["schema"]
    run(lambda engine: engine.connect().close())
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/clear_refs", "w") as control:
        control.write("5")
    before = size("VmRSS")
    run(query)
    print(size("VmHWM") - before)


if __name__ == "__main__":
    main(json.load(sys.stdin))
