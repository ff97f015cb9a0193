"""The article's task: which addresses bounced?"""

from contextlib import closing

from sqlalchemy.orm import Session

from benchmarks import metrics
from benchmarks.compat import select
from benchmarks.styles import Task
from fixtures.models import EmailAddress, send_history

task = Task("bounced_addresses", "A dict of the addresses that bounced")


def _bounced(query):
    return query.join(send_history, send_history.c.email_id == EmailAddress.id).filter(
        send_history.c.bounce == True  # noqa: E712 - compiled to SQL
    )


@task.style()
def full_entity(engine):
    """full entity, .all()"""
    with closing(Session(bind=engine)) as session:
        emails = _bounced(session.query(EmailAddress)).all()
        bounced = {}
        for email in emails:
            bounced[email.address] = True
        del emails
    return bounced


@task.style()
def columns(engine):
    """column only, .all()"""
    with closing(Session(bind=engine)) as session:
        emails = _bounced(session.query(EmailAddress.address)).all()
        bounced = {}
        for email in emails:
            bounced[email.address] = True
        del emails
    return bounced


@task.style()
def yield_per(engine):
    """full entity, yield_per(1000)"""
    bounced = {}
    with closing(Session(bind=engine)) as session:
        for email in _bounced(session.query(EmailAddress)).yield_per(1000):
            bounced[email.address] = True
    return bounced


@task.style()
def core(engine):
    """Core, fetchall()"""
    addresses = EmailAddress.__table__
    statement = (
        select(addresses.c.address)
        .select_from(addresses.join(send_history, send_history.c.email_id == addresses.c.id))
        .where(send_history.c.bounce == True)  # noqa: E712 - compiled to SQL
    )
    with closing(engine.connect()) as connection:
        return {row[0]: True for row in connection.execute(statement).fetchall()}


class Memory(metrics.Memory):
    """Bounced addresses"""

    task = task
    params = task.parameters(rows=(1000, 10000, 100000))


class Time(metrics.Time):
    """Bounced addresses"""

    task = task
    params = task.parameters(rows=(1000, 10000, 100000))
