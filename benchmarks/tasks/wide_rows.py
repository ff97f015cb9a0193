"""What do wide values cost, of 4 and 50 KiB, where a driver reads ahead by rows?"""

from contextlib import closing

from sqlalchemy.orm import Session, load_only

from benchmarks.compat import LOST_ROWS, NO_ITERATION, select
from benchmarks.declared import DeclaredStyles
from benchmarks.registry import Task
from fixtures.documents.models import Document

task = Task(
    "wide_rows",
    "The sum of the numbers of the documents that were read",
    rows=(200, 2000),
    dataset="documents",
)

documents = Document.__table__
NO_JSON = "its JSON type reads SQLite since then"


def _sum(rows):
    return sum(number for number, value in rows if value)


def _numbered(column):
    return select(documents.c.id, documents.c[column])


def _fetched(engine, column):
    with closing(engine.connect()) as connection:
        return _sum(connection.execute(_numbered(column)).fetchall())


def _iterated(engine, column, **options):
    with closing(engine.connect()) as connection:
        asked = connection.execution_options(**options) if options else connection
        return _sum(asked.execute(_numbered(column)))


@task.style()
def entity_all(engine):
    """entity with load_only(50 KiB text), .all()"""
    with closing(Session(bind=engine)) as session:
        query = session.query(Document).options(load_only(Document.body))
        return sum(document.id for document in query.all() if document.body)


@task.style(wrong=LOST_ROWS)
def entity_yield_per_1000(engine):
    """the same, yield_per(1000)"""
    with closing(Session(bind=engine)) as session:
        query = session.query(Document).options(load_only(Document.body)).yield_per(1000)
        return sum(document.id for document in query if document.body)


@task.style(wrong=LOST_ROWS)
def entity_yield_per_10(engine):
    """the same, yield_per(10)"""
    with closing(Session(bind=engine)) as session:
        query = session.query(Document).options(load_only(Document.body)).yield_per(10)
        return sum(document.id for document in query if document.body)


@task.style()
def text_fetchall(engine):
    """50 KiB text, Core, fetchall()"""
    return _fetched(engine, "body")


@task.style(since="1.3", why=NO_JSON)
def json_fetchall(engine):
    """50 KiB JSON, Core, fetchall()"""
    return _fetched(engine, "record")


@task.style()
def binary_fetchall(engine):
    """50 KiB binary, Core, fetchall()"""
    return _fetched(engine, "attachment")


@task.style(since="1.0", why=NO_ITERATION)
def text_iterated(engine):
    """50 KiB text, Core, iterated"""
    return _iterated(engine, "body")


@task.style(since="1.3", why=NO_JSON)
def json_iterated(engine):
    """50 KiB JSON, Core, iterated"""
    return _iterated(engine, "record")


@task.style(since="1.0", why=NO_ITERATION)
def binary_iterated(engine):
    """50 KiB binary, Core, iterated"""
    return _iterated(engine, "attachment")


@task.style(since="1.0", why=NO_ITERATION)
def text_stream(engine):
    """50 KiB text, stream_results"""
    return _iterated(engine, "body", stream_results=True)


@task.style(since="1.3", why=NO_JSON)
def json_stream(engine):
    """50 KiB JSON, stream_results"""
    return _iterated(engine, "record", stream_results=True)


@task.style(since="1.0", why=NO_ITERATION)
def binary_stream(engine):
    """50 KiB binary, stream_results"""
    return _iterated(engine, "attachment", stream_results=True)


@task.style(since="1.0", why=NO_ITERATION)
def text_max_row_buffer(engine):
    """50 KiB text, max_row_buffer=10"""
    return _iterated(engine, "body", stream_results=True, max_row_buffer=10)


@task.style(since="1.3", why=NO_JSON)
def json_max_row_buffer(engine):
    """50 KiB JSON, max_row_buffer=10"""
    return _iterated(engine, "record", stream_results=True, max_row_buffer=10)


@task.style(since="1.0", why=NO_ITERATION)
def binary_max_row_buffer(engine):
    """50 KiB binary, max_row_buffer=10"""
    return _iterated(engine, "attachment", stream_results=True, max_row_buffer=10)


@task.style(since="1.0", why=NO_ITERATION)
def narrow_text_iterated(engine):
    """4 KiB text, Core, iterated"""
    return _iterated(engine, "note")


@task.style(since="1.3", why=NO_JSON)
def narrow_json_iterated(engine):
    """4 KiB JSON, Core, iterated"""
    return _iterated(engine, "details")


@task.style(since="1.0", why=NO_ITERATION)
def narrow_binary_iterated(engine):
    """4 KiB binary, Core, iterated"""
    return _iterated(engine, "thumbnail")


@task.style(since="1.0", why=NO_ITERATION)
def narrow_text_stream(engine):
    """4 KiB text, stream_results"""
    return _iterated(engine, "note", stream_results=True)


@task.style(since="1.3", why=NO_JSON)
def narrow_json_stream(engine):
    """4 KiB JSON, stream_results"""
    return _iterated(engine, "details", stream_results=True)


@task.style(since="1.0", why=NO_ITERATION)
def narrow_binary_stream(engine):
    """4 KiB binary, stream_results"""
    return _iterated(engine, "thumbnail", stream_results=True)


async def _streamed(engine, column, **options):
    async with engine.connect() as connection:
        total = 0
        asked = _numbered(column).execution_options(**options)
        async for number, value in await connection.stream(asked):
            total += number if value else 0
        return total


@task.style(since="1.4")
async def async_text_stream(engine):
    """50 KiB text, AsyncConnection.stream"""
    return await _streamed(engine, "body")


@task.style(since="1.4")
async def async_text_max_row_buffer(engine):
    """50 KiB text, the same, max_row_buffer=10"""
    return await _streamed(engine, "body", max_row_buffer=10)


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
