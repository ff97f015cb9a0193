"""What an application pays once: each step in a process of its own, and as asv's benchmarks."""

import math
from pathlib import Path

import pytest

from benchmarks import startup
from benchmarks.startup import steps
from fixtures import cache
from suite.figures.amounts import MEBIBYTE
from suite.measuring import environments, names, results
from suite.studies import known_truth
from tests.asv_plugin import asv_project

OLD, NEW = "1.3.24", "2.1.9"
# Of dropping classes; the last one came with 1.4.
WAYS = ["collector", "clear_mappers", "dispose"]


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


@pytest.mark.parametrize("release", [OLD, NEW])
def test_relationships_and_subclasses_cost_more_than_flat_classes(release: str) -> None:
    """And by the class, as those do."""
    flat = cost(release, "heap", "mapping", 10)
    for step in ("mapping_with_relationships", "mapping_with_subclasses"):
        ten, hundred = (cost(release, "heap", step, count) for count in (10, 100))
        assert flat * 1.2 < ten < flat * 4
        assert 6 < hundred / ten < 10.5


@pytest.mark.parametrize(("release", "ways"), [(OLD, WAYS[:2]), (NEW, WAYS)])
def test_classes_that_were_dropped_leave_next_to_nothing(release: str, ways: list[str]) -> None:
    """While those that are kept cost what mapping them does."""
    kept = cost(release, "heap", "dropped_classes", "kept")
    mapped = cost(release, "heap", "mapping_with_relationships", 100) / 100
    assert 0.95 < kept / (startup.ROUNDS * steps.DROPPED_CLASSES) / mapped < 1.05
    for how in ways:
        assert abs(cost(release, "heap", "dropped_classes", how)) < 0.02 * kept


def test_what_rounds_leave_is_said_of_one() -> None:
    code = "from benchmarks.startup import costs; print(costs.DroppedClasses().track_heap('kept'))"
    of_one = int(known_truth.run(environments.for_release(OLD), ["-c", code]))
    of_all = cost(OLD, "heap", "dropped_classes", "kept")
    assert of_one == pytest.approx(of_all / startup.ROUNDS, rel=0.01)


@pytest.mark.parametrize("step", ["statement_cache", "orm_statement_cache"])
def test_a_cache_costs_by_its_size(step: str) -> None:
    default, small, off = (cost(NEW, "heap", step, size) for size in ("default", "small", "off"))
    assert default > 5 * small > 5 * off > 0


def test_statements_of_the_orm_cost_more_in_the_cache() -> None:
    core, orm = (
        cost(NEW, "heap", step, "default") for step in ("statement_cache", "orm_statement_cache")
    )
    assert orm > 3 * core


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
