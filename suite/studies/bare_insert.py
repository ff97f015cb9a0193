"""The limit of seeding: ``executemany`` of ready tuples into the fixture's tables.

Called as ``python -m suite.studies.bare_insert ROWS FILE`` in a process of its own, it prints
``rows`` written to both tables and ``seconds`` as JSON. The clock runs while rows are inserted,
indexes made, and the file synced; it stands while the tuples of the next chunk are made.
"""

import json
import os
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from fixtures import mailing, sqlite_file
from fixtures.identity import SEED
from fixtures.mailing import generator


def main(rows: int, path: Path) -> dict[str, float]:
    """Insert the rows of the fixture with ``rows`` bounced addresses into a new file."""
    written, seconds = 0, 0.0
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        sqlite_file.prepare(database, mailing)
        for chunk in generator.chunks(rows, SEED):
            for table, columns in zip(mailing.TABLES, chunk, strict=True):
                ready = list(zip(*columns, strict=True))
                statement = sqlite_file.insert(mailing, table)
                started = time.perf_counter()
                database.executemany(statement, ready)
                seconds += time.perf_counter() - started
                written += len(ready)
        started = time.perf_counter()
        sqlite_file.add_indexes(database, mailing, str(path.parent))
        database.execute("COMMIT")
    with path.open("rb") as file:
        os.fsync(file.fileno())
    seconds += time.perf_counter() - started
    return {"rows": written, "seconds": seconds}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), Path(sys.argv[2]))))
