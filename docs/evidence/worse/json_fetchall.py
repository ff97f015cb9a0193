"""All rows with a JSON column are fetched, and read one after another ("instead": iterated)."""

import sys
import tracemalloc

import sqlalchemy as sa

documents = sa.Table(
    "document",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("record", sa.JSON),
)
engine = sa.create_engine("sqlite://")
with engine.connect() as connection:
    documents.create(connection)
    record = {"words": ["word %d" % number for number in range(2000)]}
    connection.execute(documents.insert(), [{"record": record}] * 100)
    connection.execute(documents.select()).fetchall()
    tracemalloc.start()
    rows = connection.execute(documents.select())
    for row in rows if "instead" in sys.argv else rows.fetchall():
        assert len(row.record["words"]) == 2000
    print(tracemalloc.get_traced_memory()[1])
