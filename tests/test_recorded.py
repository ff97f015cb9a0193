"""Figures that are recorded already: asv starts no process for them."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from benchmarks import records
from suite import recorded
from tests import environments

METRICS = ("peakmem_process", "track_peak", "track_retained", "track_heap", "track_leaked")
RESIDENT = {"instrument": "kernel", "peak": 10, "retained": 20, "process": 30}
HEAP = {"instrument": "tracemalloc", "heap": 40, "leaked": 50}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(records.FOLDER, str(tmp_path))
    monkeypatch.setenv(records.METRIC, "")
    return tmp_path


def record(measures: str, **words: Any) -> None:
    records.write({**records.begin("export", "columns", 1000, measures), **words})


def benchmark(metric: str, group: str = "memory.Export") -> dict[str, Any]:
    params = [["'full_entity'", "'columns'"], ["1000"]]
    return {"name": f"{group}.{metric}", "params": params}


def figures(metrics: tuple[str, ...] = METRICS) -> list[float | None]:
    return [recorded.figure(benchmark(metric), 1) for metric in metrics]


@pytest.mark.usefixtures("folder")
def test_what_an_execution_recorded_is_handed_on() -> None:
    assert figures() == [None] * 5
    record("resident", **RESIDENT)
    assert figures() == [None, 10, 20, None, None]
    record("heap", **HEAP)
    assert figures() == [None, 10, 20, 40, 50]
    assert recorded.figure(benchmark("track_heap"), 0) is None
    assert recorded.figure(benchmark("time_query", "timing.Export"), 1) is None
    assert recorded.figure(benchmark("track_heap", "startup.Imports"), 1) is None


@pytest.mark.usefixtures("folder")
def test_a_process_has_to_say_why_an_execution_failed() -> None:
    record("resident", failed="out of memory", **RESIDENT)
    record("heap")
    assert figures() == [None] * 5


@pytest.mark.usefixtures("folder")
def test_what_the_release_skips_is_known_of_every_metric() -> None:
    record("resident", skipped="the API came with 1.4")
    assert all(math.isnan(value or 0) for value in figures())
    assert math.isnan(recorded.figure(benchmark("time_query", "timing.Export"), 1) or 0)


@pytest.mark.usefixtures("folder")
def test_only_what_is_missing_and_what_is_profiled_starts_a_process() -> None:
    started = []

    def run_one(benchmark: dict[str, Any], spawner: Any, index: int, **options: Any) -> str:
        started.append(benchmark["name"].rpartition(".")[2])
        return "a result of asv"

    asked = recorded.ask_first(run_one)
    record("heap", **HEAP)
    for metric in METRICS:
        asked(benchmark(metric), None, 1, profile=False, extra_params={}, cwd=None)
    assert started == ["peakmem_process", "track_peak", "track_retained"]
    given = asked(benchmark("track_heap"), None, 1, profile=False, extra_params={}, cwd=None)
    assert (given.result, given.errcode) == ([40], 0)
    assert asked(benchmark("track_heap"), None, 1, profile=True) == "a result of asv"


SKIPPED = """
from benchmarks import memory
style = memory.BouncedAddresses()
try:
    style.setup("scalars", 1000)
except NotImplementedError as reason:
    print(style.heap.process.returncode, reason)
"""


def test_a_skipped_style_has_no_second_execution(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(records.METRIC, "peakmem_process")
    ended = environments.run(environments.environment("1.3.24"), "-c", SKIPPED)
    code, _, reason = ended.stdout.strip().partition(" ")
    assert int(code) != 0, ended.stderr
    assert "the API came with 1.4" in reason
    (path,) = folder.iterdir()
    assert "the API came with 1.4" in json.loads(path.read_text())["skipped"]
