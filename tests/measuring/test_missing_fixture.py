"""A fixture that is gone by the time a style is measured: that style fails, and says what to do."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from fixtures import cache
from suite.measuring import environments, fixture_files, pool
from suite.measuring.fixture_files import Wanted
from suite.measuring.pool import Batch
from suite.measuring.processes import Unit

GONE, THERE = 7, 1000
INSTRUMENTS = ("resident", "heap", "seconds", "trace", "lines")


def test_only_what_needs_the_missing_fixture_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = environments.for_release("2.1.9")
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(tmp_path))
    build = fixture_files.ensure

    def built_and_lost(wanted: Iterable[Wanted], say: Callable[[str], None]) -> list[Path]:
        paths = build(wanted, say)
        Path(cache.path_for(GONE)).unlink()
        return paths

    monkeypatch.setattr(fixture_files, "ensure", built_and_lost)
    units = tuple(
        Unit("how_many", "func_count", rows, instrument)
        for rows in (GONE, THERE)
        for instrument in INSTRUMENTS
    )
    said = {
        (outcome.unit.rows, outcome.unit.instrument): outcome.failed
        for outcome in pool.measure(Batch(environment, units))
    }
    why = (
        "FixtureError: the fixture with 7 rows of mailing is missing or was changed:"
        " build it with scripts/seed --rows 7 --dataset mailing"
    )
    assert said == {
        (rows, instrument): why if rows == GONE else None
        for rows in (GONE, THERE)
        for instrument in INSTRUMENTS
    }
