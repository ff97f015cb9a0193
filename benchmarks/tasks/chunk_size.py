"""How large should a chunk be? The article's task with `yield_per` of three sizes."""

from contextlib import closing

from sqlalchemy.orm import Session

from benchmarks.compat import LOST_ROWS
from benchmarks.declared import DeclaredStyles
from benchmarks.queries import bounced
from benchmarks.registry import Task
from fixtures.mailing.models import EmailAddress

task = Task(
    "chunk_size",
    "A dict of the addresses that bounced, by entities in chunks",
    rows=(10000, 100000),
)


def _in_chunks(engine, size):
    found = {}
    with closing(Session(bind=engine)) as session:
        for email in bounced(session.query(EmailAddress)).yield_per(size):
            found[email.address] = True
    return found


@task.style(wrong=LOST_ROWS)
def chunks_of_10000(engine):
    """yield_per(10000)"""
    return _in_chunks(engine, 10000)


@task.style(wrong=LOST_ROWS)
def chunks_of_1000(engine):
    """yield_per(1000)"""
    return _in_chunks(engine, 1000)


@task.style(wrong=LOST_ROWS)
def chunks_of_100(engine):
    """yield_per(100)"""
    return _in_chunks(engine, 100)


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
