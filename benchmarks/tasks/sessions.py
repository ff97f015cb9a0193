"""What a service keeps between its requests: sessions, scopes and engines."""

import itertools
from contextlib import closing

import sqlalchemy
from sqlalchemy import literal_column
from sqlalchemy.orm import Session, foreign, relationship, remote, scoped_session, sessionmaker

from benchmarks.compat import get
from benchmarks.declared import DeclaredStyles
from benchmarks.registry import Task
from fixtures.declarative import declarative_base
from fixtures.mailing.models import EmailAddress

# What a run of two requests leaves is told as well as what one of a hundred leaves, and sooner.
task = Task(
    "sessions",
    "The total length of the addresses that were asked for one by one",
    rows=(50, 500),
    repeated=2,
)

ASYNC = "1.4"

# A class of this task's own, so that no other pays for the relationship.
Base = declarative_base()


class Address(Base):
    """An address that knows the one with the number before."""

    __table__ = EmailAddress.__table__
    previous = relationship(
        "Address",
        primaryjoin=lambda: (
            remote(foreign(Address.__table__.c.id)) == Address.__table__.c.id - literal_column("1")
        ),
        uselist=False,
        viewonly=True,
    )


# The request that is served now, new for each one in this process: the name of its scope.
_requests = itertools.count(1)
_current = [0]

# As a service has them: for as long as it runs.
_by_thread = scoped_session(sessionmaker())
_kept_by_thread = scoped_session(sessionmaker())
_by_request = scoped_session(sessionmaker(), scopefunc=lambda: _current[0])
_by_task = []


def _length(session, number):
    return len(get(session, Address, number).address)


def _committed(session, number):
    length = _length(session, number)
    session.commit()
    return length


def _chained(session, number):
    address = get(session, Address, number)
    length = len(address.address)
    # Loads the one before, which this one holds from now on.
    address.previous  # noqa: B018
    session.commit()
    return length, address


def _in_one_session(engine, rows, serve, **options):
    """The answer by ``serve(session, number)`` for each request, in one session."""
    with closing(Session(bind=engine, **options)) as session:
        return sum(serve(session, number) for number in range(1, rows + 1))


def _in_chain(engine, rows, **options):
    """The answer, where the last address is held, and with it what it refers to."""
    total, last = 0, None
    with closing(Session(bind=engine, **options)) as session:
        for number in range(1, rows + 1):
            length, last = _chained(session, number)
            total += length
        del last
    return total


def _in_scopes(engine, rows, registry, end):
    """The answer by the session of each request's scope; ``end()`` is called after each."""
    total = 0
    for number in range(1, rows + 1):
        _current[0] = next(_requests)
        session = registry() if registry.registry.has() else registry(bind=engine)
        total += _length(session, number)
        end()
    return total


def _with_engines(engine, rows, end):
    """The answer by an engine for each request, on which ``end(engine)`` is called."""
    total = 0
    for number in range(1, rows + 1):
        made = sqlalchemy.create_engine(engine.url, pool=engine.pool.recreate())
        with closing(Session(bind=made)) as session:
            total += _length(session, number)
        end(made)
    return total


async def _in_tasks(engine, rows, end):
    """The answer by a task for each request, in the session of its scope; ``end(session)`` then."""
    # An async driver has imported them; for all others they would only be memory.
    import asyncio

    from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session

    if not _by_task:
        maker = sessionmaker(class_=AsyncSession)
        _by_task.append(async_scoped_session(maker, scopefunc=asyncio.current_task))
    registry = _by_task[0]

    async def serve(number):
        registry(bind=engine)
        length = len((await registry.get(Address, number)).address)
        await end(registry)
        return length

    total = 0
    for number in range(1, rows + 1):
        total += await asyncio.ensure_future(serve(number))
    return total


@task.style()
def engines_not_disposed(engine, rows):
    """engine for each request, not disposed"""
    # While the collector is off, each connection stays open; async ones stay open anyway.
    if engine.dialect.name != "sqlite" or getattr(engine.dialect, "is_async", False):
        raise NotImplementedError(
            "engines_not_disposed leaves more connections open than a server takes"
        )
    return _with_engines(engine, rows, lambda made: None)


@task.style()
def engines_disposed(engine, rows):
    """engine for each request, disposed"""
    return _with_engines(engine, rows, lambda made: made.dispose())


@task.style()
def scoped_by_request_kept(engine, rows):
    """scoped_session by request, never removed"""
    return _in_scopes(engine, rows, _by_request, _by_request.commit)


@task.style()
def chain_not_expired(engine, rows):
    """one session, chain, expire_on_commit=False"""
    return _in_chain(engine, rows, expire_on_commit=False)


@task.style()
def chain_expired(engine, rows):
    """one session, chain, expire_on_commit=True"""
    return _in_chain(engine, rows)


@task.style()
def scoped_by_request(engine, rows):
    """scoped_session by request, removed"""
    return _in_scopes(engine, rows, _by_request, _by_request.remove)


@task.style()
def scoped_by_thread_kept(engine, rows):
    """scoped_session by thread, never removed"""
    return _in_scopes(engine, rows, _kept_by_thread, _kept_by_thread.commit)


@task.style()
def scoped_by_thread(engine, rows):
    """scoped_session by thread, removed"""
    return _in_scopes(engine, rows, _by_thread, _by_thread.remove)


@task.style()
def session_each(engine, rows):
    """session for each request"""
    total = 0
    for number in range(1, rows + 1):
        with closing(Session(bind=engine)) as session:
            total += _length(session, number)
    return total


@task.style()
def one_session_not_expired(engine, rows):
    """one session, expire_on_commit=False"""
    return _in_one_session(engine, rows, _committed, expire_on_commit=False)


@task.style()
def one_session(engine, rows):
    """one session, no commit"""
    return _in_one_session(engine, rows, _length)


@task.style(since="1.4.19")
async def async_scoped_by_task_kept(engine, rows):
    """async_scoped_session by task, never removed"""
    return await _in_tasks(engine, rows, lambda session: session.commit())


@task.style(since="1.4.19")
async def async_scoped_by_task(engine, rows):
    """async_scoped_session by task, removed"""
    return await _in_tasks(engine, rows, lambda session: session.remove())


@task.style(since="1.4")
async def async_session_each(engine, rows):
    """AsyncSession for each request"""
    from sqlalchemy.ext.asyncio import AsyncSession

    total = 0
    for number in range(1, rows + 1):
        async with AsyncSession(engine) as session:
            total += len((await session.get(Address, number)).address)
    return total


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
