"""How many addresses bounced?"""

from contextlib import closing

from sqlalchemy import func
from sqlalchemy.orm import Session

from benchmarks.compat import LOST_ROWS
from benchmarks.declared import DeclaredStyles
from benchmarks.queries import addresses, bounced, select_bounced
from benchmarks.registry import VALUES, Task
from fixtures.mailing.models import EmailAddress

task = Task("how_many", "The number of addresses that bounced", rows=(10000, 100000))


@task.style(gives=VALUES)
def length_of_entities(engine):
    """full entity, len(query.all())"""
    with closing(Session(bind=engine)) as session:
        return len(bounced(session.query(EmailAddress)).all())


@task.style(gives=VALUES)
def length_of_columns(engine):
    """column only, len(query.all())"""
    with closing(Session(bind=engine)) as session:
        return len(bounced(session.query(EmailAddress.id)).all())


@task.style(gives=VALUES, wrong=LOST_ROWS)
def sum_of_ones(engine):
    """full entity, yield_per(1000), sum of ones"""
    with closing(Session(bind=engine)) as session:
        return sum(1 for _ in bounced(session.query(EmailAddress)).yield_per(1000))


@task.style(gives=VALUES)
def query_count(engine):
    """full entity, query.count()"""
    with closing(Session(bind=engine)) as session:
        return bounced(session.query(EmailAddress)).count()


@task.style(gives=VALUES)
def func_count(engine):
    """func.count(), ORM query"""
    with closing(Session(bind=engine)) as session:
        return bounced(session.query(func.count(EmailAddress.id))).scalar()


@task.style(gives=VALUES)
def core_count(engine):
    """select(func.count()), Core"""
    with closing(engine.connect()) as connection:
        return connection.execute(select_bounced(func.count(addresses.c.id))).scalar()


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
