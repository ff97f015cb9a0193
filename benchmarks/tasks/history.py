"""The addresses that bounced, each with its history: what loading a relationship costs."""

from contextlib import closing

from sqlalchemy import func, orm
from sqlalchemy.orm import Session

from benchmarks.compat import LOST_ROWS, select
from benchmarks.declared import DeclaredStyles
from benchmarks.registry import VALUES, Task
from fixtures.declarative import declarative_base
from fixtures.mailing.models import EmailAddress, send_history

task = Task(
    "history",
    "A dict of the number of mails sent to each address that bounced",
    rows=(10000, 100000),
)

# Classes of this task's own, so that no other pays for the relationship.
Base = declarative_base()

addresses = EmailAddress.__table__
# The bounce for which an address is looked at; `send_history` itself stands for all of its mails.
bounces = send_history.alias("bounces")


class Send(Base):
    """One mail to one address; an address gets a campaign once."""

    __table__ = send_history
    __mapper_args__ = {"primary_key": [send_history.c.email_id, send_history.c.campaign]}


class Address(Base):
    """An address with the mails that were sent to it."""

    __table__ = addresses
    sends = orm.relationship(Send)


def _bounced(query):
    return query.join(bounces, bounces.c.email_id == Address.id).filter(
        bounces.c.bounce == True  # noqa: E712 - compiled to SQL
    )


def _bounced_with_sends(query):
    return _bounced(query).join(send_history, send_history.c.email_id == Address.id)


def _select_with_sends(*columns):
    return (
        select(*columns)
        .select_from(
            addresses.join(bounces, bounces.c.email_id == addresses.c.id).join(
                send_history, send_history.c.email_id == addresses.c.id
            )
        )
        .where(bounces.c.bounce == True)  # noqa: E712 - compiled to SQL
    )


def _lengths(emails):
    return {email.address: len(email.sends) for email in emails}


def _count(rows):
    counts = {}
    for row in rows:
        counts[row.address] = counts.get(row.address, 0) + 1
    return counts


@task.style()
def contains_eager(engine):
    """contains_eager, .all()"""
    with closing(Session(bind=engine)) as session:
        query = _bounced_with_sends(session.query(Address))
        return _lengths(query.options(orm.contains_eager(Address.sends)).all())


@task.style()
def joinedload(engine):
    """joinedload, .all()"""
    with closing(Session(bind=engine)) as session:
        query = _bounced(session.query(Address)).options(orm.joinedload(Address.sends))
        return _lengths(query.all())


@task.style()
def subqueryload(engine):
    """subqueryload, .all()"""
    with closing(Session(bind=engine)) as session:
        query = _bounced(session.query(Address)).options(orm.subqueryload(Address.sends))
        return _lengths(query.all())


@task.style(since="1.2")
def selectinload(engine):
    """selectinload, .all()"""
    with closing(Session(bind=engine)) as session:
        query = _bounced(session.query(Address)).options(orm.selectinload(Address.sends))
        return _lengths(query.all())


@task.style()
def lazy(engine):
    """lazy loading (N+1), .all()"""
    with closing(Session(bind=engine)) as session:
        return _lengths(_bounced(session.query(Address)).all())


@task.style(gives=VALUES)
def columns(engine):
    """column joined with the history, .all()"""
    with closing(Session(bind=engine)) as session:
        return _count(_bounced_with_sends(session.query(Address.address)).all())


@task.style(gives=VALUES)
def core_join(engine):
    """Core join, fetchall()"""
    with closing(engine.connect()) as connection:
        return _count(connection.execute(_select_with_sends(addresses.c.address)).fetchall())


@task.style(gives=VALUES)
def core_group_by(engine):
    """Core join, GROUP BY, fetchall()"""
    counted = _select_with_sends(addresses.c.address, func.count()).group_by(addresses.c.id)
    with closing(engine.connect()) as connection:
        return dict(connection.execute(counted).fetchall())


# The other eager loaders refuse yield_per: a collection may go on in the next chunk.
@task.style(since="1.2", wrong=LOST_ROWS, nested=True)
def selectinload_yield_per(engine):
    """selectinload, yield_per(1000)"""
    with closing(Session(bind=engine)) as session:
        query = _bounced(session.query(Address)).options(orm.selectinload(Address.sends))
        return _lengths(query.yield_per(1000))


@task.style(gives=VALUES)
def columns_yield_per(engine):
    """column joined with the history, yield_per"""
    with closing(Session(bind=engine)) as session:
        return _count(_bounced_with_sends(session.query(Address.address)).yield_per(1000))


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
