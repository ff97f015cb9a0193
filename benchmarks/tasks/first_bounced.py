"""Which is the first address that bounced, by number?"""

from contextlib import closing

from sqlalchemy import func
from sqlalchemy.orm import Session

from benchmarks.compat import get, select
from benchmarks.declared import DeclaredStyles
from benchmarks.queries import addresses, bounced, select_bounced
from benchmarks.registry import VALUES, Task
from fixtures.mailing.models import EmailAddress, send_history

task = Task("first_bounced", "The bounced address with the lowest number", rows=(10000, 100000))


def _in_order(query):
    return bounced(query).order_by(EmailAddress.id)


@task.style()
def first_of_all(engine):
    """full entity, .all()[0]"""
    with closing(Session(bind=engine)) as session:
        return _in_order(session.query(EmailAddress)).all()[0].address


@task.style()
def loop_left_early(engine):
    """full entity, loop left after one"""
    with closing(Session(bind=engine)) as session:
        for email in _in_order(session.query(EmailAddress)):
            return email.address


@task.style(since="1.4")
def scalars_first(engine):
    """select(Entity), scalars().first(), no LIMIT"""
    statement = select_bounced(EmailAddress).order_by(EmailAddress.id)
    with closing(Session(bind=engine)) as session:
        return session.execute(statement).scalars().first().address


@task.style(gives=VALUES)
def columns_first_of_all(engine):
    """column only, .all()[0]"""
    with closing(Session(bind=engine)) as session:
        return _in_order(session.query(EmailAddress.address)).all()[0].address


@task.style()
def yield_per_left_early(engine):
    """full entity, yield_per(1000), left after one"""
    with closing(Session(bind=engine)) as session:
        for email in _in_order(session.query(EmailAddress)).yield_per(1000):
            return email.address


@task.style(gives=VALUES)
def core_first(engine):
    """Core, first(), no LIMIT"""
    statement = select_bounced(addresses.c.address).order_by(addresses.c.id)
    with closing(engine.connect()) as connection:
        return connection.execute(statement).first()[0]


@task.style()
def first(engine):
    """full entity, .first()"""
    with closing(Session(bind=engine)) as session:
        return _in_order(session.query(EmailAddress)).first().address


@task.style(since="1.4")
def scalars_limit(engine):
    """select(Entity).limit(1), scalars().first()"""
    statement = select_bounced(EmailAddress).order_by(EmailAddress.id).limit(1)
    with closing(Session(bind=engine)) as session:
        return session.execute(statement).scalars().first().address


@task.style(gives=VALUES)
def limit(engine):
    """column only, .limit(1)"""
    with closing(Session(bind=engine)) as session:
        return _in_order(session.query(EmailAddress.address)).limit(1).scalar()


@task.style(gives=VALUES)
def core_limit(engine):
    """Core, limit(1)"""
    statement = select_bounced(addresses.c.address).order_by(addresses.c.id).limit(1)
    with closing(engine.connect()) as connection:
        return connection.execute(statement).scalar()


@task.style()
def get_by_key(engine):
    """min(id), then get() by key"""
    lowest = select(func.min(send_history.c.email_id)).where(
        send_history.c.bounce == True  # noqa: E712 - compiled to SQL
    )
    with closing(Session(bind=engine)) as session:
        return get(session, EmailAddress, session.execute(lowest).scalar()).address


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
