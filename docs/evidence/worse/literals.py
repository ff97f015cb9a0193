"""ORM queries with ever new values in their text ("instead": bound): what stays of 1,000 or N."""

import gc
import sys
import tracemalloc

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext import declarative

Base = getattr(orm, "declarative_base", getattr(declarative, "declarative_base", None))()


class Address(Base):
    __tablename__ = "address"
    id = sa.Column(sa.Integer, primary_key=True)


def ask(number):
    value = number if "instead" in sys.argv else sa.literal_column("%d" % number)
    session = orm.Session(bind=engine)
    session.query(Address).filter(Address.id == value).all()
    session.close()


engine = sa.create_engine("sqlite://")
Base.metadata.create_all(engine)
ask(0)
gc.collect()
tracemalloc.start()
for number in range(1, 1 + ([int(word) for word in sys.argv if word.isdigit()] or [1000])[0]):
    ask(number)
gc.collect()
print(tracemalloc.get_traced_memory()[0])
