"""The store keeps what was measured: in asv's own results, and beside them what asv lacks."""

import errno
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from suite.measuring import files, names, results, store
from suite.measuring.processes import Outcome, Unit
from suite.measuring.store import Place
from suite.project import Project
from suite.terminal.errors import UserMistake
from tests.scratch_project import ScratchProject

TASK = "bounced_addresses"
CORE = Unit(TASK, "core_fetchall", 1000, "resident")
SCALARS = Unit(TASK, "scalars", 1000, "resident")
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


def test_each_figure_knows_when_it_was_measured(place: Place) -> None:
    """asv has one time for a benchmark; an earlier version of the suite kept the day of each."""
    keep(place, outcome(CORE), outcome(COLUMNS), outcome(SCALARS))
    path = place.path.with_suffix(".records")
    stored = json.loads(path.read_text())
    earlier = {"core_fetchall": "2026-01-31T10:00:00+00:00", "columns": "2026-01-31"}
    for record in stored["records"]:
        record["measured"] = earlier.get(record["style"], record["measured"])
    path.write_text(json.dumps(stored))
    keep(place, outcome(Unit(TASK, "columns", 10000, "resident")))
    figures = results.of_place(place, pytest.fail)
    moments = {(figure.style, figure.rows): figure.measured_at or 0 for figure in figures}
    early = moments.pop(("core_fetchall", 1000))
    assert early == datetime(2026, 1, 31, 10, tzinfo=UTC).timestamp() * 1000
    assert len(moments) == 3
    assert min(moments.values()) > early


def test_what_another_place_holds_is_not_read(place: Place) -> None:
    keep(place, outcome(CORE))
    (place.path.parent / "2.0.58-engine-py3.11.json").write_text("{")
    assert values(place) == {"core_fetchall": 5.0}


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


def folder(path: Path) -> None:
    path.mkdir()
    (path / "inside").write_bytes(b"kept")


def content(written: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(written)

    return write


def changed(**changes: object) -> Callable[[Path], None]:
    """The file as it is, with other values at its top."""

    def change(path: Path) -> None:
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    return change


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGE = {
    "empty": content(b""),
    "cut": cut,
    "null": content(b"null"),
    "a list": content(b"[]"),
    "a number": content(b"3"),
    "not UTF-8": content(b"\xff\xfe{}"),
    "deep": content(b"[" * 200_000),
    "a folder": folder,
}
STORED: dict[str, tuple[str, dict[str, object]]] = {
    "asv's results": ("{release}.json", {"version": 3, "results": 5}),
    "records": ("{release}.records", {"format": 2, "records": [{}]}),
    "benchmarks": ("../benchmarks.json", {"version": 3}),
    "machine": ("machine.json", {"version": 2, "machine": 5}),
}
CASES = [
    pytest.param(name, damage, id=f"{name}: {kind}")
    for name, (file, others) in STORED.items()
    for kind, damage in [
        *DAMAGE.items(),
        *((f"{key} {value}", changed(**{key: value})) for key, value in others.items()),
    ]
]


def bytes_of(path: Path) -> bytes:
    return (path / "inside" if path.is_dir() else path).read_bytes()


@pytest.mark.parametrize(("name", "damage"), CASES)
def test_what_can_not_be_read_is_set_aside_and_the_work_goes_on(
    place: Place, name: str, damage: Callable[[Path], None], capfd: pytest.CaptureFixture[str]
) -> None:
    keep(place, outcome(CORE, 1))
    machine_folder = place.path.parent
    path = machine_folder / STORED[name][0].format(release=place.path.stem)
    if damage is folder:
        path.unlink()
    damage(path)
    before = bytes_of(path)
    with store.claimed(place.project):
        keep(place, outcome(COLUMNS, 2))
    (aside,) = path.parent.glob(f"{path.name}.unreadable-*")
    assert bytes_of(aside) == before
    said = capfd.readouterr().err.splitlines()
    assert [line for line in said if f"set aside as {aside.name}" in line] == said != []
    assert values(place)["columns"] == 2.0
    assert (values(place).get("core_fetchall") == 1.0) == (name != "asv's results")
    assert set(store.load_records(place.path.with_suffix(".records"))) >= {COLUMNS}
    assert json.loads((machine_folder / "machine.json").read_text())["machine"] == place.machine
    assert list(place.project.results_dir.rglob("*.new")) == []


def test_a_second_unreadable_file_leaves_the_first(place: Place) -> None:
    for written in (b"first", b"second"):
        keep(place, outcome(CORE))
        place.path.write_bytes(written)
    keep(place, outcome(CORE))
    asides = sorted(place.path.parent.glob("*.unreadable-*"))
    assert [path.read_bytes() for path in asides] == [b"first", b"second"]


def test_a_record_without_a_value_is_no_failure(place: Place) -> None:
    """asv fills up with nulls what it has removed, and the records beside it still know it."""
    keep(place, outcome(CORE), outcome(COLUMNS, 2), outcome(SCALARS, failed="out of memory"))
    stored = json.loads(place.path.read_text())
    row = stored["results"][names.build(TASK, "track_peak")]
    row[0] = [None if value == 2.0 else value for value in row[0]]
    place.path.write_text(json.dumps(stored))
    assert values(place) == {"core_fetchall": 5.0, "scalars": None}


def test_a_write_of_asvs_own_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "some.json"
    files.write_json(str(path), {"a": 1}, 1)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        files.write_json(str(path), {"a": [1, object()]}, 1)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


JOURNALS = [
    ("", True),
    ('{"release": "2.1', False),
    ("[]\n{}", False),
    ('{"release": "2.1.9", "python": "3.11", "newer": 1}\n', False),
    ('{"release": 5, "python": "3.11"}\n', False),
    ('{"release": "2.1.8", "python": "3.11", "requirements": {}}\n{}', False),
]


@pytest.mark.parametrize(("written", "is_nothing"), JOURNALS)
def test_a_journal_that_can_not_be_read_is_set_aside(
    place: Place, written: str, is_nothing: bool
) -> None:
    journal = place.path.with_suffix(".run")
    journal.parent.mkdir(parents=True)
    journal.write_text(written)
    with store.claimed(place.project):
        keep(place, outcome(CORE))
    assert values(place) == {"core_fetchall": 5.0}
    asides = [path.read_text() for path in journal.parent.glob("*.run.unreadable-*")]
    assert asides == ([] if is_nothing else [written])
    assert not journal.exists()


def test_a_journal_with_a_damaged_line_gives_the_others_and_is_set_aside(place: Place) -> None:
    run = store.Run(place)
    for unit in (CORE, COLUMNS):
        run.keep(outcome(unit))
    journal = place.path.with_suffix(".run")
    heading, _, last = journal.read_text().splitlines()
    journal.write_text(f"{heading}\n{{half\n{last}\n")
    with store.claimed(place.project):
        assert values(place) == {"columns": 5.0}
    assert len(list(journal.parent.glob("*.run.unreadable-*"))) == 1


@pytest.mark.parametrize("suffix", [".json", ".records"])
def test_a_disk_that_is_full_loses_nothing(
    place: Place, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(place, outcome(CORE, 1))
    before = place.path.with_suffix(suffix).read_bytes()
    replace = Path.replace

    def refuse(path: Path, target: Path) -> Path:
        if target.suffix == suffix:
            raise OSError(errno.ENOSPC, "No space left on device")
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        with pytest.raises(UserMistake, match="No space left on device; what was measured is kept"):
            keep(place, outcome(COLUMNS, 2))
    assert place.path.with_suffix(suffix).read_bytes() == before
    assert list(place.path.parent.glob("*.new")) == []
    with store.claimed(place.project):
        assert values(place) == {"core_fetchall": 1.0, "columns": 2.0}


def test_a_long_name_of_an_environment_is_found_again(place: Place) -> None:
    many = {f"package{number}": "1.0" for number in range(20)}
    far = Place(place.project, place.release, place.python, many)
    keep(far, outcome(CORE))
    assert far.path.is_file()
    assert values(far) == {"core_fetchall": 5.0}
