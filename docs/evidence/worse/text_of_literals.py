"""Textual SQL with ever new values in it ("instead": bound): what stays of 1,000."""

import gc
import sys
import tracemalloc

import sqlalchemy as sa

engine = sa.create_engine("sqlite://")


def ask(connection, number):
    if "instead" in sys.argv:
        connection.execute(sa.text("SELECT :number"), {"number": number}).scalar()
    else:
        connection.execute(sa.text("SELECT %d" % number)).scalar()


with engine.connect() as connection:
    ask(connection, 0)
    gc.collect()
    tracemalloc.start()
    for number in range(1, 1001):
        ask(connection, number)
    gc.collect()
    print(tracemalloc.get_traced_memory()[0])
