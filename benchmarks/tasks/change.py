"""What does it cost to change a field of addresses that are there?"""

from contextlib import closing

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from benchmarks.compat import LOST_ROWS, select
from benchmarks.declared import DeclaredStyles
from benchmarks.queries import addresses
from benchmarks.registry import DBAPI, VALUES, Task
from fixtures.mailing.models import EmailAddress

task = Task(
    "change",
    "The first so many addresses are opened once more",
    rows=(1000, 10000),
    # Several rows go by another statement than one.
    warm_up=20,
    writes=True,
)

ONE_MORE = {EmailAddress.opens: EmailAddress.opens + 1}


def _query(session, rows):
    return session.query(EmailAddress).filter(EmailAddress.id <= rows)


def _update(engine, rows, how, loaded):
    """UPDATE by the ORM, with or without all objects in the session."""
    with closing(Session(bind=engine)) as session:
        kept = _query(session, rows).all() if loaded else []
        _query(session, rows).update(ONE_MORE, synchronize_session=how)
        session.commit()
        del kept


@task.style()
def entities(engine, rows):
    """full entity, .all(), one commit"""
    with closing(Session(bind=engine)) as session:
        for email in _query(session, rows).all():
            email.opens += 1
        session.commit()


@task.style(wrong=LOST_ROWS)
def yield_per(engine, rows):
    """full entity, yield_per(1000), one commit"""
    with closing(Session(bind=engine)) as session:
        for email in _query(session, rows).yield_per(1000):
            email.opens += 1
        session.commit()


@task.style()
def update_fetch_loaded(engine, rows):
    """update(), "fetch", all objects loaded"""
    _update(engine, rows, "fetch", loaded=True)


@task.style()
def update_evaluate_loaded(engine, rows):
    """update(), "evaluate", all objects loaded"""
    _update(engine, rows, "evaluate", loaded=True)


@task.style()
def update_false_loaded(engine, rows):
    """update(), False, all objects loaded"""
    _update(engine, rows, False, loaded=True)


@task.style(gives=VALUES, since="1.0")
def bulk_update_mappings(engine, rows):
    """columns, bulk_update_mappings"""
    with closing(Session(bind=engine)) as session:
        found = session.query(EmailAddress.id, EmailAddress.opens).filter(EmailAddress.id <= rows)
        changed = [{"id": number, "opens": opens + 1} for number, opens in found]
        session.bulk_update_mappings(EmailAddress, changed)
        session.commit()


@task.style(gives=VALUES, since="2.0", why="ORM UPDATE by key of many rows came with it")
def orm_update_by_key(engine, rows):
    """session.execute(update(Entity), dicts)"""
    with closing(Session(bind=engine)) as session:
        columns = select(EmailAddress.id, EmailAddress.opens).where(EmailAddress.id <= rows)
        changed = [{"id": number, "opens": opens + 1} for number, opens in session.execute(columns)]
        session.execute(update(EmailAddress), changed)
        session.commit()


@task.style(gives=VALUES)
def core_executemany(engine, rows):
    """Core update(), a dict for each"""
    statement = (
        addresses.update()
        .where(addresses.c.id == bindparam("number"))
        .values(opens=addresses.c.opens + 1)
    )
    with engine.begin() as connection:
        connection.execute(statement, [{"number": number} for number in range(1, rows + 1)])


@task.style(gives=VALUES)
def update_fetch(engine, rows):
    """update(), "fetch", no object loaded"""
    _update(engine, rows, "fetch", loaded=False)


@task.style(wrong=LOST_ROWS, nested=True)
def yield_per_flush(engine, rows):
    """full entity, yield_per(1000), flush each"""
    with closing(Session(bind=engine)) as session:
        for number, email in enumerate(_query(session, rows).yield_per(1000), 1):
            email.opens += 1
            if number % 1000 == 0:
                session.flush()
        session.commit()


@task.style(wrong=LOST_ROWS, nested=True)
def yield_per_expunge(engine, rows):
    """full entity, yield_per(1000), flush, expunge"""
    chunk = []
    with closing(Session(bind=engine)) as session:
        for email in _query(session, rows).yield_per(1000):
            email.opens += 1
            chunk.append(email)
            if len(chunk) == 1000:
                session.flush()
                while chunk:
                    session.expunge(chunk.pop())
        session.commit()


@task.style()
def pages(engine, rows):
    """pages of 1000 by key, commit each"""
    last = 0
    with closing(Session(bind=engine)) as session:
        while last < rows:
            page = _query(session, rows).filter(EmailAddress.id > last)
            emails = page.order_by(EmailAddress.id).limit(1000).all()
            last = emails[-1].id
            for email in emails:
                email.opens += 1
            session.commit()


@task.style(gives=VALUES)
def update_evaluate(engine, rows):
    """update(), "evaluate", no object loaded"""
    _update(engine, rows, "evaluate", loaded=False)


@task.style(gives=VALUES)
def update_false(engine, rows):
    """update(), False, no object loaded"""
    _update(engine, rows, False, loaded=False)


@task.style(gives=VALUES)
def core_update(engine, rows):
    """Core update()"""
    statement = addresses.update().where(addresses.c.id <= rows).values(opens=addresses.c.opens + 1)
    with engine.begin() as connection:
        connection.execute(statement)


@task.style(gives=DBAPI)
def dbapi(engine, rows):
    """DBAPI, one UPDATE"""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("UPDATE email_address SET opens = opens + 1 WHERE id <= %d" % rows)
        connection.commit()


@task.style(since="1.4")
async def async_entities(engine, rows):
    """AsyncSession, scalars().all(), one commit"""
    from sqlalchemy.ext.asyncio import AsyncSession

    async with AsyncSession(engine) as session:
        found = await session.execute(select(EmailAddress).where(EmailAddress.id <= rows))
        for email in found.scalars().all():
            email.opens += 1
        await session.commit()


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
