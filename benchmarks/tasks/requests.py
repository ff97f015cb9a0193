"""Many short statements on one engine, as a service sends them: what do its caches keep?"""

import itertools
from contextlib import closing

import sqlalchemy
from sqlalchemy import literal_column, or_, orm, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Bundle, Session, aliased
from sqlalchemy.util import LRUCache

from benchmarks.compat import get, select
from benchmarks.declared import DeclaredStyles
from benchmarks.registry import DBAPI, VALUES, Task
from fixtures.declarative import declarative_base
from fixtures.mailing.models import EmailAddress, send_history

try:
    from sqlalchemy.ext import baked
except ImportError:  # SQLAlchemy 0.9
    baked = None

# All runs that growth is measured over, of two requests each, do not fill the statement cache,
# which holds 750 before it drops any: a statement that misses it adds to it from first to last.
task = Task(
    "requests",
    "The total length of the addresses that were asked for one by one",
    rows=(50, 500),
    repeated=2,
)

# Classes of this task's own, so that no other pays for their relationships.
Base = declarative_base()

addresses = EmailAddress.__table__
TEXT = "SELECT address FROM email_address WHERE id = :id"
TEXT_OF_LITERALS = "SELECT address FROM email_address WHERE id = %d OR id = %d"

# What differs from request to request, over all runs: a service never asks twice for the same.
_count = itertools.count(1)
_lists = itertools.count(1)

# Drops the oldest for each that comes when it is full.
_few_statements = LRUCache(20, threshold=0)
_bakery = baked.bakery() if baked else None


class Send(Base):
    """One mail to one address; an address gets a campaign once."""

    __table__ = send_history
    __mapper_args__ = {"primary_key": [send_history.c.email_id, send_history.c.campaign]}
    email = orm.relationship("Address", viewonly=True)


class Address(Base):
    """An address with the mails that were sent to it, and each of them with its address."""

    __table__ = addresses
    sends = orm.relationship(Send, viewonly=True)

    @hybrid_property
    def number(self):
        """The key by another name."""
        return self.id


LEFT_OUT = [getattr(Address, column.name) for column in addresses.columns][2:]


def _in_sessions(engine, rows, ask):
    """The answer, where ``ask(session, number)`` gives what has the ``address`` of a number."""
    total = 0
    for number in range(1, rows + 1):
        with closing(Session(bind=engine)) as session:
            total += len(ask(session, number).address)
    return total


def _in_connections(engine, rows, ask):
    """The answer, where ``ask(connection, number)`` gives the address itself."""
    total = 0
    for number in range(1, rows + 1):
        with closing(engine.connect()) as connection:
            total += len(ask(connection, number))
    return total


def _absent(length):
    """So many numbers that no address has, and no request before has asked for."""
    return [-next(_count) for _ in range(length)]


def _literals(session, number):
    wanted = [Address.id == literal_column("%d" % each) for each in [number] + _absent(1)]
    return session.query(Address).filter(or_(*wanted)).one()


@task.style()
def literals(engine, rows):
    """literal values, statement cache as it is"""
    return _in_sessions(engine, rows, _literals)


@task.style(gives=VALUES)
def text_of_literals(engine, rows):
    """textual SQL with the values in it"""

    def ask(connection, number):
        statement = TEXT_OF_LITERALS % (number, _absent(1)[0])
        return connection.execute(text(statement)).scalar()

    return _in_connections(engine, rows, ask)


@task.style(since="1.4")
def literals_small_cache(engine, rows):
    """literal values, statement cache for 20"""
    small = engine.execution_options(compiled_cache=_few_statements)
    return _in_sessions(small, rows, _literals)


@task.style(since="1.4")
def literals_no_cache(engine, rows):
    """literal values, statement cache off"""
    return _in_sessions(engine.execution_options(compiled_cache=None), rows, _literals)


@task.style()
def hybrid_on_alias(engine, rows):
    """hybrid property on an alias"""

    def ask(session, number):
        alias = aliased(Address)
        return session.query(alias).filter(alias.number == number).one()

    return _in_sessions(engine, rows, ask)


@task.style(since="1.4")
def literal_execute(engine, rows):
    """bindparam with literal_execute"""

    def ask(session, number):
        wanted = sqlalchemy.bindparam("wanted", number, literal_execute=True)
        return session.query(Address).filter(Address.id == wanted).one()

    return _in_sessions(engine, rows, ask)


@task.style()
def chained_options(engine, rows):
    """chained loader options, joined two levels"""

    def ask(session, number):
        option = orm.joinedload(Address.sends).joinedload(Send.email)
        return session.query(Address).options(option).filter(Address.id == number).one()

    return _in_sessions(engine, rows, ask)


@task.style()
def subqueryload(engine, rows):
    """subqueryload of a collection"""

    def ask(session, number):
        query = session.query(Address).options(orm.subqueryload(Address.sends))
        return query.filter(Address.id == number).one()

    return _in_sessions(engine, rows, ask)


@task.style()
def in_with_none(engine, rows):
    """IN list with a None, of many lengths"""

    def ask(session, number):
        # Eight hundred statements, were the list not one parameter.
        longer, place = divmod(next(_lists) % 800, 25)
        wanted = _absent(25 + longer)
        wanted.insert(place, None)
        return session.query(Address).filter(Address.id.in_([number] + wanted)).one()

    return _in_sessions(engine, rows, ask)


@task.style(since="1.3.6")
def nested_options(engine, rows):
    """nested loader options, six columns deferred"""

    def ask(session, number):
        inner = orm.joinedload(Send.email).options(*[orm.defer(column) for column in LEFT_OUT])
        option = orm.joinedload(Address.sends).options(inner)
        return session.query(Address).options(option).filter(Address.id == number).one()

    return _in_sessions(engine, rows, ask)


@task.style(since="1.2")
def selectinload(engine, rows):
    """selectinload of a collection"""

    def ask(session, number):
        query = session.query(Address).options(orm.selectinload(Address.sends))
        return query.filter(Address.id == number).one()

    return _in_sessions(engine, rows, ask)


@task.style()
def in_list(engine, rows):
    """IN list of varying length"""

    def ask(session, number):
        wanted = [number] + _absent(next(_lists) % 20)
        return session.query(Address).filter(Address.id.in_(wanted)).one()

    return _in_sessions(engine, rows, ask)


@task.style()
def aliased_union(engine, rows):
    """entity aliased to a union"""

    def ask(session, number):
        parts = [select(addresses).where(addresses.c.id == each) for each in (number, -number)]
        union = sqlalchemy.union_all(*parts).alias()
        return session.query(aliased(Address, union)).one()

    return _in_sessions(engine, rows, ask)


@task.style(since="1.4")
def loader_criteria_lambda(engine, rows):
    """with_loader_criteria, a lambda"""

    def ask(session, number):
        lowest = _absent(1)[0]
        option = orm.with_loader_criteria(Address, lambda entity: entity.id > lowest)
        return session.query(Address).options(option).filter(Address.id == number).one()

    return _in_sessions(engine, rows, ask)


@task.style(since="1.4")
def lambda_statement(engine, rows):
    """lambda statement"""

    def ask(session, number):
        statement = sqlalchemy.lambda_stmt(lambda: select(Address))
        statement += lambda found: found.where(Address.id == number)
        return session.execute(statement).scalars().one()

    return _in_sessions(engine, rows, ask)


@task.style()
def custom_operator(engine, rows):
    """custom operator"""

    def ask(session, number):
        return session.query(Address).filter(Address.id.op("=")(number)).one()

    return _in_sessions(engine, rows, ask)


@task.style(since="1.4")
def loader_criteria(engine, rows):
    """with_loader_criteria, an expression"""

    def ask(session, number):
        option = orm.with_loader_criteria(Address, Address.id > _absent(1)[0])
        return session.query(Address).options(option).filter(Address.id == number).one()

    return _in_sessions(engine, rows, ask)


@task.style(gives=VALUES)
def bundle(engine, rows):
    """Bundle of one column"""

    def ask(session, number):
        query = session.query(Bundle("email", Address.address))
        return query.filter(Address.id == number).one().email

    return _in_sessions(engine, rows, ask)


@task.style()
def filtered(engine, rows):
    """query(Entity).filter"""

    def ask(session, number):
        return session.query(Address).filter(Address.id == number).one()

    return _in_sessions(engine, rows, ask)


@task.style(since="1.4")
def select_where(engine, rows):
    """select(Entity).where"""

    def ask(session, number):
        return session.execute(select(Address).where(Address.id == number)).scalars().one()

    return _in_sessions(engine, rows, ask)


@task.style(since="1.0")
def baked_query(engine, rows):
    """baked query"""

    def ask(session, number):
        query = _bakery(lambda session: session.query(Address))
        query += lambda found: found.filter(Address.id == sqlalchemy.bindparam("id"))
        return query(session).params(id=number).one()

    return _in_sessions(engine, rows, ask)


@task.style()
def by_key(engine, rows):
    """by key"""
    return _in_sessions(engine, rows, lambda session, number: get(session, Address, number))


@task.style(gives=VALUES)
def core_select(engine, rows):
    """Core select"""

    def ask(connection, number):
        statement = select(addresses.c.address).where(addresses.c.id == number)
        return connection.execute(statement).scalar()

    return _in_connections(engine, rows, ask)


@task.style(gives=VALUES)
def text_bound(engine, rows):
    """textual SQL with a bound parameter"""

    def ask(connection, number):
        return connection.execute(text(TEXT), {"id": number}).scalar()

    return _in_connections(engine, rows, ask)


@task.style(gives=DBAPI)
def dbapi(engine, rows):
    """DBAPI"""
    # In the driver's own way of writing parameters.
    compiled = text(TEXT).compile(dialect=engine.dialect)
    statement, names = str(compiled), compiled.positional and compiled.positiontup
    total = 0
    for number in range(1, rows + 1):
        values = [number for _ in names] if names else {"id": number}
        with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(statement, values)
            total += len(cursor.fetchone()[0])
    return total


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
