"""Customers of three kinds, each a table more: what loading them as objects costs."""

from contextlib import closing

from sqlalchemy import func, orm
from sqlalchemy.orm import Session

from benchmarks.compat import LOST_ROWS, RELEASE, select
from benchmarks.declared import DeclaredStyles
from benchmarks.registry import VALUES, Task
from fixtures.customers.models import company, customer, partner
from fixtures.declarative import declarative_base

task = Task(
    "inheritance",
    "A dict of each kind of customer: how many, and the sum of a field of each table",
    rows=(1000, 5000),
    dataset="customers",
    # The first eight are of every kind.
    repeated=8,
    warm_up=8,
)

KINDS = ("customer", "company", "partner")


def _mapped(of_customer=None, of_company=None, of_partner=None):
    """Customer, Company and Partner, with what their mappers are told besides."""
    base = declarative_base()

    class Customer(base):
        """A person, or one of those below."""

        __table__ = customer
        __mapper_args__ = dict(
            of_customer or {}, polymorphic_on=customer.c.kind, polymorphic_identity="customer"
        )

    class Company(Customer):
        """A company, or one of those below."""

        __table__ = company
        __mapper_args__ = dict(of_company or {}, polymorphic_identity="company")

    class Partner(Company):
        """A company that sells to others."""

        __table__ = partner
        __mapper_args__ = dict(of_partner or {}, polymorphic_identity="partner")

    return Customer, Company, Partner


# Classes of this task's own, so that no other pays for mapping them.
Customer, Company, Partner = _mapped()
JoinedCustomer, _, _ = _mapped({"with_polymorphic": "*"})
if RELEASE >= (1, 2):
    BY_SELECTIN = {"polymorphic_load": "selectin"}
    SelectinCustomer, _, _ = _mapped(None, BY_SELECTIN, BY_SELECTIN)


def _totals(customers):
    """The answer, of objects; each is asked for what the tables of its kind have."""
    totals = {kind: [0, 0, 0, 0] for kind in KINDS}
    for each in customers:
        total = totals[each.kind]
        total[0] += 1
        total[1] += each.credit
        if each.kind != "customer":
            total[2] += each.employees
        if each.kind == "partner":
            total[3] += each.discount
    return {kind: tuple(total) for kind, total in totals.items()}


def _added_up(rows):
    """The answer, of rows of COLUMNS."""
    totals = {kind: [0, 0, 0, 0] for kind in KINDS}
    for kind, credit, employees, discount in rows:
        total = totals[kind]
        total[0] += 1
        total[1] += credit
        total[2] += employees or 0
        total[3] += discount or 0
    return {kind: tuple(total) for kind, total in totals.items()}


COLUMNS = (customer.c.kind, customer.c.credit, company.c.employees, partner.c.discount)
# Sums of a database, some of which are Decimal.
SUMS = (
    customer.c.kind,
    func.count(customer.c.id),
    func.sum(customer.c.credit),
    func.coalesce(func.sum(company.c.employees), 0),
    func.coalesce(func.sum(partner.c.discount), 0),
)
joined = customer.outerjoin(company, company.c.id == customer.c.id).outerjoin(
    partner, partner.c.id == company.c.id
)


def _whole(rows):
    return {row[0]: tuple(map(int, row[1:])) for row in rows}


@task.style(since="1.2")
def selectin_polymorphic(engine):
    """selectin_polymorphic, .all()"""
    with closing(Session(bind=engine)) as session:
        option = orm.selectin_polymorphic(Customer, [Company, Partner])
        return _totals(session.query(Customer).options(option).all())


@task.style(since="1.2")
def mapper_selectin(engine):
    """polymorphic_load="selectin" on the mappers"""
    with closing(Session(bind=engine)) as session:
        return _totals(session.query(SelectinCustomer).all())


@task.style()
def with_polymorphic(engine):
    """with_polymorphic("*"), .all()"""
    with closing(Session(bind=engine)) as session:
        # Where nothing holds it, 1.4.0 to 1.4.19 raise AttributeError (issue 6680).
        entity = orm.with_polymorphic(Customer, "*")
        return _totals(session.query(entity).all())


@task.style()
def mapper_with_polymorphic(engine):
    """mapper with with_polymorphic="*", .all()"""
    with closing(Session(bind=engine)) as session:
        return _totals(session.query(JoinedCustomer).all())


@task.style()
def base_only(engine):
    """base only, the rest as it is touched (N+1)"""
    with closing(Session(bind=engine)) as session:
        return _totals(session.query(Customer).all())


@task.style()
def each_class(engine):
    """a query for each class, .all()"""
    with closing(Session(bind=engine)) as session:
        found = []
        for entity, kind in ((Customer, "customer"), (Company, "company"), (Partner, "partner")):
            found += session.query(entity).filter(entity.kind == kind).all()
        return _totals(found)


@task.style(wrong=LOST_ROWS)
def with_polymorphic_yield_per(engine):
    """with_polymorphic("*"), yield_per(100)"""
    with closing(Session(bind=engine)) as session:
        entity = orm.with_polymorphic(Customer, "*")
        return _totals(session.query(entity).yield_per(100))


@task.style(gives=VALUES)
def columns(engine):
    """columns by outer joins, .all()"""
    with closing(Session(bind=engine)) as session:
        return _added_up(session.query(*COLUMNS).select_from(joined).all())


@task.style(gives=VALUES)
def core_fetchall(engine):
    """Core, outer joins, fetchall()"""
    with closing(engine.connect()) as connection:
        return _added_up(connection.execute(select(*COLUMNS).select_from(joined)).fetchall())


@task.style(gives=VALUES)
def columns_group_by(engine):
    """columns by outer joins, GROUP BY"""
    with closing(Session(bind=engine)) as session:
        return _whole(session.query(*SUMS).select_from(joined).group_by(customer.c.kind).all())


@task.style(gives=VALUES)
def core_group_by(engine):
    """Core, outer joins, GROUP BY"""
    summed = select(*SUMS).select_from(joined).group_by(customer.c.kind)
    with closing(engine.connect()) as connection:
        return _whole(connection.execute(summed).fetchall())


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
