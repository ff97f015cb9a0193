"""What do wide values cost, of 4 and 50 KiB, where a driver reads ahead by rows?"""

from contextlib import closing

from sqlalchemy.orm import Session, defer, load_only

from benchmarks.compat import LOST_ROWS, NO_ITERATION, select
from benchmarks.declared import DeclaredStyles
from benchmarks.registry import VALUES, Task
from fixtures.documents.models import Document

task = Task(
    "wide_rows",
    "The sum of the numbers of the documents that were read",
    rows=(200, 2000),
    dataset="documents",
    # Each of the hundreds of runs reads all of them, and JSON takes its time.
    repeated=5,
)

documents = Document.__table__
NO_JSON = "its JSON type reads SQLite since then"
WIDE_NAMES = ("body", "record", "attachment")


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


def _deferred(session):
    """Documents whose wide columns are left out."""
    options = [defer(getattr(Document, name)) for name in WIDE_NAMES]
    return session.query(Document).options(*options)


# Before 1.3 the entity lacks its JSON, which is most of its memory.
@task.style(since="1.3", why=NO_JSON)
def whole_entity(engine):
    """whole entity, .all()"""
    with closing(Session(bind=engine)) as session:
        return sum(document.id for document in session.query(Document).all() if document.body)


@task.style(since="1.3", why=NO_JSON)
def deferred_touched(engine):
    """wide deferred, then the text read (N+1)"""
    with closing(Session(bind=engine)) as session:
        return sum(document.id for document in _deferred(session).all() if document.body)


@task.style()
def entity_all(engine):
    """entity with load_only(50 KiB text), .all()"""
    with closing(Session(bind=engine)) as session:
        query = session.query(Document).options(load_only(Document.body))
        return sum(document.id for document in query.all() if document.body)


@task.style(wrong=LOST_ROWS)
def entity_yield_per_1000(engine):
    """load_only(50 KiB text), yield_per(1000)"""
    with closing(Session(bind=engine)) as session:
        query = session.query(Document).options(load_only(Document.body)).yield_per(1000)
        return sum(document.id for document in query if document.body)


@task.style(gives=VALUES)
def columns(engine):
    """column of 50 KiB text, .all()"""
    with closing(Session(bind=engine)) as session:
        return _sum(session.query(Document.id, Document.body).all())


@task.style(since="1.3", why=NO_JSON)
def deferred(engine):
    """wide deferred, 4 KiB text read, .all()"""
    with closing(Session(bind=engine)) as session:
        return sum(document.id for document in _deferred(session).all() if document.note)


@task.style()
def narrow_entity(engine):
    """entity with load_only(4 KiB text), .all()"""
    with closing(Session(bind=engine)) as session:
        query = session.query(Document).options(load_only(Document.note))
        return sum(document.id for document in query.all() if document.note)


@task.style(since="1.3", why=NO_JSON, wrong=LOST_ROWS)
def whole_entity_yield_per_10(engine):
    """whole entity, yield_per(10)"""
    with closing(Session(bind=engine)) as session:
        query = session.query(Document).yield_per(10)
        return sum(document.id for document in query if document.body)


@task.style(gives=VALUES)
def narrow_columns(engine):
    """column of 4 KiB text, .all()"""
    with closing(Session(bind=engine)) as session:
        return _sum(session.query(Document.id, Document.note).all())


@task.style(wrong=LOST_ROWS)
def entity_yield_per_10(engine):
    """load_only(50 KiB text), yield_per(10)"""
    with closing(Session(bind=engine)) as session:
        query = session.query(Document).options(load_only(Document.body)).yield_per(10)
        return sum(document.id for document in query if document.body)


def _read(take, column, **options):
    """A style that takes a column as ``take`` does."""

    def style(engine):
        return take(engine, column, **options)

    return style


# Ways of reading, from the greatest net peak to the least: of wide values, then of narrow ones.
WAYS = (
    ("fetchall", "Core, fetchall()", _fetched, {}),
    ("iterated", "Core, iterated", _iterated, {}),
    ("stream", "stream_results", _iterated, {"stream_results": True}),
    (
        "max_row_buffer",
        "max_row_buffer=10",
        _iterated,
        {"stream_results": True, "max_row_buffer": 10},
    ),
)
WIDE = (("text", "body"), ("json", "record"), ("binary", "attachment"))
NARROW = (("text", "note"), ("json", "details"), ("binary", "thumbnail"))


def _add_styles(prefix, size, columns, ways):
    """A style of the task for each way of reading each column."""
    for way, words, take, options in ways:
        for kind, column in columns:
            style = _read(take, column, **options)
            style.__name__ = "%s%s_%s" % (prefix, kind, way)
            # What is shown as its code.
            style.__wrapped__ = take
            said = "JSON" if kind == "json" else kind
            style.__doc__ = "%s %s, %s" % (size, said, words)
            if kind == "json":
                task.style(style, gives=VALUES, since="1.3", why=NO_JSON)
            else:
                task.style(style, gives=VALUES, since="1.0", why=NO_ITERATION)


_add_styles("", "50 KiB", WIDE, WAYS)
_add_styles("narrow_", "4 KiB", NARROW, WAYS[1:3])


async def _streamed(engine, column, **options):
    async with engine.connect() as connection:
        total = 0
        asked = _numbered(column).execution_options(**options)
        async for number, value in await connection.stream(asked):
            total += number if value else 0
        return total


@task.style(gives=VALUES, since="1.4")
async def async_text_stream(engine):
    """50 KiB text, AsyncConnection.stream"""
    return await _streamed(engine, "body")


@task.style(gives=VALUES, since="1.4")
async def async_text_max_row_buffer(engine):
    """50 KiB text, the same, max_row_buffer=10"""
    return await _streamed(engine, "body", max_row_buffer=10)


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
