"""What there is to say about a fixture file, and whether its rows are those that were written."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fixtures import sqlite_file
from fixtures.identity import dataset_named
from suite.figures.amounts import mebibytes
from suite.reports import tables
from suite.reports.tables import Column
from suite.terminal.errors import UserMistake
from suite.terminal.progress import Callback

SAMPLES = 10
MOST_SENDS_PER_ADDRESS = 6


@dataclass(frozen=True)
class Sample:
    """One row of ``email_address``, with what ``send_history`` says about it."""

    address: str
    name: str
    company: str
    created_at: str
    opens: int
    sends: int
    bounced: bool


@dataclass(frozen=True)
class Description:
    """A fixture of ``size`` bytes, which states its ``contents``; ``found`` is its rows' digest.

    ``rows`` shows what they are like.
    """

    path: Path
    size: int
    contents: sqlite_file.Contents
    found: str
    rows: tables.Table

    @property
    def is_intact(self) -> bool:
        """Whether the rows are those that were written."""
        return bool(self.contents.digest == self.found)


def describe(path: Path, progress: Callback | None = None) -> Description:
    """Read the whole fixture at ``path``; UserMistake where it is not a fixture or unreadable."""
    finding = sqlite_file.examine(path)
    if finding.state not in (sqlite_file.SOUND, sqlite_file.TOUCHED):
        raise UserMistake(f"{path} is not a usable fixture: {finding.reason}")
    try:
        contents = sqlite_file.describe(path)
        found = sqlite_file.digest_of(path, progress)
        rows = _ROWS.get(contents.identity.dataset, _lengths)(path)
        return Description(path, path.stat().st_size, contents, found, rows)
    except (sqlite3.Error, OSError, ValueError, TypeError) as error:
        raise UserMistake(f"{path} is a damaged fixture: {error}") from error


def _samples(path: Path) -> Iterator[Sample]:
    bounces: dict[int, list[int]] = {}
    for rows in sqlite_file.read(path, "send_history", SAMPLES * MOST_SENDS_PER_ADDRESS):
        for email_id, _, _, bounce in rows:
            bounces.setdefault(email_id, []).append(bounce)
    for rows in sqlite_file.read(path, "email_address", SAMPLES):
        for number, address, first, last, company, opens, created_at, _ in rows:
            yield Sample(
                address,
                f"{first} {last}",
                company,
                created_at,
                opens,
                len(bounces[number]),
                any(bounces[number]),
            )


def render(description: Description) -> str:
    """The description for a terminal."""
    return f"{_facts(description)}\n\n{tables.render(description.rows)}"


def _facts(description: Description) -> str:
    contents = description.contents
    identity = contents.identity
    dataset = dataset_named(identity.dataset)
    found = "the rows agree" if description.is_intact else f"the rows have {description.found}"
    facts = [
        ("file", str(description.path)),
        ("size", mebibytes(description.size)),
        ("dataset", f"{identity.dataset}, {identity.rows:,} {dataset.ROWS_ARE}"),
        *(
            (table, f"{count:,} rows")
            for table, count in zip(dataset.TABLES, contents.counts, strict=True)
        ),
        ("seed", str(identity.seed)),
        ("made by", f"generator {identity.generator}, Faker {identity.faker}"),
        ("schema", str(identity.schema)),
        ("written", datetime.fromtimestamp(contents.written_at).isoformat(" ")),
        ("digest", contents.digest),
        ("checked", found),
    ]
    width = max(len(name) for name, _ in facts)
    return "\n".join(f"{name:{width}}  {value}" for name, value in facts)


def _first_addresses(path: Path) -> tables.Table:
    samples = list(_samples(path))
    texts, numbers = ("address", "name", "company", "added"), ("opens", "sends", "bounced")
    return tables.Table(
        f"The first {len(samples)} addresses",
        [*(Column(title, "text") for title in texts), *map(Column, numbers)],
        [
            [
                sample.address,
                sample.name,
                sample.company,
                sample.created_at[: len("2019-05-31")],
                str(sample.opens),
                str(sample.sends),
                "yes" if sample.bounced else "no",
            ]
            for sample in samples
        ],
    )


def _lengths(path: Path) -> tables.Table:
    """How long the values of each column are that are no numbers."""
    rows = []
    for table, columns in sqlite_file.dataset_of(path).TABLES.items():
        lengths = sqlite_file.lengths(path, table)
        for name, kind in columns:
            if kind != "integer":
                unit = "bytes" if kind == "binary" else "characters"
                least, mean, most = (f"{length:,.0f}" for length in lengths[name])
                rows.append([f"{table}.{name}", unit, least, mean, most])
    texts, numbers = ("column", "in"), ("least", "mean", "most")
    columns = [*(Column(title, "text") for title in texts), *map(Column, numbers)]
    return tables.Table("The lengths of values", columns, rows)


_ROWS: dict[str, Callable[[Path], tables.Table]] = {"mailing": _first_addresses}
