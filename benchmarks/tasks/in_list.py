"""One statement that is given many values: what does each of them cost?"""

from contextlib import closing

from sqlalchemy import Column, Integer, MetaData, Table, bindparam, text
from sqlalchemy.orm import Session

from benchmarks.compat import select
from benchmarks.declared import DeclaredStyles
from benchmarks.queries import addresses
from benchmarks.registry import DBAPI, VALUES, Task
from fixtures.mailing.models import EmailAddress

task = Task(
    "in_list",
    "The total length of the addresses with so many given numbers",
    rows=(1000, 10000),
    # Several values go by another statement than one.
    warm_up=20,
)

CHUNK = 500
TEXT = "SELECT address FROM email_address WHERE id IN (%s)"

wanted = Table(
    "wanted_address",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)


def _numbers(rows):
    return list(range(1, rows + 1))


def _total(rows):
    return sum(len(row[0]) for row in rows)


def _select_in(values):
    return select(addresses.c.address).where(addresses.c.id.in_(values))


def _text_of_literals(rows):
    return TEXT % ", ".join(map(str, _numbers(rows)))


@task.style(gives=VALUES)
def temporary_table(engine, rows):
    """temporary table, filled and joined"""
    found = select(addresses.c.address).select_from(
        addresses.join(wanted, wanted.c.id == addresses.c.id)
    )
    with closing(engine.connect()) as connection, connection.begin():
        wanted.create(connection)
        connection.execute(wanted.insert(), [{"id": number} for number in _numbers(rows)])
        total = _total(connection.execute(found).fetchall())
        wanted.drop(connection)
        return total


@task.style(gives=VALUES)
def orm_in(engine, rows):
    """IN list, ORM query of a column"""
    with closing(Session(bind=engine)) as session:
        query = session.query(EmailAddress.address)
        return _total(query.filter(EmailAddress.id.in_(_numbers(rows))).all())


@task.style(gives=VALUES)
def core_in(engine, rows):
    """IN list, Core"""
    with closing(engine.connect()) as connection:
        return _total(connection.execute(_select_in(_numbers(rows))).fetchall())


@task.style(gives=VALUES, since="1.2")
def expanding(engine, rows):
    """expanding bindparam, Core"""
    statement = _select_in(bindparam("numbers", expanding=True))
    with closing(engine.connect()) as connection:
        return _total(connection.execute(statement, {"numbers": _numbers(rows)}).fetchall())


@task.style(gives=VALUES, since="1.4")
def literal_execute(engine, rows):
    """expanding bindparam with literal_execute"""
    statement = _select_in(bindparam("numbers", expanding=True, literal_execute=True))
    with closing(engine.connect()) as connection:
        return _total(connection.execute(statement, {"numbers": _numbers(rows)}).fetchall())


@task.style(gives=VALUES)
def text_of_literals(engine, rows):
    """textual SQL with the values in it"""
    with closing(engine.connect()) as connection:
        return _total(connection.execute(text(_text_of_literals(rows))).fetchall())


@task.style(gives=DBAPI)
def dbapi_of_literals(engine, rows):
    """DBAPI, the values in the statement"""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(_text_of_literals(rows))
        return _total(cursor.fetchall())


@task.style(gives=VALUES)
def in_chunks(engine, rows):
    """IN lists of 500 values, Core"""
    numbers = _numbers(rows)
    total = 0
    with closing(engine.connect()) as connection:
        for start in range(0, rows, CHUNK):
            statement = _select_in(numbers[start : start + CHUNK])
            total += _total(connection.execute(statement).fetchall())
    return total


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
