"""New objects are added and flushed ("instead": bulk_save_objects)."""

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


def add(session, number):
    new = [Address(name="name %d" % each) for each in range(number)]
    session.bulk_save_objects(new) if "instead" in sys.argv else session.add_all(new)
    session.flush()


engine = sa.create_engine("sqlite://")
Base.metadata.create_all(engine)
session = orm.Session(bind=engine)
add(session, 2)
tracemalloc.start()
add(session, 1000)
print(tracemalloc.get_traced_memory()[1])
