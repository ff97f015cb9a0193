"""What is checked where nobody says what, and that the report says so."""

import json
from pathlib import Path

import pytest

from benchmarks import registry
from benchmarks.metrics import BY_NAME
from suite.figures import tasks
from suite.figures.tasks import FIRST_TASK, KINDS
from suite.measuring.missing import Cell
from suite.terminal.errors import UserMistake
from suite.upgrade import checking, coverage
from tests.upgrade import upgrade_project
from tests.upgrade.upgrade_project import UpgradeProject

OLD, NEW = "2.0.57", "2.0.58"
ALL = tasks.tasks()
ONE = f"1 of {len(ALL[FIRST_TASK].styles)} styles"
OTHERS = len(ALL) - len(KINDS)
HEAP, GROWTH, ALL_METRICS = ["track_heap"], ["track_growth"], list(BY_NAME)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UpgradeProject:
    return upgrade_project.create(tmp_path, monkeypatch, [OLD, NEW])


def words(*names: str, styles: tuple[str, ...] = (), database: str = "sqlite") -> str:
    return coverage.words(checking.select(names, styles, []), ALL.values(), database)


def test_unasked_a_task_of_each_kind_is_checked_with_all_its_styles() -> None:
    cells = checking.select([], [], [])
    assert list(KINDS) == ["reading", "repeating", "writing", "eager loading"]
    for name in KINDS.values():
        found = [cell for cell in cells if cell.task == name]
        sizes = ALL[name].rows[-2:] if name == FIRST_TASK else ALL[name].rows[:1]
        assert {cell.style for cell in found} == set(ALL[name].styles)
        assert {cell.rows for cell in found} == {*sizes, ALL[name].repeated}
    assert {cell.task for cell in cells} == set(KINDS.values())
    assert registry.load(KINDS["writing"]).writes


def test_what_is_covered_and_what_is_not_is_one_line() -> None:
    assert words() == (
        "Covered: reading (bounced_addresses), repeating (requests), writing (insert), eager"
        f" loading (two_collections). Not covered: {OTHERS} other tasks (--task, or --all),"
        " databases other than SQLite (--database), your own queries."
    )


@pytest.mark.parametrize(
    ("names", "styles", "database", "said"),
    [
        (["history"], [], "sqlite", "Covered: history. Not"),
        (["history", "insert"], [], "sqlite", "Covered: writing (insert), history. Not"),
        ([], ["columns"], "sqlite", f"Covered: reading ({ONE} of bounced_addresses). Not"),
        (list(ALL), [], "sqlite", f"Covered: all {len(ALL)} tasks. Not covered: databases"),
        ([], [], "postgresql+asyncpg", "databases other than PostgreSQL with asyncpg (--data"),
        (list(ALL)[1:], [], "sqlite", "Not covered: 1 other task (--task, or --all), data"),
    ],
)
def test_it_follows_what_was_asked_for(
    names: list[str], styles: list[str], database: str, said: str
) -> None:
    assert said in words(*names, styles=tuple(styles), database=database)


@pytest.mark.parametrize("everything", [False, True])
def test_of_tasks_that_nobody_named_those_are_checked_that_have_the_size(everything: bool) -> None:
    cells = checking.select([], [], [500], everything=everything)
    among = ALL if everything else KINDS.values()
    assert {cell.task for cell in cells} == {name for name in among if 500 in ALL[name].rows}
    assert {cell.rows for cell in cells if cell.task == "requests"} == {2, 500}
    with pytest.raises(UserMistake, match="the tasks are not measured at 77 rows, but at "):
        checking.select([], [], [500, 77], everything=everything)


def test_all_tasks_are_checked_at_their_two_largest_sizes() -> None:
    cells = checking.select([], [], [], everything=True)
    for name, task in ALL.items():
        found = {cell.rows for cell in cells if cell.task == name}
        assert found == {*task.rows[-2:], task.repeated}


SIZE_REFUSED = [
    (["requests", "history"], [500], HEAP, "history is not measured at 500 rows, but at "),
    (["requests"], [77], ALL_METRICS, "at 77 rows, but at 50, 500, and for growth at 2"),
    (["requests"], [2], HEAP, "--metric heap is not measured at 2 rows, but at 50, 500"),
    (["requests"], [50, 2], HEAP, "--metric heap is not measured at 2 rows, but at 50, 500"),
    (["requests"], [500], GROWTH, "--metric growth is not measured at 500 rows, but at 2"),
    ([], [500], GROWTH, "--metric growth is not measured at 500 rows, but at "),
]


@pytest.mark.parametrize(("names", "rows", "metrics", "said"), SIZE_REFUSED)
def test_a_size_at_which_nothing_is_measured_is_refused(
    names: list[str], rows: list[int], metrics: list[str], said: str
) -> None:
    with pytest.raises(UserMistake) as refused:
        checking.select(names, [], rows, metrics)
    assert said in refused.value.message


def test_a_size_of_one_of_the_metrics_is_enough() -> None:
    cells = checking.select(["requests"], [], [500], [*HEAP, *GROWTH])
    assert {cell.rows for cell in cells} == {2, 500}


@pytest.mark.parametrize("kind", ["table", "markdown", "json", "junit"])
def test_every_format_says_it_and_no_verdict_does(project: UpgradeProject, kind: str) -> None:
    text = project.check(OLD, NEW, "--style", "columns", "--format", kind).stdout
    plain = " ".join(text.replace("\\", "").split())
    assert f"{ONE} of bounced_addresses" in plain
    assert "your own queries" in plain
    if kind == "json":
        assert "overed" not in json.loads(text)["verdict"]


def test_all_is_every_task(project: UpgradeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    class Reached(Exception):  # noqa: N818 - no error
        pass

    def check(_: object, old: str, new: str, cells: list[Cell], *more: object) -> None:
        raise Reached({cell.task for cell in cells})

    monkeypatch.setattr(checking, "check", lambda *words, **more: check(*words))
    with pytest.raises(Reached) as reached:
        project.check(OLD, NEW, "--all")
    assert reached.value.args[0] == set(ALL)
    with pytest.raises(Reached) as reached:
        project.check_all(OLD, NEW)
    assert reached.value.args[0] == set(KINDS.values())


def test_all_and_some_contradict(project: UpgradeProject) -> None:
    refused = project.check(OLD, NEW, "--all", "--style", "columns")
    assert refused.exit_code == 2
    assert refused.stderr == "Error: --all checks every task: leave out --task and --style\n"
