"""What an application pays once, after its imports.

Each step takes its argument as text, brings the process to where the step begins, and returns the
function to measure, whose answer is kept.
"""

import gc

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, create_engine, text
from sqlalchemy.orm import Session, clear_mappers, configure_mappers, relationship

from benchmarks.compat import select
from benchmarks.startup import ROUNDS

try:
    from sqlalchemy.orm import declarative_base
except ImportError:  # before 1.4
    from sqlalchemy.ext.declarative import declarative_base

STATEMENTS = 500
COLUMNS = 25
SMALL_CACHE = 50
# Rounds of making and dropping classes before those that are measured: caches of 1.4 fill first.
SETTLING = 20
# Two would refer to each other by two keys.
DROPPED_CLASSES = 3


def mapping(classes):
    """Map as many classes, of eight columns each."""
    return _mapped(_flat, classes)


def mapping_with_relationships(classes):
    """Map as many classes, each with a foreign key and a relationship to the next one and back."""
    return _mapped(_ring, classes)


def mapping_with_subclasses(classes):
    """Map a class and its subclasses, as many together, each with a table (joined inheritance)."""
    return _mapped(_family, classes)


def dropped_classes(how):
    """Make three classes with relationships and drop them, in 20 rounds.

    ``how`` is "dispose" (of their registry), "clear_mappers", "collector", which leaves them to it
    alone, or "kept", which does not drop them.
    """
    kept = []

    def round_trip():
        base = declarative_base()
        classes = _ring(base, DROPPED_CLASSES)
        configure_mappers()
        if how == "dispose":
            base.registry.dispose()
        elif how == "clear_mappers":
            clear_mappers()
        elif how == "kept":
            kept.append(classes)
        del base, classes
        gc.collect()

    for _ in range(SETTLING):
        round_trip()

    def run():
        for _ in range(ROUNDS):
            round_trip()

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
    engine = _engine(size)
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


def orm_statement_cache(size):
    """Query an entity of 26 columns with 500 distinct filters; ``size`` as above."""
    base = declarative_base()
    names = ["c%d" % number for number in range(COLUMNS)]
    columns = {name: Column(Integer) for name in names}
    wide = type(base)(
        "wide", (base,), dict(columns, __tablename__="wide", id=Column(Integer, primary_key=True))
    )
    configure_mappers()
    engine = _engine(size)
    base.metadata.create_all(engine)
    session = Session(bind=engine)
    session.query(wide).all()

    def run():
        for number in range(STATEMENTS):
            first, second = names[number % COLUMNS], names[number // COLUMNS]
            query = session.query(wide).filter(getattr(wide, first) == number)
            query.filter(getattr(wide, second) > number).all()
        return session

    return run


def _engine(size):
    """An engine whose statement cache has a size."""
    sizes = {
        "default": {},
        "small": {"query_cache_size": SMALL_CACHE},
        "off": {"query_cache_size": 0},
    }
    return create_engine("sqlite://", **sizes[size])


def _mapped(make, classes):
    """A function that maps so many classes by ``make(base, count)``."""

    def run():
        mapped = make(declarative_base(), int(classes))
        configure_mappers()
        return mapped

    return run


def _flat(base, count):
    return [_class(base, number) for number in range(count)]


def _ring(base, count):
    """Classes that refer each to the next one, and the last one to the first."""
    made = []
    for number in range(count):
        after, before = "thing%d" % ((number + 1) % count), "thing%d" % ((number - 1) % count)
        added = {
            "after_id": Column(Integer, ForeignKey(after + ".id")),
            "after": relationship(after, back_populates="before"),
            "before": relationship(before, back_populates="after"),
        }
        made.append(_class(base, number, added))
    return made


def _family(base, count):
    """A class, and subclasses of it."""
    parent = _class(
        base,
        0,
        {
            "kind": Column(String(50)),
            "__mapper_args__": {"polymorphic_on": "kind", "polymorphic_identity": "thing0"},
        },
    )
    made = [parent]
    for number in range(1, count):
        added = {
            "id": Column(Integer, ForeignKey("thing0.id"), primary_key=True),
            "__mapper_args__": {"polymorphic_identity": "thing%d" % number},
        }
        made.append(_class(parent, number, added))
    return made


def _class(base, number, added=None):
    """A mapped class of eight columns, and what is ``added`` to its body."""
    name = "thing%d" % number
    body = {"text%d" % place: Column(String(50)) for place in range(7)}
    body.update(__tablename__=name, id=Column(Integer, primary_key=True))
    body.update(added or {})
    return type(base)(name, (base,), body)


STEPS = {
    "mapping": mapping,
    "mapping_with_relationships": mapping_with_relationships,
    "mapping_with_subclasses": mapping_with_subclasses,
    "dropped_classes": dropped_classes,
    "first_execution": first_execution,
    "statement_cache": statement_cache,
    "orm_statement_cache": orm_statement_cache,
}
