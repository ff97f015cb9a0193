"""What an application pays once: each step in a process of its own, and as asv's benchmarks."""

import math
from pathlib import Path

import pytest

from fixtures import cache
from suite.figures.amounts import MEBIBYTE
from suite.measuring import environments, names, results
from suite.studies import known_truth
from tests.asv_plugin import asv_project

OLD, NEW = "1.3.24", "2.1.9"


def cost(release: str, measures: str, *step: object) -> int:
    """Bytes that a step adds, measured in the environment of a release."""
    code = f"from benchmarks.startup import costs; print(costs.measure({measures!r}, *{step!r}))"
    return int(known_truth.run(environments.for_release(release), ["-c", code]))


@pytest.mark.parametrize("measures", ["resident", "heap"])
@pytest.mark.parametrize("release", [OLD, NEW])
def test_imports_add_up(release: str, measures: str) -> None:
    """The ORM imports the whole of Core; both are larger than the interpreter's own rounding."""
    core = cost(release, measures, "import", "sqlalchemy")
    orm = cost(release, measures, "import", "sqlalchemy.orm")
    assert 5 * MEBIBYTE < core < orm < 100 * MEBIBYTE


def test_who_calls_does_not_show() -> None:
    code = "import os; os.environ['A_TOKEN'] = 'x' * {}; from benchmarks.startup import costs; {}"
    interpreter = "print(costs.measure('heap', 'interpreter'))"
    environment = environments.for_release(NEW)
    few, many = (
        known_truth.run(environment, ["-c", code.format(size, interpreter)]) for size in (1, 20_000)
    )
    assert few == many


@pytest.mark.parametrize("release", [OLD, NEW])
def test_mapping_costs_by_the_class(release: str) -> None:
    ten, hundred = (cost(release, "heap", "mapping", count) for count in (10, 100))
    assert 7 < hundred / ten < 10.5


def test_a_cache_costs_by_its_size() -> None:
    default, small, off = (
        cost(NEW, "heap", "statement_cache", size) for size in ("default", "small", "off")
    )
    assert default > 5 * small > 5 * off > 0


def test_a_first_statement_of_the_orm_costs_more() -> None:
    core, orm = (cost(NEW, "heap", "first_execution", name) for name in ("Core", "ORM"))
    assert 0 < core < orm < MEBIBYTE


def test_heap_costs_repeat() -> None:
    first, second = (cost(NEW, "heap", "mapping", 10) for _ in range(2))
    assert abs(first - second) <= 0.001 * first


def test_asv_measures_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release without a statement cache skips its sizes; nothing is taken for a query style."""
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", cache.folder())
    project = asv_project.create(tmp_path, branches=["1.3"])
    ended = project.asv("run", OLD, "--bench", r"startup.*\.(Imports|StatementCache)")
    assert ended.returncode == 0, ended.stdout
    stored = project.result(OLD)["results"]
    imports = stored["startup.costs.Imports.track_heap"][0]
    assert imports == sorted(imports)
    assert imports[0] > 0
    resident = stored["startup.costs.Imports.track_resident"][0]
    assert len(resident) == len(imports) > 1
    assert all(size > MEBIBYTE for size in resident)
    default, *other = stored["startup.costs.StatementCache.track_heap"][0]
    assert default > 0
    assert [math.isnan(size) for size in other] == [True, True]
    assert results.read(project.results, warn=pytest.fail) == []
    assert names.parse("startup.costs.Imports.track_heap") is None
