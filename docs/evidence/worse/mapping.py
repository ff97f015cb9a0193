"""What stays of 100 mapped classes of nine columns."""

import gc
import tracemalloc

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext import declarative

Base = getattr(orm, "declarative_base", getattr(declarative, "declarative_base", None))()


def mapped(number):
    names = {"column_%d" % each: sa.Column(sa.String) for each in range(8)}
    key = sa.Column(sa.Integer, primary_key=True)
    return type("Mapped%d" % number, (Base,), dict(names, __tablename__="t%d" % number, id=key))


mapped(0)
orm.configure_mappers()
gc.collect()
tracemalloc.start()
for number in range(1, 101):
    mapped(number)
orm.configure_mappers()
gc.collect()
print(tracemalloc.get_traced_memory()[0])
