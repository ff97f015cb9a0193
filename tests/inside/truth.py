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
from tests.inside.answers import ASKED, ROWS

BOUNCED = "FROM email_address a JOIN send_history s ON s.email_id = a.id WHERE s.bounce = 1"


def truth() -> dict[str, Any]:
    """The answers for the fixtures of tests.inside.answers, by task."""
    with closing(sqlite3.connect(built()["mailing"])) as database:
        addresses = [row[0] for row in database.execute(f"SELECT a.address {BOUNCED}")]
        found = database.execute(f"SELECT a.* {BOUNCED}").fetchall()
        campaigns = Counter(row[0] for row in database.execute(f"SELECT s.campaign {BOUNCED}"))
        sends = Counter(row[0] for row in database.execute("SELECT email_id FROM send_history"))
        lengths = [
            row[0]
            for row in database.execute("SELECT length(address) FROM email_address ORDER BY id")
        ]
        numbered = database.execute("SELECT id, opens FROM email_address ORDER BY id").fetchall()
    changed = [(n, opens + (n <= ROWS["mailing"])) for n, opens in numbered]
    kinds, collections = _customers()
    return {
        "bounced_addresses": dict.fromkeys(addresses, True),
        "campaigns": dict(campaigns),
        "change": tuple(changed),
        "chunk_size": dict.fromkeys(addresses, True),
        "export": {"lines": len(found), "checksum": sum(map(_checksum, found))},
        "first_bounced": min(found)[1],
        "history": {row[1]: sends[row[0]] for row in found},
        "how_many": len(found),
        "in_list": sum(lengths[: ROWS["mailing"]]),
        "inheritance": kinds,
        "insert": tuple(
            sorted((f"{n}", "Ada", "Lovelace", f"Company {n}", n) for n in _numbers("mailing"))
        ),
        "large_values": ((1,),),
        "requests": sum(lengths[: ASKED["requests"]]),
        "sessions": sum(lengths[: ASKED["sessions"]]),
        "streaming": sum(map(len, addresses)),
        "two_collections": collections,
        "wide_rows": sum(range(ROWS["documents"] + 1)),
    }


def _numbers(dataset: str) -> range:
    return range(1, ROWS[dataset] + 1)


def built() -> dict[str, Path]:
    """Those fixtures by dataset, which are built where they are missing."""
    return {dataset: Path(cache.ensure(rows, dataset=dataset)) for dataset, rows in ROWS.items()}


def _customers() -> tuple[dict[str, Any], dict[str, Any]]:
    """What customers of each kind have, and each customer's invoices and tickets."""
    with closing(sqlite3.connect(built()["customers"])) as database:
        by_kind = database.execute(
            "SELECT kind, count(*), sum(credit),"
            " sum((SELECT ifnull(sum(employees), 0) FROM company WHERE company.id = customer.id)),"
            " sum((SELECT ifnull(sum(discount), 0) FROM partner WHERE partner.id = customer.id))"
            " FROM customer GROUP BY kind"
        ).fetchall()
        by_name = database.execute(
            "SELECT name,"
            " (SELECT ifnull(sum(amount), 0) FROM invoice WHERE customer_id = customer.id),"
            " (SELECT count(*) FROM ticket WHERE customer_id = customer.id) FROM customer"
        ).fetchall()
    return {row[0]: row[1:] for row in by_kind}, {row[0]: row[1:] for row in by_name}


def _checksum(row: tuple[Any, ...]) -> int:
    line = io.StringIO()
    csv.writer(line).writerow(row)
    return zlib.crc32(line.getvalue().encode())
