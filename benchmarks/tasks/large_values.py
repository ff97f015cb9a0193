"""How many copies of one large value does SQLAlchemy make while it is stored?

Here the number of rows is the size of the value in MiB.
"""

from contextlib import closing

import sqlalchemy
from sqlalchemy import Column, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Session

from benchmarks import by_driver
from benchmarks.compat import get
from benchmarks.declared import DeclaredStyles
from benchmarks.registry import DBAPI, VALUES, Task
from fixtures.declarative import declarative_base
from fixtures.documents.models import HAS_JSON

task = Task(
    "large_values",
    "One value of so many MiB is stored",
    rows=(5, 20),
    dataset="documents",
    # Hundreds of executions store one MiB each.
    repeated=1,
    writes=True,
)

Base = declarative_base()
# Before 1.3 its own type can't read SQLite; what is written is text everywhere.
JSON, EMPTY = (sqlalchemy.JSON, []) if HAS_JSON else (Text, "[]")
TITLE = "large"
# The document that is changed.
NUMBER = 1
# A KiB of text as it is in Europe: a byte for each character in Python, and more in UTF-8.
PIECE = "caf\u00e9 " + "x" * 1019
BYTES = bytes(bytearray(range(256)))


class Stored(Base):
    """The table of documents, with all columns in every release."""

    __tablename__ = "document"

    id = Column(Integer, primary_key=True)
    title = Column(String(128), nullable=False)
    note = Column(Text, nullable=False)
    body = Column(Text, nullable=False)
    details = Column(JSON, nullable=False)
    record = Column(JSON, nullable=False)
    thumbnail = Column(LargeBinary, nullable=False)
    attachment = Column(LargeBinary, nullable=False)


documents = Stored.__table__
FIELDS = [column.name for column in documents.columns if column.name != "id"]


def _text(size):
    """A text of so many MiB."""
    return PIECE * (size * 1024)


def _binary(size):
    return BYTES * (size * 4096)


def _values(engine, empty=EMPTY, **large):
    """The values of a new document; what an earlier execution has stored is removed."""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("DELETE FROM document WHERE title = '%s'" % TITLE)
        connection.commit()
    values = {"title": TITLE, "note": "", "body": "", "details": empty, "record": empty}
    values.update({"thumbnail": b"", "attachment": b""}, **large)
    return values


def _executed(engine, sql, parameters):
    """Execute textual SQL without SQLAlchemy."""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(sql, parameters)
        connection.commit()


@task.style()
def orm_update_text(engine, rows):
    """loaded object, another text, commit"""
    with closing(Session(bind=engine)) as session:
        get(session, Stored, NUMBER).body = _text(rows)
        session.commit()


@task.style(gives=VALUES)
def core_update_text(engine, rows):
    """Core update(), text"""
    statement = documents.update().where(documents.c.id == NUMBER).values(body=_text(rows))
    with engine.begin() as connection:
        connection.execute(statement)


@task.style(gives=DBAPI)
def dbapi_update_text(engine, rows):
    """DBAPI, UPDATE, text"""
    sql = "UPDATE document SET body = {body} WHERE id = {number}"
    sql, parameters = by_driver.statement(engine.dialect, sql, ("body", "number"))
    _executed(engine, sql, parameters({"body": _text(rows), "number": NUMBER}))


@task.style()
def orm_text_read_back(engine, rows):
    """new object, text, commit, text read back"""
    with closing(Session(bind=engine)) as session:
        document = Stored(**_values(engine, body=_text(rows)))
        session.add(document)
        session.commit()
        len(document.body)


@task.style()
def orm_text(engine, rows):
    """new object, text, commit"""
    with closing(Session(bind=engine)) as session:
        session.add(Stored(**_values(engine, body=_text(rows))))
        session.commit()


@task.style(gives=VALUES)
def core_text(engine, rows):
    """Core insert(), text"""
    values = _values(engine, body=_text(rows))
    with engine.begin() as connection:
        connection.execute(documents.insert(), values)


@task.style(gives=DBAPI)
def dbapi_text(engine, rows):
    """DBAPI, INSERT, text"""
    sql, parameters = by_driver.insertion(engine.dialect, "document", FIELDS)
    _executed(engine, sql, parameters(_values(engine, "[]", body=_text(rows))))


@task.style()
def orm_binary(engine, rows):
    """new object, binary, commit"""
    with closing(Session(bind=engine)) as session:
        session.add(Stored(**_values(engine, attachment=_binary(rows))))
        session.commit()


@task.style(gives=VALUES)
def core_binary(engine, rows):
    """Core insert(), binary"""
    values = _values(engine, attachment=_binary(rows))
    with engine.begin() as connection:
        connection.execute(documents.insert(), values)


@task.style(gives=DBAPI)
def dbapi_binary(engine, rows):
    """DBAPI, INSERT, binary"""
    sql, parameters = by_driver.insertion(engine.dialect, "document", FIELDS)
    _executed(engine, sql, parameters(_values(engine, "[]", attachment=_binary(rows))))


@task.style(since="1.4")
async def async_text(engine, rows):
    """AsyncSession, new object, text, commit"""
    from sqlalchemy.ext.asyncio import AsyncSession

    async with AsyncSession(engine) as session:
        values = await session.run_sync(lambda _: _values(engine.sync_engine, body=_text(rows)))
        session.add(Stored(**values))
        await session.commit()


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
