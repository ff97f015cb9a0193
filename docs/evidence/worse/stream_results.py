"""Rows of 50 KiB are streamed from SQLite ("instead": iterated without stream_results)."""

import sys
import tracemalloc

import sqlalchemy as sa

documents = sa.Table(
    "document",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("body", sa.Text),
)
engine = sa.create_engine("sqlite://")
with engine.connect() as connection:
    documents.create(connection)
    connection.execute(documents.insert(), [{"body": "x" * 51200}] * 200)
    if "instead" not in sys.argv:
        connection = connection.execution_options(stream_results=True)
    tracemalloc.start()
    for row in connection.execute(documents.select()):
        assert len(row.body) == 51200
    print(tracemalloc.get_traced_memory()[1])
