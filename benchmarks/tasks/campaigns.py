"""How many addresses bounced in each campaign?"""

from contextlib import closing

from sqlalchemy import func
from sqlalchemy.orm import Session

from benchmarks.compat import LOST_ROWS, select
from benchmarks.declared import DeclaredStyles
from benchmarks.registry import VALUES, Task
from fixtures.declarative import declarative_base
from fixtures.mailing.models import send_history

task = Task("campaigns", "A dict of the number of bounces by campaign", rows=(10000, 100000))

# A base of its own: no other task maps the history like this.
Base = declarative_base()


class Send(Base):
    """One mail to one address; an address gets a campaign once."""

    __table__ = send_history
    __mapper_args__ = {"primary_key": [send_history.c.email_id, send_history.c.campaign]}


def _bounces(query):
    return query.filter(Send.bounce == True)  # noqa: E712 - compiled to SQL


def _count(rows):
    counts = {}
    for row in rows:
        counts[row.campaign] = counts.get(row.campaign, 0) + 1
    return counts


@task.style(gives=VALUES)
def entities(engine):
    """entities, .all(), counted in Python"""
    with closing(Session(bind=engine)) as session:
        return _count(_bounces(session.query(Send)).all())


@task.style(gives=VALUES)
def columns(engine):
    """column only, .all(), counted in Python"""
    with closing(Session(bind=engine)) as session:
        return _count(_bounces(session.query(Send.campaign)).all())


@task.style(gives=VALUES, wrong=LOST_ROWS)
def entities_yield_per(engine):
    """entities, yield_per(1000), counted in Python"""
    with closing(Session(bind=engine)) as session:
        return _count(_bounces(session.query(Send)).yield_per(1000))


@task.style(gives=VALUES)
def columns_yield_per(engine):
    """column, yield_per(1000), counted in Python"""
    with closing(Session(bind=engine)) as session:
        return _count(_bounces(session.query(Send.campaign)).yield_per(1000))


@task.style(gives=VALUES)
def orm_group_by(engine):
    """GROUP BY, ORM query"""
    with closing(Session(bind=engine)) as session:
        query = session.query(Send.campaign, func.count()).group_by(Send.campaign)
        return dict(_bounces(query).all())


@task.style(gives=VALUES)
def core_group_by(engine):
    """GROUP BY, Core"""
    statement = (
        select(send_history.c.campaign, func.count())
        .where(send_history.c.bounce == True)  # noqa: E712 - compiled to SQL
        .group_by(send_history.c.campaign)
    )
    with closing(engine.connect()) as connection:
        return dict(connection.execute(statement).fetchall())


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
