"""The answer to every task, by plain SQL and without SQLAlchemy."""

import csv
import io
import sqlite3
import zlib
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from fixtures import cache
from tests.inside.answers import ROWS

BOUNCED = "FROM email_address a JOIN send_history s ON s.email_id = a.id WHERE s.bounce = 1"


def truth() -> dict[str, Any]:
    """The answers for the fixtures of tests.inside.answers, by task."""
    with closing(sqlite3.connect(built()["mailing"])) as database:
        addresses = [row[0] for row in database.execute(f"SELECT a.address {BOUNCED}")]
        found = database.execute(f"SELECT a.* {BOUNCED}").fetchall()
        campaigns = Counter(row[0] for row in database.execute(f"SELECT s.campaign {BOUNCED}"))
        sends = Counter(row[0] for row in database.execute("SELECT email_id FROM send_history"))
    return {
        "bounced_addresses": dict.fromkeys(addresses, True),
        "campaigns": dict(campaigns),
        "chunk_size": dict.fromkeys(addresses, True),
        "export": {"lines": len(found), "checksum": sum(map(_checksum, found))},
        "first_bounced": min(found)[1],
        "history": {row[1]: sends[row[0]] for row in found},
        "how_many": len(found),
        "streaming": sum(map(len, addresses)),
        "wide_rows": sum(range(ROWS["documents"] + 1)),
    }


def built() -> dict[str, Path]:
    """Those fixtures by dataset, which are built where they are missing."""
    return {dataset: Path(cache.ensure(rows, dataset=dataset)) for dataset, rows in ROWS.items()}


def _checksum(row: tuple[Any, ...]) -> int:
    line = io.StringIO()
    csv.writer(line).writerow(row)
    return zlib.crc32(line.getvalue().encode())
