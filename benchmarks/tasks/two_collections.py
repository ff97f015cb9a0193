"""Two collections of one parent, the parent wide: what eager loading multiplies.

A JOIN with both collections has a row for every pair of an invoice and a ticket, each with all
columns of the customer.
"""

from contextlib import closing

from sqlalchemy import func, orm
from sqlalchemy.orm import Session

from benchmarks.compat import LOST_ROWS, select
from benchmarks.declared import DeclaredStyles
from benchmarks.registry import VALUES, Task
from fixtures.customers.models import customer, invoice, ticket
from fixtures.declarative import declarative_base

task = Task(
    "two_collections",
    "A dict of each customer's name: the sum of the invoices, and how many tickets",
    rows=(100, 500),
    dataset="customers",
    # Enough for its growth, which would take most of the task's time.
    repeated=4,
)

# Classes of this task's own, so that no other pays for the relationships.
Base = declarative_base()


class Invoice(Base):
    """What a customer owes."""

    __table__ = invoice


class Ticket(Base):
    """What a customer asks."""

    __table__ = ticket


class Customer(Base):
    """A customer with a note of 2 KiB, of whatever kind."""

    __table__ = customer
    invoices = orm.relationship(Invoice)
    tickets = orm.relationship(Ticket)


def _totals(customers):
    return {
        each.name: (sum(invoice.amount for invoice in each.invoices), len(each.tickets))
        for each in customers
    }


def _loaded(engine, *options):
    with closing(Session(bind=engine)) as session:
        return _totals(session.query(Customer).options(*options).all())


def _added_up(names, invoices, tickets):
    """The answer from rows of (id, name), (id, amount) and (id, number of tickets)."""
    totals = {number: [name, 0, 0] for number, name in names}
    for number, amount in invoices:
        totals[number][1] += amount
    for number, count in tickets:
        totals[number][2] += count
    return {name: (amount, count) for name, amount, count in totals.values()}


# What is asked of each table where the database adds up; some return a sum as a Decimal.
AMOUNTS = (invoice.c.customer_id, func.sum(invoice.c.amount))
COUNTS = (ticket.c.customer_id, func.count(ticket.c.id))


def _whole(rows):
    return ((number, int(value)) for number, value in rows)


@task.style()
def contains_eager(engine):
    """contains_eager of both, .all()"""
    with closing(Session(bind=engine)) as session:
        query = (
            session.query(Customer)
            .outerjoin(Customer.invoices)
            .outerjoin(Customer.tickets)
            .options(orm.contains_eager(Customer.invoices), orm.contains_eager(Customer.tickets))
        )
        return _totals(query.all())


@task.style()
def joinedload(engine):
    """joinedload of both, .all()"""
    return _loaded(engine, orm.joinedload(Customer.invoices), orm.joinedload(Customer.tickets))


@task.style()
def joinedload_defer(engine):
    """joinedload of both, defer(2 KiB), .all()"""
    return _loaded(
        engine,
        orm.defer(Customer.note),
        orm.joinedload(Customer.invoices),
        orm.joinedload(Customer.tickets),
    )


@task.style()
def joinedload_load_only(engine):
    """joinedload of both, load_only(name), .all()"""
    return _loaded(
        engine,
        orm.load_only(Customer.name),
        orm.joinedload(Customer.invoices),
        orm.joinedload(Customer.tickets),
    )


@task.style(since="1.2")
def joinedload_and_selectinload(engine):
    """joinedload of one, selectinload of one"""
    return _loaded(engine, orm.joinedload(Customer.invoices), orm.selectinload(Customer.tickets))


@task.style()
def subqueryload(engine):
    """subqueryload of both, .all()"""
    return _loaded(engine, orm.subqueryload(Customer.invoices), orm.subqueryload(Customer.tickets))


@task.style(since="1.2")
def selectinload(engine):
    """selectinload of both, .all()"""
    return _loaded(engine, orm.selectinload(Customer.invoices), orm.selectinload(Customer.tickets))


@task.style()
def lazy(engine):
    """lazy loading (2N+1), .all()"""
    return _loaded(engine)


@task.style(since="1.1")
def raiseload(engine):
    """raiseload, a query for each collection"""
    with closing(Session(bind=engine)) as session:
        customers = session.query(Customer).options(orm.raiseload("*")).all()
        invoices = session.query(Invoice).all()
        tickets = session.query(Ticket).all()
        return _added_up(
            ((each.id, each.name) for each in customers),
            ((each.customer_id, each.amount) for each in invoices),
            ((each.customer_id, 1) for each in tickets),
        )


@task.style(since="1.2")
def selectinload_load_only(engine):
    """selectinload of both, load_only(name), .all()"""
    return _loaded(
        engine,
        orm.load_only(Customer.name),
        orm.selectinload(Customer.invoices),
        orm.selectinload(Customer.tickets),
    )


@task.style(since="1.2", wrong=LOST_ROWS, nested=True)
def selectinload_yield_per(engine):
    """selectinload of both, yield_per(100)"""
    with closing(Session(bind=engine)) as session:
        query = session.query(Customer).options(
            orm.selectinload(Customer.invoices), orm.selectinload(Customer.tickets)
        )
        return _totals(query.yield_per(100))


@task.style(gives=VALUES)
def columns(engine):
    """columns of each table, added up in Python"""
    with closing(Session(bind=engine)) as session:
        return _added_up(
            session.query(Customer.id, Customer.name).all(),
            session.query(Invoice.customer_id, Invoice.amount).all(),
            ((number, 1) for (number,) in session.query(Ticket.customer_id).all()),
        )


@task.style(gives=VALUES)
def core(engine):
    """Core, each table, added up in Python"""
    with closing(engine.connect()) as connection:
        amounts = select(invoice.c.customer_id, invoice.c.amount)
        tickets = connection.execute(select(ticket.c.customer_id)).fetchall()
        return _added_up(
            connection.execute(select(customer.c.id, customer.c.name)).fetchall(),
            connection.execute(amounts).fetchall(),
            ((number, 1) for (number,) in tickets),
        )


@task.style(gives=VALUES)
def columns_group_by(engine):
    """columns of each table, GROUP BY, ORM query"""
    with closing(Session(bind=engine)) as session:
        return _added_up(
            session.query(Customer.id, Customer.name).all(),
            _whole(session.query(*AMOUNTS).group_by(invoice.c.customer_id).all()),
            session.query(*COUNTS).group_by(ticket.c.customer_id).all(),
        )


@task.style(gives=VALUES)
def core_group_by(engine):
    """Core, each table, GROUP BY"""
    with closing(engine.connect()) as connection:
        amounts = select(*AMOUNTS).group_by(invoice.c.customer_id)
        counts = select(*COUNTS).group_by(ticket.c.customer_id)
        return _added_up(
            connection.execute(select(customer.c.id, customer.c.name)).fetchall(),
            _whole(connection.execute(amounts).fetchall()),
            connection.execute(counts).fetchall(),
        )


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
