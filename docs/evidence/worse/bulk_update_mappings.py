"""1,000 rows by bulk_update_mappings() ("instead": by the table's update())."""

import sys
import tracemalloc

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext import declarative

Base = getattr(orm, "declarative_base", getattr(declarative, "declarative_base", None))()


class Address(Base):
    __tablename__ = "address"
    id = sa.Column(sa.Integer, primary_key=True)
    opens = sa.Column(sa.Integer)


engine = sa.create_engine("sqlite://")
Base.metadata.create_all(engine)
session = orm.Session(bind=engine)
session.bulk_insert_mappings(Address, [{"opens": 0} for _ in range(1000)])
core = Address.__table__.update().where(Address.__table__.c.id == sa.bindparam("key"))
name = "key" if "instead" in sys.argv else "id"
for count in (2, 1000):
    changed = [{name: number, "opens": number} for number in range(1, count + 1)]
    tracemalloc.start()
    if "instead" in sys.argv:
        session.execute(core, changed)
    else:
        session.bulk_update_mappings(Address, changed)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
print(used)
