"""Seconds that are to be judged: measured in as many processes as an interval needs, and kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fixtures import cache
from suite.measuring import environments, missing, pool
from suite.measuring.missing import LEAST_SAMPLES, SAMPLES, Cell
from suite.measuring.pool import Batch
from suite.measuring.processes import Outcome, Unit
from suite.project import Project
from tests.scratch_project import ScratchProject

RELEASE = "2.1.9"
QUICK = Cell("how_many", "func_count", 10000)
SLOW = Cell("how_many", "length_of_entities", 10000)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScratchProject:
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", cache.folder())
    monkeypatch.setenv("HOME", str(tmp_path))
    made = ScratchProject(tmp_path)
    made.write_configuration()
    return made


def test_each_sample_comes_from_a_process_of_its_own(scratch: ScratchProject) -> None:
    outcomes: list[Outcome] = []
    arguments = (Project(scratch.configuration), RELEASE, [QUICK])
    assert missing.missing(*arguments, timed=True, warn=print) == [QUICK]
    missing.measure(*arguments, timed=True, each=outcomes.append)
    (figure,) = (
        found
        for found in missing.figures(Project(scratch.configuration), RELEASE, print)
        if found.metric == "time_query"
    )
    assert len(figure.samples) == SAMPLES
    assert min(figure.samples) <= (figure.value or 0) <= max(figure.samples)
    assert missing.missing(*arguments, timed=True, warn=print) == []
    counts = [len(each.record["samples"]) for each in outcomes if each.unit.instrument == "seconds"]
    assert counts == list(range(1, SAMPLES + 1))
    # As many as `asv run` takes, or a few more, are too few to judge by.
    (path,) = scratch.results.glob("*/*.records")
    stored = json.loads(path.read_text())
    for record in stored["records"]:
        record["samples"] = record.get("samples", [])[: LEAST_SAMPLES - 1]
    path.write_text(json.dumps(stored))
    assert missing.missing(*arguments, timed=True, warn=print) == [QUICK]
    assert missing.missing(*arguments, timed=False, warn=print) == []


def test_a_slow_style_stops_earlier_and_one_that_fails_at_once(
    scratch: ScratchProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    records: dict[Cell, dict[str, Any]] = {
        QUICK: {"seconds": 0.5, "samples": [0.5]},
        SLOW: {"seconds": 40.0, "samples": [40.0]},
        Cell("how_many", "core_count", 10000): {"failed": "no such luck"},
    }
    asked: list[Unit] = []

    def measure(batch: Batch) -> Iterator[Outcome]:
        for unit in batch.units:
            asked.append(unit)
            yield Outcome(unit, records[Cell(unit.task, unit.style, unit.rows)])

    monkeypatch.setattr(pool, "measure", measure)
    monkeypatch.setattr(environments, "for_release", lambda *arguments: None)
    missing.measure(Project(scratch.configuration), RELEASE, records, timed=True)
    times = [unit.style for unit in asked if unit.instrument == "seconds"]
    assert times.count(QUICK.style) == SAMPLES
    assert times.count(SLOW.style) == LEAST_SAMPLES
    assert times.count("core_count") == 1
    # In rounds: no style has all its samples before another one has its second.
    assert times[:3] == sorted(times[:3])
    assert set(times[3:5]) == {QUICK.style, SLOW.style}
