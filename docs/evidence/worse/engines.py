"""An engine for each query, collector off ("instead": one): what each of 20 leaves."""

import gc
import sys
import tracemalloc

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext import declarative

Base = getattr(orm, "declarative_base", getattr(declarative, "declarative_base", None))()
kept = sa.create_engine("sqlite://")


class Address(Base):
    __tablename__ = "address"
    id = sa.Column(sa.Integer, primary_key=True)


def request():
    engine = kept if "instead" in sys.argv else sa.create_engine("sqlite://")
    Address.__table__.create(engine, checkfirst=True)
    orm.Session(bind=engine).query(Address).filter(Address.id == 1).all()
    engine.dispose()


request()
gc.collect()
gc.disable()
tracemalloc.start()
for _ in range(20):
    request()
print(tracemalloc.get_traced_memory()[0] // 20)
