"""1,000 dictionaries by bulk_insert_mappings() ("instead": by the table's insert())."""

import sys
import tracemalloc

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext import declarative

Base = getattr(orm, "declarative_base", getattr(declarative, "declarative_base", None))()


class Address(Base):
    __tablename__ = "address"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String)


engine = sa.create_engine("sqlite://")
Base.metadata.create_all(engine)
session = orm.Session(bind=engine)
for count in (2, 1000):
    new = [{"name": "name %d" % number} for number in range(count)]
    tracemalloc.start()
    if "instead" in sys.argv:
        session.execute(Address.__table__.insert(), new)
    else:
        session.bulk_insert_mappings(Address, new)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
print(used)
