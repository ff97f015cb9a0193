"""selectinload and yield_per, collector off ("instead": all()): what each of 20 queries leaves."""

import gc
import sys
import tracemalloc

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext import declarative

Base = getattr(orm, "declarative_base", getattr(declarative, "declarative_base", None))()


class Send(Base):
    __tablename__ = "send"
    id = sa.Column(sa.Integer, primary_key=True)
    email_id = sa.Column(sa.ForeignKey("email.id"))


class Email(Base):
    __tablename__ = "email"
    id = sa.Column(sa.Integer, primary_key=True)
    sends = orm.relationship(Send)


def ask():
    session = orm.Session(bind=engine)
    query = session.query(Email).options(orm.selectinload(Email.sends))
    rows = query.all() if "instead" in sys.argv else query.yield_per(10)
    assert len([email.id for email in rows]) == 20
    session.close()


engine = sa.create_engine("sqlite://")
Base.metadata.create_all(engine)
session = orm.Session(bind=engine)
session.bulk_insert_mappings(Email, [{"id": number} for number in range(20)])
session.commit()
ask()
gc.collect()
gc.disable()
tracemalloc.start()
for _ in range(20):
    ask()
print(tracemalloc.get_traced_memory()[0] // 20)
