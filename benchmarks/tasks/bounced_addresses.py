"""The article's task: which addresses bounced?"""

from contextlib import closing

from sqlalchemy import event, func, text
from sqlalchemy.orm import Bundle, Session, load_only

from benchmarks.compat import LOST_ROWS, NO_ITERATION
from benchmarks.declared import DeclaredStyles
from benchmarks.queries import addresses, bounced, select_bounced, text_bounced
from benchmarks.registry import DBAPI, VALUES, Task
from fixtures.mailing.models import EmailAddress

task = Task("bounced_addresses", "A dict of the addresses that bounced", rows=(1000, 10000, 100000))

TEXT = text_bounced("address")


@task.style()
def iterated(engine):
    """full entity, iterated"""
    found = {}
    with closing(Session(bind=engine)) as session:
        for email in bounced(session.query(EmailAddress)):
            found[email.address] = True
    return found


@task.style()
def full_entity(engine):
    """full entity, .all()"""
    with closing(Session(bind=engine)) as session:
        emails = bounced(session.query(EmailAddress)).all()
        found = {}
        for email in emails:
            found[email.address] = True
        del emails
    return found


@task.style(since="1.4")
def scalars(engine):
    """select(Entity), scalars().all()"""
    with closing(Session(bind=engine)) as session:
        emails = session.execute(select_bounced(EmailAddress)).scalars().all()
        return {email.address: True for email in emails}


@task.style()
def load_only_column(engine):
    """entity with load_only(one column), .all()"""
    with closing(Session(bind=engine)) as session:
        query = session.query(EmailAddress).options(load_only(EmailAddress.address))
        return {email.address: True for email in bounced(query).all()}


@task.style(since="1.1")
def strong_session(engine):
    """entity, yield_per(1000), session keeps all"""
    found = {}
    with closing(Session(bind=engine)) as session:
        # SQLAlchemy's own recipe for a session that references what it loads.
        kept = session.info["refs"] = set()
        event.listen(session, "loaded_as_persistent", lambda session, email: kept.add(email))
        for email in bounced(session.query(EmailAddress)).yield_per(1000):
            found[email.address] = True
    return found


@task.style(gives=VALUES)
def bundle(engine):
    """Bundle of one column, .all()"""
    with closing(Session(bind=engine)) as session:
        rows = bounced(session.query(Bundle("email", EmailAddress.address))).all()
        return {row.email.address: True for row in rows}


@task.style(gives=DBAPI)
def dbapi_objects(engine):
    """DBAPI, fetchall(), an object for each row"""

    class Email(object):
        def __init__(self, address):
            self.address = address

    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(TEXT)
        emails = [Email(row[0]) for row in cursor.fetchall()]
        return {email.address: True for email in emails}


@task.style(gives=VALUES, since="1.4")
def core_mappings(engine):
    """Core, mappings().all()"""
    with closing(engine.connect()) as connection:
        rows = connection.execute(select_bounced(addresses.c.address)).mappings().all()
        return {row["address"]: True for row in rows}


@task.style(gives=VALUES)
def columns(engine):
    """column only, .all()"""
    with closing(Session(bind=engine)) as session:
        emails = bounced(session.query(EmailAddress.address)).all()
        found = {}
        for email in emails:
            found[email.address] = True
        del emails
    return found


@task.style(gives=VALUES)
def core_fetchall(engine):
    """Core, fetchall()"""
    with closing(engine.connect()) as connection:
        rows = connection.execute(select_bounced(addresses.c.address)).fetchall()
        return {row[0]: True for row in rows}


@task.style(gives=VALUES)
def text_fetchall(engine):
    """textual SQL, fetchall()"""
    with closing(engine.connect()) as connection:
        return {row[0]: True for row in connection.execute(text(TEXT)).fetchall()}


@task.style(gives=DBAPI)
def dbapi_fetchall(engine):
    """DBAPI, fetchall()"""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(TEXT)
        return {row[0]: True for row in cursor.fetchall()}


@task.style()
def windows(engine):
    """full entity, windows of 1000, row_number()"""
    found = {}
    place = func.row_number().over(order_by=EmailAddress.id)
    with closing(Session(bind=engine)) as session:
        numbered = bounced(session.query(EmailAddress.id, place.label("place"))).subquery()
        starts = session.query(numbered.c.id).filter(numbered.c.place % 1000 == 1)
        starts = [start for (start,) in starts.order_by(numbered.c.id)]
        for start, end in zip(starts, starts[1:] + [None]):
            window = bounced(session.query(EmailAddress)).filter(EmailAddress.id >= start)
            if end is not None:
                window = window.filter(EmailAddress.id < end)
            for email in window:
                found[email.address] = True
    return found


@task.style(wrong=LOST_ROWS)
def expunge(engine):
    """full entity, yield_per(1000), expunge each"""
    found = {}
    with closing(Session(bind=engine)) as session:
        for email in bounced(session.query(EmailAddress)).yield_per(1000):
            found[email.address] = True
            session.expunge(email)
    return found


@task.style(wrong=LOST_ROWS)
def yield_per(engine):
    """full entity, yield_per(1000)"""
    found = {}
    with closing(Session(bind=engine)) as session:
        for email in bounced(session.query(EmailAddress)).yield_per(1000):
            found[email.address] = True
    return found


@task.style(since="1.4")
def scalars_yield_per(engine):
    """select(Entity), scalars(), yield_per 1000"""
    with closing(Session(bind=engine)) as session:
        statement = select_bounced(EmailAddress).execution_options(yield_per=1000)
        return {email.address: True for email in session.execute(statement).scalars()}


@task.style()
def keyset(engine):
    """full entity, keyset pages of 1000"""
    found, last = {}, 0
    with closing(Session(bind=engine)) as session:
        while last is not None:
            page = bounced(session.query(EmailAddress)).filter(EmailAddress.id > last)
            last = None
            for email in page.order_by(EmailAddress.id).limit(1000):
                found[email.address] = True
                last = email.id
    return found


@task.style(gives=VALUES)
def bundle_yield_per(engine):
    """Bundle of one column, yield_per(1000)"""
    with closing(Session(bind=engine)) as session:
        query = bounced(session.query(Bundle("email", EmailAddress.address)))
        return {row.email.address: True for row in query.yield_per(1000)}


@task.style(gives=VALUES)
def columns_yield_per(engine):
    """column only, yield_per(1000)"""
    with closing(Session(bind=engine)) as session:
        query = bounced(session.query(EmailAddress.address))
        return {row.address: True for row in query.yield_per(1000)}


@task.style(gives=VALUES)
def core_fetchmany(engine):
    """Core, fetchmany(1000)"""
    found = {}
    with closing(engine.connect()) as connection:
        result = connection.execute(select_bounced(addresses.c.address))
        rows = result.fetchmany(1000)
        while rows:
            found.update((row[0], True) for row in rows)
            rows = result.fetchmany(1000)
    return found


@task.style(gives=VALUES, since="1.4")
def core_partitions(engine):
    """Core, stream_results, partitions(1000)"""
    found = {}
    with closing(engine.connect()) as connection:
        result = connection.execution_options(stream_results=True).execute(
            select_bounced(addresses.c.address)
        )
        for rows in result.partitions(1000):
            found.update((row[0], True) for row in rows)
    return found


@task.style(gives=VALUES)
def columns_keyset(engine):
    """column only, keyset pages of 1000"""
    found, last = {}, 0
    with closing(Session(bind=engine)) as session:
        while last is not None:
            page = bounced(session.query(EmailAddress.id, EmailAddress.address))
            page = page.filter(EmailAddress.id > last).order_by(EmailAddress.id)
            last = None
            for row in page.limit(1000):
                found[row.address] = True
                last = row.id
    return found


@task.style(gives=VALUES, since="1.0", why=NO_ITERATION)
def core_iterated(engine):
    """Core, iterated"""
    with closing(engine.connect()) as connection:
        result = connection.execute(select_bounced(addresses.c.address))
        return {row[0]: True for row in result}


@task.style(gives=DBAPI)
def dbapi_iterated(engine):
    """DBAPI, iterated"""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(TEXT)
        return {row[0]: True for row in cursor}


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
