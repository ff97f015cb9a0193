"""Changes that are known and accepted: they are shown, and do not fail the check.

A TOML file of entries::

    [[accepted]]
    style = "bounced_addresses.full_entity"   # task.style; * stands for anything
    metric = "net peak"
    from = "2.1.0"                            # the release that brought the change
    limit = 0.12                              # up to 12 % more is accepted; or "2 KiB" more
    reason = "the price of the new loader; we have the memory"
    database = "postgresql+*"                 # of which database; "sqlite" where it is left out
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from packaging.version import InvalidVersion, Version

from suite.database import SQLITE
from suite.figures.amounts import metric_named, parse_amount, parse_share, small
from suite.figures.limits import read_toml
from suite.terminal.errors import UserMistake

FIELDS = {"style", "metric", "from", "limit", "reason"}
OPTIONAL = {"database"}


@dataclass(frozen=True)
class Accepted:
    """One entry. ``limit`` is a share: 0.12 accepts up to 12 % more.

    ``amount`` stands in its place where it is not None: so many bytes or seconds more. ``style``
    and ``database`` are patterns, in which * stands for anything.
    """

    style: str
    metric: str
    since: Version
    limit: float
    reason: str
    database: str = SQLITE.name
    amount: float | None = None

    @property
    def words(self) -> str:
        """How much more is accepted."""
        return f"{self.limit:.1%}" if self.amount is None else small(self.metric, self.amount)

    def accepts(self, before: float, after: float) -> bool:
        """Whether so much more is accepted; no share of nothing is."""
        if self.amount is not None:
            return after - before <= self.amount
        return before > 0 and after / before - 1 <= self.limit

    def names(self, task: str, style: str, metric: str) -> bool:
        """Whether the entry is about this metric of this style."""
        return metric == self.metric and fnmatchcase(f"{task}.{style}", self.style)

    def lies_between(self, old: str, new: str) -> bool:
        """Whether an upgrade from ``old`` to ``new`` passes the release of the change."""
        first, last = sorted((Version(old), Version(new)))
        return first < self.since <= last


def load(path: Path, database: str = SQLITE.name) -> list[Accepted]:
    """The entries of a file for a database, which may be none. Raises UserMistake."""
    entries = read_toml(path, "accepted changes").get("accepted", [])
    if not isinstance(entries, list):
        raise UserMistake(f"{path}: write each accepted change under [[accepted]]")
    accepted = []
    for number, entry in enumerate(entries, 1):
        try:
            accepted.append(_entry(entry))
        except ValueError as error:
            raise UserMistake(f"{path}: accepted change {number}: {error}") from error
    return [entry for entry in accepted if fnmatchcase(database, entry.database)]


def _entry(entry: object) -> Accepted:
    if not isinstance(entry, dict):
        raise ValueError("write it under [[accepted]]")
    if missing := FIELDS - set(entry):
        raise ValueError(f"it lacks {', '.join(sorted(missing))}")
    if unknown := set(entry) - FIELDS - OPTIONAL:
        raise ValueError(f"it has no field {', '.join(sorted(unknown))}")
    style = str(entry["style"])
    if "." not in style:
        raise ValueError(f'style = "{style}" lacks its task: write "bounced_addresses.{style}"')
    if not str(entry["reason"]).strip():
        raise ValueError("its reason is empty")
    try:
        since = Version(str(entry["from"]))
    except InvalidVersion:
        raise ValueError(f'from = "{entry["from"]}" is not a release') from None
    metric = metric_named(str(entry["metric"]))
    amount = _amount(metric, entry["limit"])
    return Accepted(
        style=style,
        metric=metric,
        since=since,
        limit=0.0 if amount is not None else parse_share(entry["limit"]),
        reason=str(entry["reason"]).strip(),
        database=str(entry.get("database", SQLITE.name)),
        amount=amount,
    )


def _amount(metric: str, limit: object) -> float | None:
    """The amount that a text with a unit stands for; None for a share. Raises ValueError."""
    if not isinstance(limit, str):
        return None
    if not limit.strip()[-1:].isalpha():
        raise ValueError(f"limit = {limit!r} is not a number: 12 % are 0.12")
    return parse_amount(metric, limit)
