"""The store keeps what was measured: in asv's own results, and beside them what asv lacks."""

import json
from pathlib import Path
from typing import Any

import pytest

from suite.measuring import results, store
from suite.measuring.processes import Outcome, Unit
from suite.measuring.store import Place
from suite.project import Project
from suite.terminal.errors import UserMistake
from tests.scratch_project import ScratchProject

TASK = "bounced_addresses"
CORE = Unit(TASK, "core_fetchall", 1000, "resident")
COLUMNS = Unit(TASK, "columns", 1000, "resident")
FACTS = {"sqlite": "3", "compiled_extensions": ["x"]}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("HOME", str(tmp_path))
    scratch = ScratchProject(tmp_path)
    scratch.write_configuration()
    return Place(Project(scratch.configuration), "2.1.9", "3.11")


def outcome(unit: Unit, peak: int = 5, **words: Any) -> Outcome:
    figures = {"method": "kernel", "peak": peak, "retained": 1, "process": 9}
    return Outcome(unit, {**(words or figures), "measured_with": FACTS})


def keep(place: Place, *outcomes: Outcome) -> None:
    with store.keeping(place) as run:
        for each in outcomes:
            run.keep(each)


def values(place: Place, metric: str = "track_peak") -> dict[str, float | None]:
    figures = results.of_place(place, pytest.fail)
    return {figure.style: figure.value for figure in figures if figure.metric == metric}


def test_what_is_kept_is_read_as_figures_with_their_circumstances(place: Place) -> None:
    keep(place, outcome(CORE), outcome(COLUMNS, failed="out of memory"))
    assert values(place) == {"core_fetchall": 5.0, "columns": None}
    assert values(place, "track_heap") == {}
    (failed,) = results.find(
        results.of_place(place, pytest.fail), style="columns", metric="track_peak"
    )
    assert failed.failed == "out of memory"
    (good,) = results.find(
        results.of_place(place, pytest.fail), style="core_fetchall", metric="track_peak"
    )
    assert good.measured_with == FACTS
    assert good.identity.build == "compiled"
    assert good.identity.platform.database == "sqlite"


def test_what_is_skipped_is_no_figure_and_keeps_its_reason(place: Place) -> None:
    keep(place, outcome(CORE, skipped="the API came with 1.4"))
    assert values(place) == {}
    records = store.read_records(place.path.with_suffix(".records"))
    assert records[CORE]["skipped"] == "the API came with 1.4"


def test_a_later_run_replaces_what_it_measured_and_keeps_the_rest(place: Place) -> None:
    keep(place, outcome(CORE, 1), outcome(COLUMNS, 2))
    keep(place, outcome(CORE, 3))
    assert values(place) == {"core_fetchall": 3.0, "columns": 2.0}


def test_what_they_were_measured_with_is_stored_once(place: Place) -> None:
    keep(place, outcome(CORE), outcome(COLUMNS))
    stored = json.loads(place.path.with_suffix(".records").read_text())
    assert stored["measured_with"] == [FACTS]


def test_a_size_that_asv_does_not_know_is_kept_beside_it(place: Place) -> None:
    odd = Unit(TASK, "columns", 134_000, "resident")
    keep(place, outcome(odd))
    assert values(place) == {}
    assert store.read_records(place.path.with_suffix(".records"))[odd]["peak"] == 5


def test_an_error_in_the_middle_loses_nothing(place: Place) -> None:
    def interrupted() -> None:
        with store.keeping(place) as run:
            run.keep(outcome(CORE))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert values(place) == {"core_fetchall": 5.0}
    assert not place.path.with_suffix(".run").exists()


@pytest.mark.parametrize("half", ["", '{"task": "bounced_addr'])
def test_what_a_killed_command_left_is_taken_over(place: Place, half: str) -> None:
    run = store.Run(place)
    run.keep(outcome(CORE))
    journal = place.path.with_suffix(".run")
    with journal.open("a") as stream:
        stream.write(half)
    with store.claimed(place.project):
        assert values(place) == {"core_fetchall": 5.0}
    assert not journal.exists()


def test_what_another_machine_left_is_not_thrown_away(place: Place) -> None:
    store.Run(place).keep(outcome(CORE))
    journal = place.path.with_suffix(".run")
    other = journal.parent.with_name("other") / journal.name
    other.parent.mkdir()
    journal.rename(other)
    before = other.read_bytes()
    with store.claimed(place.project):
        assert values(place) == {}
    assert other.read_bytes() == before


def test_two_commands_do_not_measure_for_the_same_results(place: Place) -> None:
    with (
        store.claimed(place.project),
        pytest.raises(UserMistake, match="another run is measuring"),
        store.claimed(place.project),
    ):
        pass


@pytest.mark.parametrize("content", ["", "{", "[]", '{"records": [{}]}', "\x00\xff"])
def test_damaged_records_are_none(place: Place, content: str) -> None:
    path = place.path.with_suffix(".records")
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="latin-1")
    assert store.read_records(path) == {}
    keep(place, outcome(CORE))
    assert values(place) == {"core_fetchall": 5.0}
