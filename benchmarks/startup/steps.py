"""What an application pays once, after its imports.

Each step takes its argument as text, brings the process to where the step begins, and returns the
function to measure, whose answer is kept.
"""

from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, text
from sqlalchemy.orm import Session, configure_mappers

from benchmarks.compat import select

try:
    from sqlalchemy.orm import declarative_base
except ImportError:  # before 1.4
    from sqlalchemy.ext.declarative import declarative_base

STATEMENTS = 500
COLUMNS = 25
SMALL_CACHE = 50


def mapping(classes):
    """Map as many classes, of eight columns each."""

    def run():
        base = declarative_base()
        mapped = [_class(base, number) for number in range(int(classes))]
        configure_mappers()
        return mapped

    return run


def first_execution(language):
    """Execute a first statement, of "Core" or "ORM", where mappers and connection are ready."""
    base = declarative_base()
    mapped = _class(base, 0)
    configure_mappers()
    connection = create_engine("sqlite://").connect()
    base.metadata.create_all(connection)
    connection.execute(text("SELECT 1")).fetchall()
    session = Session(bind=connection)
    if language == "ORM":
        return lambda: (session, session.query(mapped).all())
    return lambda: (session, connection.execute(select(mapped.__table__)).fetchall())


def statement_cache(size):
    """Execute 500 distinct statements, with the "default" cache, a "small" one, or "off"."""
    sizes = {
        "default": {},
        "small": {"query_cache_size": SMALL_CACHE},
        "off": {"query_cache_size": 0},
    }
    engine = create_engine("sqlite://", **sizes[size])
    columns = [Column("c%d" % number, Integer) for number in range(COLUMNS)]
    table = Table("wide", MetaData(), *columns)
    connection = engine.connect()
    table.create(connection)
    connection.execute(select(table)).fetchall()

    def run():
        for number in range(STATEMENTS):
            first, second = columns[number % COLUMNS], columns[number // COLUMNS]
            statement = select(first).where(second == number)
            connection.execute(statement).fetchall()
        return connection

    return run


def _class(base, number):
    texts = {"text%d" % place: Column(String(50)) for place in range(7)}
    name = "thing%d" % number
    return type(base)(
        name, (base,), dict(texts, __tablename__=name, id=Column(Integer, primary_key=True))
    )


STEPS = {
    "mapping": mapping,
    "first_execution": first_execution,
    "statement_cache": statement_cache,
}
