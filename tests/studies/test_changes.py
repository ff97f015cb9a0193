"""The changes over many releases: what is measured for them, and what is said of the figures."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from suite.commands.study.changes import main
from suite.figures import limits
from suite.figures.tasks import task_named
from suite.figures.verdicts import Verdict
from suite.measuring import environments, missing, store
from suite.measuring.missing import MEMORY, Cell, units_of
from suite.measuring.processes import Outcome
from suite.project import Project
from suite.releases.catalogue import Catalogue
from suite.releases.timeline import Timeline
from suite.studies import changes
from suite.studies.changes import History, Plan, Step
from suite.terminal.errors import UserMistake
from tests.scratch_project import ScratchProject

RELEASES = [f"1.4.{number}" for number in range(30, 50)]
TASK = task_named("how_many")
STYLE = next(iter(TASK.styles))
ONCE, AGAIN = Cell(TASK.name, STYLE, TASK.rows[0]), Cell(TASK.name, STYLE, TASK.repeated)
FLAT: dict[str, dict[str, float]] = {
    "heap": {"heap": 2**20, "leaked": 0},
    "resident": {"peak": 2**21, "retained": 0, "kept": 0, "process": 2**25},
    "growth": {"growth": 9.0, "uncollected": 100.0, "resident": 0.0},
}
FACTS = {"compiled_extensions": ["sqlalchemy.cresultproxy"], "surroundings": "these"}

Change = Callable[[int, int], dict[str, Any]]


@dataclass
class FakeReleases:
    """Releases whose figures are FLAT but for what ``change`` gives of a number and a reading."""

    project: Project
    change: Change
    absent: tuple[str, ...] = ()
    measured: list[tuple[str, Cell]] = field(default_factory=list)

    def environment(self, release: str, *unused: object) -> None:
        if release in self.absent:
            raise UserMistake(f"{release} could not be installed")

    def measure(
        self, project: Project, release: str, cells: Iterable[Cell], say: Callable[[str], None]
    ) -> None:
        with store.keeping(store.place_of(project, release, project.python)) as run:
            for cell in sorted(cells):
                reading = self.measured.count((release, cell))
                self.measured.append((release, cell))
                changed = self.change(int(release.split(".")[2]), reading)
                for unit in units_of([cell], MEMORY):
                    record: dict[str, Any] = {
                        **FLAT[unit.instrument],
                        "measured_with": FACTS,
                        **changed,
                    }
                    run.keep(Outcome(unit, record))

    def history(self, grid: list[int], cells: list[Cell]) -> History:
        judged_by = limits.chosen(limits.load())
        return History(self.project, Plan(RELEASES, grid, cells), judged_by)

    def found(self, grid: list[int], *cells: Cell) -> list[Step]:
        history = self.history(grid, list(cells))
        history.measure()
        return history.changes().steps

    def releases(self) -> list[int]:
        """The numbers of those that were measured, each as often as it was."""
        return [int(release.split(".")[2]) for release, _ in self.measured]


Make = Callable[..., FakeReleases]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Make:
    scratch = ScratchProject(tmp_path)
    scratch.write_configuration()

    def made(change: Change, absent: tuple[str, ...] = ()) -> FakeReleases:
        fake = FakeReleases(Project(scratch.configuration), change, absent)
        monkeypatch.setattr(environments, "for_release", fake.environment)
        monkeypatch.setattr(missing, "measure", fake.measure)
        return fake

    return made


GRID = [0, 10, 19]


def test_the_release_is_found_with_few_measurements(make: Make) -> None:
    fake = make(lambda number, _: {"growth": 20_000.0} if number < 37 else {})
    (step,) = fake.found(GRID, AGAIN)
    assert (step.old, step.new, step.change.metric) == ("1.4.36", "1.4.37", "track_growth")
    assert (step.change.before, step.change.after) == (20_000.0, 9.0)
    assert step.change.verdict is Verdict.BETTER
    assert (step.today, step.stands) == (9.0, True)
    assert sorted(fake.releases()) == [30, 35, 36, 37, 40, 49]


def test_only_what_differs_is_measured_between(make: Make) -> None:
    fake = make(lambda number, _: {"growth": 20_000.0} if number < 37 else {})
    fake.found(GRID, ONCE, AGAIN)
    assert {cell for release, cell in fake.measured if release == "1.4.36"} == {AGAIN}
    assert {cell for release, cell in fake.measured if release == "1.4.40"} == {ONCE, AGAIN}


def test_two_changes_between_two_of_the_grid_are_two(make: Make) -> None:
    fake = make(lambda number, _: {"heap": 2**20 * (1 + (number > 32) + (number > 37))})
    assert [step.new for step in fake.found(GRID, ONCE)] == ["1.4.33", "1.4.38"]


def test_what_was_mended_since_does_not_stand(make: Make) -> None:
    fake = make(lambda number, _: {"heap": 2**22} if 34 <= number < 44 else {})
    worse, better = fake.found(GRID, ONCE)
    assert (worse.new, worse.change.verdict, worse.stands) == ("1.4.34", Verdict.WORSE, False)
    assert (better.new, better.change.verdict, better.stands) == ("1.4.44", Verdict.BETTER, True)


def test_what_was_more_than_mended_does_not_stand(make: Make) -> None:
    fake = make(lambda number, _: {"heap": 2**22 if 34 <= number < 44 else 2**18 << (number < 34)})
    worse, better = fake.found(GRID, ONCE)
    assert (worse.change.verdict, worse.stands) == (Verdict.WORSE, False)
    assert (better.change.verdict, better.stands) == (Verdict.BETTER, True)


def test_a_gradual_change_is_said_to_be_one(make: Make) -> None:
    fake = make(lambda number, _: {"heap": 2**24 * (1 + 0.001 * number)})
    steps = fake.found(GRID, ONCE)
    assert steps
    assert all(step.gradual for step in steps)


def test_a_release_that_cannot_be_installed_is_passed_over(make: Make) -> None:
    fake = make(lambda number, _: {"heap": 2**22} if number >= 35 else {}, absent=("1.4.35",))
    history = fake.history(GRID, [ONCE])
    history.measure()
    found = history.changes()
    (step,) = found.steps
    assert (step.old, step.new, step.passed_over) == ("1.4.34", "1.4.36", ("1.4.35",))
    (given_up,) = found.given_up
    assert (given_up.releases, given_up.styles) == ("1.4.35", (f"{TASK.name}.{STYLE}",))
    assert given_up.reason == "1.4.35 could not be installed"


def test_what_fails_is_named_and_tried_once(make: Make) -> None:
    def change(number: int, reading: int) -> dict[str, Any]:
        return {"failed": "out of memory", "heap": None} if number == 40 else {}

    fake = make(change)
    history = fake.history(GRID, [ONCE])
    history.measure()
    (given_up,) = history.changes().given_up
    assert (given_up.releases, given_up.reason) == ("1.4.40", "out of memory")
    assert fake.releases().count(40) == 1


def test_a_second_call_measures_nothing_again(make: Make) -> None:
    fake = make(lambda number, _: {"heap": 2**22} if number >= 35 else {})
    first = fake.found(GRID, ONCE)
    fake.measured.clear()
    assert fake.found(GRID, ONCE) == first
    assert fake.measured == []


def test_what_is_measured_otherwise_today_is_measured_again(make: Make) -> None:
    fake = make(lambda number, _: {"measured_with": {**FACTS, "surroundings": "others"}})
    fake.found(GRID, ONCE)
    fake.change = lambda number, _: {}
    fake.measured.clear()
    place = store.place_of(fake.project, RELEASES[-1], fake.project.python)
    place.path.unlink()
    place.path.with_suffix(".records").unlink()
    assert fake.found(GRID, ONCE) == []
    assert sorted(fake.releases()) == [30, 40, 49]


def test_other_circumstances_are_named(make: Make) -> None:
    def change(number: int, reading: int) -> dict[str, Any]:
        return (
            {"heap": 2**22, "measured_with": {**FACTS, "compiled_extensions": False}}
            if (number == 30)
            else {}
        )

    history = make(change).history(GRID, [ONCE])
    history.measure()
    found = history.changes()
    assert found.steps == []
    assert {each.releases for each in found.given_up} == {"1.4.30 and 1.4.40"}


def test_one_wrong_reading_of_resident_memory_is_no_change(make: Make) -> None:
    fake = make(lambda number, reading: {"peak": 2**24} if (number, reading) == (40, 0) else {})
    assert fake.found(GRID, ONCE) == []
    assert fake.releases().count(40) == 2


def test_a_small_growth_that_does_not_repeat_is_no_change(make: Make) -> None:
    fake = make(lambda number, reading: {"growth": 119.0} if (number, reading) == (40, 0) else {})
    assert fake.found(GRID, AGAIN) == []


def test_a_lasting_change_of_resident_memory_is_one(make: Make) -> None:
    fake = make(lambda number, _: {"peak": 2**24} if number >= 42 else {})
    (step,) = fake.found(GRID, ONCE)
    assert (step.new, step.change.metric) == ("1.4.42", "track_peak")


def test_the_grid_has_both_ends_of_each_series() -> None:
    timeline = Timeline(Catalogue.load())
    planned = changes.plan(timeline.select(">=1.3,<2.1"), [TASK], 10)
    grid = [planned.releases[index] for index in planned.grid]
    last = [timeline.named(series).version for series in ("1.3", "1.4", "2.0")]
    assert {"1.3.0", "1.4.0", "2.0.0", *last} <= set(grid)
    assert grid == sorted(grid, key=planned.releases.index)
    assert len(grid) < len(planned.releases) / 5
    assert {cell.rows for cell in planned.cells} == {TASK.rows[0], TASK.repeated}
    assert {cell.style for cell in planned.cells} == set(TASK.styles)


def run(fake: FakeReleases, *arguments: str) -> Any:
    configuration = ["--config", str(fake.project.configuration)]
    words = [">=1.4.30,<1.4.50", "--task", TASK.name, *configuration, *arguments]
    return CliRunner().invoke(main, words, catch_exceptions=False)


def test_the_list_is_printed_by_release(make: Make) -> None:
    result = run(make(lambda number, _: {"heap": 2**22} if number >= 37 else {}))
    assert result.exit_code == 0, result.output
    count = len(TASK.styles)
    assert f"{count} changes beyond the limits, {count} for the worse, of which {count} stand" in (
        result.stdout
    )
    (first,) = (line for line in result.stdout.splitlines() if line.startswith("1.4.37 "))
    assert "1.00 MiB → 4.00 MiB" in first.replace("\u00a0", " ")
    assert first.endswith("  yes")


def test_an_accepted_change_is_marked(make: Make, tmp_path: Path) -> None:
    known = tmp_path / "accepted.toml"
    known.write_text(
        f'[[accepted]]\nstyle = "{TASK.name}.*"\nmetric = "heap"\nfrom = "1.4.37"\n'
        'limit = 5\nreason = "known"\n'
    )
    fake = make(lambda number, _: {"heap": 2**22} if number >= 37 else {})
    assert "worse (accepted)" not in run(fake).stdout
    assert "worse (accepted)" in run(fake, "--accept", str(known), "--format", "markdown").stdout


def test_json_has_every_figure(make: Make) -> None:
    fake = make(lambda number, _: {"heap": 2**22} if number >= 37 else {})
    found = json.loads(run(fake, "--format", "json").stdout)
    assert {change["release"] for change in found["changes"]} == {"1.4.37"}
    assert {change["style"] for change in found["changes"]} == set(TASK.styles)
    (one, *_) = found["changes"]
    assert (one["before"], one["after"], one["today"], one["stands"]) == (2**20, 2**22, 2**22, True)
    assert found["given_up"] == []


def test_stored_figures_are_told_without_measuring(make: Make) -> None:
    fake = make(lambda number, _: {"heap": 2**22} if number >= 37 else {})
    run(fake)
    fake.measured.clear()
    assert "1.4.37" in run(fake, "--stored").stdout
    assert "0 changes" in run(fake, "--stored", "--config", _other(fake)).stdout
    assert fake.measured == []


def _other(fake: FakeReleases) -> str:
    """A project without results."""
    folder = fake.project.configuration.parent / "other"
    folder.mkdir()
    scratch = ScratchProject(folder)
    scratch.write_configuration()
    return str(scratch.configuration)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nosuch"], "nosuch"),
        (["2.1.9"], "two releases or more"),
        (["--task", "nosuch"], "nosuch"),
        (["--step", "0"], "not in the range"),
    ],
)
def test_bad_input_ends_with_2(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2, result.output
    assert words in result.output
