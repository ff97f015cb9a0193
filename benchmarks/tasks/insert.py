"""What does it cost to store new addresses?"""

import datetime
from contextlib import closing

from sqlalchemy import Boolean, DateTime, String, cast, insert, literal
from sqlalchemy.orm import Session

from benchmarks import by_driver
from benchmarks.compat import select
from benchmarks.declared import DeclaredStyles
from benchmarks.queries import addresses
from benchmarks.registry import DBAPI, VALUES, Task
from fixtures.mailing.models import EmailAddress

task = Task(
    "insert",
    "So many new addresses are stored",
    rows=(1000, 10000),
    # Several rows go by another statement than one.
    warm_up=20,
    writes=True,
)

FIELDS = [column.name for column in addresses.columns if column.name != "id"]
FIRST, LAST = "Ada", "Lovelace"
CREATED = datetime.datetime(2026, 1, 2, 3, 4, 5)
ORM_INSERT = "ORM INSERT of many rows came with it"
# Seven values each: SQLite up to 3.31 takes 999 in a statement.
VALUES_ROWS = 100


def _prefix(engine):
    """The beginning of new addresses, which no earlier execution has used."""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("SELECT max(id) FROM email_address")
        return "new-%010d-" % cursor.fetchone()[0]


def _values(prefix, number):
    return {
        "address": "%s%d" % (prefix, number),
        "first_name": FIRST,
        "last_name": LAST,
        "company": "Company %d" % number,
        "opens": number,
        "created_at": CREATED,
        "subscribed": True,
    }


def _dicts(engine, rows):
    """All new rows."""
    prefix = _prefix(engine)
    return [_values(prefix, number) for number in range(1, rows + 1)]


def _chunks(engine, rows, size=1000):
    """The same in lists of ``size``, made one by one."""
    prefix = _prefix(engine)
    return (
        [_values(prefix, number) for number in range(first, min(first + size, rows + 1))]
        for first in range(1, rows + 1, size)
    )


def _objects(engine, rows):
    prefix = _prefix(engine)
    return [EmailAddress(**_values(prefix, number)) for number in range(1, rows + 1)]


def _require_returning(engine):
    if not engine.dialect.insert_executemany_returning:
        raise NotImplementedError("this database returns no rows of an INSERT of many")


@task.style(since="2.0", why=ORM_INSERT)
def orm_returning(engine, rows):
    """insert(Entity).returning(Entity), all()"""
    with closing(Session(bind=engine)) as session:
        new = _dicts(engine, rows)
        session.connection()
        _require_returning(engine)
        session.scalars(insert(EmailAddress).returning(EmailAddress), new).all()
        session.commit()


@task.style()
def add_all(engine, rows):
    """add_all, one commit"""
    with closing(Session(bind=engine)) as session:
        session.add_all(_objects(engine, rows))
        session.commit()


@task.style(since="1.0")
def bulk_save_objects(engine, rows):
    """bulk_save_objects"""
    with closing(Session(bind=engine)) as session:
        session.bulk_save_objects(_objects(engine, rows))
        session.commit()


@task.style()
def add_flush_kept(engine, rows):
    """add, flush each 1000, all objects kept"""
    kept = []
    with closing(Session(bind=engine)) as session:
        for chunk in _chunks(engine, rows):
            kept += [EmailAddress(**values) for values in chunk]
            session.add_all(kept[-len(chunk) :])
            session.flush()
        session.commit()


@task.style(gives=VALUES, since="1.0")
def bulk_insert_mappings(engine, rows):
    """bulk_insert_mappings"""
    with closing(Session(bind=engine)) as session:
        session.bulk_insert_mappings(EmailAddress, _dicts(engine, rows))
        session.commit()


@task.style(gives=VALUES, since="2.0", why=ORM_INSERT)
def orm_insert(engine, rows):
    """session.execute(insert(Entity), dicts)"""
    with closing(Session(bind=engine)) as session:
        session.execute(insert(EmailAddress), _dicts(engine, rows))
        session.commit()


@task.style(gives=VALUES, since="2.0", why="RETURNING of many rows came with it")
def core_returning(engine, rows):
    """Core insert(), RETURNING ids, all()"""
    new = _dicts(engine, rows)
    with engine.begin() as connection:
        _require_returning(engine)
        connection.execute(addresses.insert().returning(addresses.c.id), new).all()


@task.style(gives=VALUES)
def core_executemany(engine, rows):
    """Core insert(), all dicts at once"""
    new = _dicts(engine, rows)
    with engine.begin() as connection:
        connection.execute(addresses.insert(), new)


@task.style(gives=DBAPI)
def dbapi_executemany(engine, rows):
    """DBAPI, executemany"""
    sql, parameters = by_driver.insertion(engine.dialect, "email_address", FIELDS)
    kind = addresses.c.created_at.type.dialect_impl(engine.dialect)
    # SQLite has no type for it, and is given text.
    bind = kind.bind_processor(engine.dialect)
    new = _dicts(engine, rows)
    for values in new if bind else ():
        values["created_at"] = bind(CREATED)
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.executemany(sql, [parameters(values) for values in new])
        connection.commit()


@task.style()
def add_commit(engine, rows):
    """add, commit each 1000"""
    with closing(Session(bind=engine)) as session:
        for chunk in _chunks(engine, rows):
            session.add_all([EmailAddress(**values) for values in chunk])
            session.commit()


@task.style()
def add_flush(engine, rows):
    """add, flush each 1000, one commit"""
    with closing(Session(bind=engine)) as session:
        for chunk in _chunks(engine, rows):
            session.add_all([EmailAddress(**values) for values in chunk])
            session.flush()
        session.commit()


@task.style()
def add_flush_expunge(engine, rows):
    """add, flush and expunge each 1000"""
    with closing(Session(bind=engine)) as session:
        for chunk in _chunks(engine, rows):
            session.add_all([EmailAddress(**values) for values in chunk])
            session.flush()
            session.expunge_all()
        session.commit()


@task.style(gives=VALUES)
def from_select(engine, rows):
    """INSERT from SELECT"""
    number = cast(addresses.c.id, String(20))
    made = {
        "address": literal(_prefix(engine), String(64)) + number,
        "first_name": literal(FIRST),
        "last_name": literal(LAST),
        "company": literal("Company ") + number,
        "opens": addresses.c.id,
        "created_at": literal(CREATED, DateTime),
        "subscribed": literal(True, Boolean),
    }
    found = select(*(made[name].label(name) for name in FIELDS)).where(addresses.c.id <= rows)
    with engine.begin() as connection:
        connection.execute(addresses.insert().from_select(FIELDS, found))


@task.style(gives=VALUES)
def core_executemany_chunks(engine, rows):
    """Core insert(), 1000 dicts at a time"""
    chunks = _chunks(engine, rows)
    with engine.begin() as connection:
        for chunk in chunks:
            connection.execute(addresses.insert(), chunk)


@task.style(gives=VALUES)
def core_values(engine, rows):
    """Core insert().values(list), 100 at a time"""
    chunks = _chunks(engine, rows, VALUES_ROWS)
    with engine.begin() as connection:
        for chunk in chunks:
            connection.execute(addresses.insert().values(chunk))


@task.style(since="1.4")
async def async_add_all(engine, rows):
    """AsyncSession.add_all, one commit"""
    from sqlalchemy.ext.asyncio import AsyncSession

    async with AsyncSession(engine) as session:
        objects = await session.run_sync(lambda _: _objects(engine.sync_engine, rows))
        session.add_all(objects)
        await session.commit()


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
