"""What an application pays once: each step in a process of its own, and as asv's benchmarks."""

import math
from pathlib import Path

import pytest

from fixtures import cache
from suite import benchmark_names, environments, results, workers
from suite.units import MEBIBYTE
from tests import asv_project

OLD, NEW = "1.3.24", "2.1.9"


def cost(release: str, folder: Path, measures: str, *step: object) -> int:
    """Bytes that a step adds, measured in the environment of a release."""
    interpreter = environments.for_release(release).interpreter
    code = f"from benchmarks import startup; print(startup.measure({measures!r}, *{step!r}))"
    exit_code, errors = workers.run([str(interpreter), "-c", code], folder)
    assert exit_code == 0, errors
    return int((folder / "output").read_text())


@pytest.mark.parametrize("measures", ["resident", "heap"])
@pytest.mark.parametrize("release", [OLD, NEW])
def test_imports_add_up(release: str, measures: str, tmp_path: Path) -> None:
    """The ORM imports the whole of Core; both are larger than the interpreter's own rounding."""
    core = cost(release, tmp_path, measures, "import", "sqlalchemy")
    orm = cost(release, tmp_path, measures, "import", "sqlalchemy.orm")
    assert 5 * MEBIBYTE < core < orm < 100 * MEBIBYTE


@pytest.mark.parametrize("release", [OLD, NEW])
def test_mapping_costs_by_the_class(release: str, tmp_path: Path) -> None:
    ten, hundred = (cost(release, tmp_path, "heap", "mapping", count) for count in (10, 100))
    assert 7 < hundred / ten < 10.5


def test_a_cache_costs_by_its_size(tmp_path: Path) -> None:
    default, small, off = (
        cost(NEW, tmp_path, "heap", "statement_cache", size) for size in ("default", "small", "off")
    )
    assert default > 5 * small > 5 * off > 0


def test_a_first_statement_of_the_orm_costs_more(tmp_path: Path) -> None:
    core, orm = (cost(NEW, tmp_path, "heap", "first_execution", name) for name in ("Core", "ORM"))
    assert 0 < core < orm < MEBIBYTE


def test_heap_costs_repeat(tmp_path: Path) -> None:
    first, second = (cost(NEW, tmp_path, "heap", "mapping", 10) for _ in range(2))
    assert abs(first - second) <= 0.001 * first


@pytest.mark.xdist_group("asv")
def test_asv_measures_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release without a statement cache skips its sizes; nothing is taken for a query style."""
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", cache.folder())
    project = asv_project.create(tmp_path, branches=["1.3"])
    ended = project.asv("run", OLD, "--bench", r"startup\.(Imports|StatementCache)")
    assert ended.returncode == 0, ended.stdout
    stored = project.result(OLD)["results"]
    imports = stored["startup.Imports.track_heap"][0]
    assert imports == sorted(imports)
    assert imports[0] > 0
    resident = stored["startup.Imports.track_resident"][0]
    assert all(size > MEBIBYTE for size in resident)
    default, *other = stored["startup.StatementCache.track_heap"][0]
    assert default > 0
    assert all(math.isnan(size) for size in other)
    assert results.read(project.results, warn=pytest.fail) == []
    assert benchmark_names.parse("startup.Imports.track_heap") is None
