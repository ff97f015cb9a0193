"""How long are the addresses that bounced? Rows are dropped as they come: what is held then?"""

from contextlib import closing

from sqlalchemy.orm import Session

from benchmarks import databases
from benchmarks.compat import LOST_ROWS, NO_ITERATION
from benchmarks.declared import DeclaredStyles
from benchmarks.queries import addresses, bounced, select_bounced, text_bounced
from benchmarks.registry import DBAPI, VALUES, Task
from fixtures.mailing.models import EmailAddress

task = Task(
    "streaming",
    "The total length of the addresses that bounced, no row kept",
    rows=(10000, 100000),
)

TEXT = text_bounced("address")
ASYNC = "1.4"


def _session(engine):
    # An async driver has imported it; for all others it would only be memory.
    from sqlalchemy.ext.asyncio import AsyncSession

    return AsyncSession(engine)


@task.style()
def orm_all(engine):
    """full entity, .all()"""
    with closing(Session(bind=engine)) as session:
        return sum(len(email.address) for email in bounced(session.query(EmailAddress)).all())


@task.style()
def orm_iterated(engine):
    """full entity, iterated"""
    with closing(Session(bind=engine)) as session:
        return sum(len(email.address) for email in bounced(session.query(EmailAddress)))


@task.style(wrong=LOST_ROWS)
def orm_yield_per(engine):
    """full entity, yield_per(1000)"""
    with closing(Session(bind=engine)) as session:
        query = bounced(session.query(EmailAddress)).yield_per(1000)
        return sum(len(email.address) for email in query)


@task.style(gives=VALUES)
def columns_yield_per(engine):
    """column only, yield_per(1000)"""
    with closing(Session(bind=engine)) as session:
        query = bounced(session.query(EmailAddress.address)).yield_per(1000)
        return sum(len(row.address) for row in query)


@task.style(gives=VALUES)
def core_fetchall(engine):
    """Core, fetchall()"""
    with closing(engine.connect()) as connection:
        rows = connection.execute(select_bounced(addresses.c.address)).fetchall()
        return sum(len(row[0]) for row in rows)


@task.style(gives=VALUES, since="1.0", why=NO_ITERATION)
def core_iterated(engine):
    """Core, iterated"""
    with closing(engine.connect()) as connection:
        result = connection.execute(select_bounced(addresses.c.address))
        return sum(len(row[0]) for row in result)


@task.style(gives=VALUES, since="1.0", why=NO_ITERATION)
def core_stream(engine):
    """Core, stream_results, iterated"""
    with closing(engine.connect()) as connection:
        streaming = connection.execution_options(stream_results=True)
        result = streaming.execute(select_bounced(addresses.c.address))
        return sum(len(row[0]) for row in result)


@task.style(gives=VALUES, since="1.0", why=NO_ITERATION)
def core_max_row_buffer(engine):
    """Core, stream_results, max_row_buffer=100"""
    with closing(engine.connect()) as connection:
        streaming = connection.execution_options(stream_results=True, max_row_buffer=100)
        result = streaming.execute(select_bounced(addresses.c.address))
        return sum(len(row[0]) for row in result)


@task.style(gives=VALUES, since="1.4.40", why="Core has yield_per since then")
def core_yield_per(engine):
    """Core, yield_per 1000"""
    with closing(engine.connect()) as connection:
        streaming = connection.execution_options(yield_per=1000)
        result = streaming.execute(select_bounced(addresses.c.address))
        return sum(len(row[0]) for row in result)


@task.style(gives=DBAPI)
def server_cursor(engine):
    """server-side cursor by hand, 1000 at a time"""
    with closing(engine.raw_connection()) as connection:
        chunks = databases.current().rows_from_server(connection, TEXT, 1000)
        return sum(len(row[0]) for rows in chunks for row in rows)


@task.style(gives=DBAPI)
def dbapi_iterated(engine):
    """DBAPI, iterated"""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(TEXT)
        return sum(len(row[0]) for row in cursor)


@task.style(since=ASYNC)
async def async_execute(engine):
    """AsyncSession.execute, scalars().all()"""
    async with _session(engine) as session:
        result = await session.execute(select_bounced(EmailAddress))
        return sum(len(email.address) for email in result.scalars().all())


@task.style(since=ASYNC)
async def async_run_sync(engine):
    """AsyncSession.run_sync, query.all()"""

    def total(session):
        return sum(len(email.address) for email in bounced(session.query(EmailAddress)).all())

    async with _session(engine) as session:
        return await session.run_sync(total)


@task.style(since=ASYNC)
async def async_stream(engine):
    """AsyncSession.stream, yield_per 1000"""
    total = 0
    async with _session(engine) as session:
        statement = select_bounced(EmailAddress).execution_options(yield_per=1000)
        async for row in await session.stream(statement):
            total += len(row[0].address)
    return total


@task.style(since="1.4.24")
async def async_stream_scalars(engine):
    """AsyncSession.stream_scalars, yield_per 1000"""
    total = 0
    async with _session(engine) as session:
        statement = select_bounced(EmailAddress).execution_options(yield_per=1000)
        async for email in await session.stream_scalars(statement):
            total += len(email.address)
    return total


@task.style(gives=VALUES, since=ASYNC)
async def async_core_execute(engine):
    """AsyncConnection.execute, fetchall()"""
    async with engine.connect() as connection:
        result = await connection.execute(select_bounced(addresses.c.address))
        return sum(len(row[0]) for row in result.fetchall())


@task.style(gives=VALUES, since=ASYNC)
async def async_core_stream(engine):
    """AsyncConnection.stream, iterated"""
    total = 0
    async with engine.connect() as connection:
        async for row in await connection.stream(select_bounced(addresses.c.address)):
            total += len(row[0])
    return total


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
