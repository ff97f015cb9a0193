"""From where on a change counts: limits by metric.

A limit is a share of the figure before and an absolute floor, and a change has to exceed both. The
defaults stand in pyproject.toml, under [tool.sqlalchemy-asv.limits], and for drivers whose figures
repeat less well under [tool.sqlalchemy-asv.drivers]; docs/evidence/upgrade.md says which
measured noise they come from.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.instruments import kernel_mark, resident
from suite.database import SQLITE
from suite.figures.amounts import (
    BATCH,
    RESIDENT,
    label,
    metric_named,
    parse_amount,
    parse_share,
)
from suite.project import ROOT
from suite.terminal.errors import UserMistake

DEFAULTS = ROOT / "pyproject.toml"

ASKED_FOR = ("peakmem_process", "time_query")
"""Judged only where somebody names them: they depend on more than the query."""


@dataclass(frozen=True)
class Limit:
    """``share`` of the figure before (0.02 for 2 %), ``floor`` in bytes or seconds."""

    share: float
    floor: float

    def exceeded_by(self, before: float, after: float) -> bool:
        """Whether the change is larger than both."""
        change = abs(after - before)
        return change > self.floor and change > self.share * abs(before)


def load(path: Path = DEFAULTS, database: str = SQLITE.name) -> dict[str, Limit]:
    """The limits of a database by metric; a metric without one is shown and not judged.

    Raises UserMistake.
    """
    stored = _stored(path)
    table = stored.get("limits")
    if not isinstance(table, dict) or not table:
        raise UserMistake(
            f"{path}: no limits there: write [limits], or [tool.sqlalchemy-asv.limits], with lines"
            ' such as heap = { share = 0.005, floor = "64 KiB" }'
        )
    return {**_limits(path, table), **_of_driver(stored, database, path)}


def of_driver(database: str, path: Path = DEFAULTS) -> dict[str, Limit]:
    """Those that a database's driver has in place of the usual ones. Raises UserMistake."""
    return _of_driver(_stored(path), database, path)


def _of_driver(stored: Mapping[str, Any], database: str, path: Path) -> dict[str, Limit]:
    driver = database.partition("+")[2].partition("@")[0]
    return _limits(path, stored.get("drivers", {}).get(driver, {}))


def _stored(path: Path) -> dict[str, Any]:
    stored = read_toml(path, "limits")
    found: dict[str, Any] = stored.get("tool", {}).get("sqlalchemy-asv", stored)
    return found


def _limits(path: Path, table: Mapping[str, object]) -> dict[str, Limit]:
    limits = {}
    for name, entry in table.items():
        try:
            metric = metric_named(name)
            limits[metric] = _limit(metric, entry)
        except ValueError as error:
            raise UserMistake(f'{path}: the limit of "{name}": {error}') from error
    return limits


def chosen(limits: dict[str, Limit], names: Sequence[str] = ()) -> dict[str, Limit]:
    """Those of the metrics that are judged: the named ones, or all but ASKED_FOR.

    Raises UserMistake for a name that has no limit.
    """
    found = {metric: limit for metric, limit in limits.items() if metric not in ASKED_FOR}
    if not names and not found:
        raise UserMistake(
            f"there are limits of {' and '.join(map(label, limits))} only, which are judged where"
            " --metric names them"
        )
    if not names:
        return found
    found = {}
    for name in names:
        try:
            metric = metric_named(name)
            found[metric] = limits[metric]
        except (ValueError, KeyError):
            raise UserMistake(
                f'--metric: "{name[:40]}" is no metric with a limit; these can be judged:'
                f" {'; '.join(map(label, limits))}"
            ) from None
    return found


def on_this_machine(limits: dict[str, Limit]) -> dict[str, Limit]:
    """The same, with the floors of resident memory raised where it is counted less finely.

    The kernel counts pages in batches, which grow with the number of processors. Resident growth is
    no such count: both of its readings go through the page tables.
    """
    if not resident.has_resettable_mark():
        return limits
    coarser = max(0, kernel_mark.resolution() - BATCH)
    return {
        metric: replace(limit, floor=limit.floor + coarser) if metric in RESIDENT else limit
        for metric, limit in limits.items()
    }


def read_toml(path: Path, what: str) -> dict[str, Any]:
    """The content of a TOML file. Raises UserMistake, which names ``what`` was to be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserMistake(f"{path}: the {what} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UserMistake(f"{path}: the {what} cannot be read: not TOML: {error}") from error


def _limit(metric: str, entry: object) -> Limit:
    if not isinstance(entry, dict) or set(entry) != {"share", "floor"}:
        raise ValueError('write it as { share = 0.02, floor = "256 KiB" }')
    if isinstance(entry["share"], str):
        raise ValueError(f"share = {entry['share']!r} is not a number: 2 % are 0.02")
    return Limit(parse_share(entry["share"]), parse_amount(metric, entry["floor"]))
