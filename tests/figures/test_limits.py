"""From where on a change counts, on each database."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import databases
from suite.figures import limits
from suite.figures.limits import Limit
from suite.terminal.errors import UserMistake

MEBIBYTE = 2**20
USUAL = '[limits]\nheap = { share = 0.005, floor = "64 KiB" }\n'
OWN = '[drivers]\nasyncpg = { heap = { share = 0.02, floor = "1 MiB" } }\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "limits.toml"
    path.write_text(USUAL + OWN)
    return path


@pytest.mark.parametrize("database", ["postgresql+asyncpg", "postgresql+asyncpg@db:5433"])
def test_a_driver_has_limits_of_its_own(file: Path, database: str) -> None:
    assert limits.load(file, database) == {"track_heap": Limit(0.02, MEBIBYTE)}


@pytest.mark.parametrize("database", ["sqlite", "postgresql+psycopg2", "mariadb+asyncmy@asyncpg"])
def test_all_others_have_the_usual_ones(file: Path, database: str) -> None:
    assert limits.load(file, database) == {"track_heap": Limit(0.005, MEBIBYTE / 16)}


def test_a_wrong_limit_of_a_driver_is_named(file: Path) -> None:
    file.write_text(USUAL + OWN.replace('"1 MiB"', '"much"'))
    assert limits.load(file)
    with pytest.raises(UserMistake, match='the limit of "heap"'):
        limits.load(file, "postgresql+asyncpg")


def test_the_shipped_ones_are_of_drivers_that_exist() -> None:
    drivers = {name.partition("+")[2] for name in databases.every_driver()}
    stored = limits.read_toml(limits.DEFAULTS, "limits")["tool"]["sqlalchemy-asv"]
    assert stored["drivers"].keys() <= drivers
    for database in databases.every_driver():
        assert limits.load(database=database).keys() == limits.load().keys()


@given(
    share=st.floats(0, 1),
    floor=st.floats(0, 1e9),
    before=st.floats(0, 1e10),
    change=st.floats(-1e10, 1e10),
)
def test_a_change_has_to_exceed_share_and_floor(
    share: float, floor: float, before: float, change: float
) -> None:
    after = before + change
    moved = abs(after - before)
    expected = moved > share * before and moved > floor
    assert Limit(share, floor).exceeded_by(before, after) == expected
    assert not Limit(share, floor).exceeded_by(before, before)
