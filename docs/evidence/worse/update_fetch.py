"""Query.update() of 1,000 rows, synchronize_session="fetch" ("instead": "evaluate")."""

import sys
import tracemalloc

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext import declarative

Base = getattr(orm, "declarative_base", getattr(declarative, "declarative_base", None))()
HOW = "evaluate" if "instead" in sys.argv else "fetch"


class Address(Base):
    __tablename__ = "address"
    id = sa.Column(sa.Integer, primary_key=True)
    opens = sa.Column(sa.Integer)


engine = sa.create_engine("sqlite://")
Base.metadata.create_all(engine)
session = orm.Session(bind=engine)
session.bulk_insert_mappings(Address, [{"opens": 0} for _ in range(1000)])
for last in (1, 1000):
    tracemalloc.start()
    session.query(Address).filter(Address.id <= last).update(
        {"opens": Address.opens + 1}, synchronize_session=HOW
    )
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
print(used)
