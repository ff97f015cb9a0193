"""A hybrid on a new alias, collector off ("instead": one alias): what each of 50 queries leaves."""

import gc
import sys
import tracemalloc

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext import declarative, hybrid

Base = getattr(orm, "declarative_base", getattr(declarative, "declarative_base", None))()


class Address(Base):
    __tablename__ = "address"
    id = sa.Column(sa.Integer, primary_key=True)
    number = hybrid.hybrid_property(lambda self: self.id)


def ask():
    alias = kept if "instead" in sys.argv else orm.aliased(Address)
    orm.Session(bind=engine).query(alias).filter(alias.number == 1).all()


engine = sa.create_engine("sqlite://")
Base.metadata.create_all(engine)
kept = orm.aliased(Address)
ask()
gc.collect()
gc.disable()
tracemalloc.start()
for _ in range(50):
    ask()
print(tracemalloc.get_traced_memory()[0] // 50)
