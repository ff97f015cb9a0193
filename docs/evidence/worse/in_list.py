"""An IN list, collector off ("instead": made once): what each of 100 executions leaves."""

import gc
import sys
import tracemalloc

import sqlalchemy as sa

addresses = sa.Table("address", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
engine = sa.create_engine("sqlite://")
once = addresses.select().where(addresses.c.id.in_(sa.bindparam("ids", expanding=True)))


def ask(connection):
    if "instead" in sys.argv:
        connection.execute(once, {"ids": [1, 2, 3]}).fetchall()
    else:
        connection.execute(addresses.select().where(addresses.c.id.in_([1, 2, 3]))).fetchall()


with engine.connect() as connection:
    addresses.create(connection)
    ask(connection)
    gc.collect()
    gc.disable()
    tracemalloc.start()
    for _ in range(100):
        ask(connection)
    print(tracemalloc.get_traced_memory()[0] // 100)
