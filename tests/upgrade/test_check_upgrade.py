"""The upgrade check on results that are made up: verdicts, exit codes, bad input."""

import json
from pathlib import Path

import pytest

from suite.figures.tasks import tasks
from tests import fake_results
from tests.upgrade import upgrade_project
from tests.upgrade.upgrade_project import (
    FORMATS,
    MEMORY,
    SIZES,
    TASK,
    UpgradeProject,
    entry,
)

OLD, NEW = "2.0.57", "2.0.58"
KIB, MIB = 2**10, 2**20
STYLES = len(tasks()[TASK].styles)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UpgradeProject:
    return upgrade_project.create(tmp_path, monkeypatch, [OLD, NEW])


def verdicts(project: UpgradeProject, style: str, *arguments: str) -> dict[tuple[str, int], str]:
    """By metric and rows, what the JSON says of one style."""
    report = json.loads(project.check(OLD, NEW, "--format", "json", *arguments).stdout)
    return {
        (change["metric"], change["rows"]): change["verdict"]
        for change in report["changes"]
        if change["style"] == style
    }


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_worse_ends_with_0(project: UpgradeProject, kind: str) -> None:
    checked = project.check(OLD, NEW, "--format", kind)
    assert checked.exit_code == 0, checked.output
    assert "nothing worse" in checked.stdout


@pytest.mark.parametrize("kind", FORMATS)
def test_worse_ends_with_1(project: UpgradeProject, kind: str) -> None:
    project.scale(NEW, "full_entity", 1.1)
    checked = project.check(OLD, NEW, "--format", kind)
    assert checked.exit_code == 1, checked.output
    assert f"SQLAlchemy {OLD} → {NEW}: worse" in checked.stdout


@pytest.mark.parametrize("kind", FORMATS)
def test_not_comparable_ends_with_2(project: UpgradeProject, kind: str) -> None:
    project.set_fact(NEW, "compiled_extensions", False)
    checked = project.check(OLD, NEW, "--format", kind)
    assert checked.exit_code == 2, checked.output
    assert "could not be judged" in checked.stdout


@pytest.mark.parametrize(
    ("metric", "factor", "verdict"),
    [
        ("track_heap", 1.01, "worse"),
        ("track_heap", 0.99, "better"),
        ("track_heap", 1.001, "same"),
        ("track_peak", 1.03, "worse"),
        ("track_peak", 0.97, "better"),
        ("track_peak", 1.005, "same"),
        ("peakmem_process", 2.0, "not judged"),
    ],
)
def test_the_default_limits(
    project: UpgradeProject, metric: str, factor: float, verdict: str
) -> None:
    project.scale(NEW, "full_entity", factor, [metric], rows=[100000])
    found = verdicts(project, "full_entity")
    assert found[metric, 100000] == verdict
    others = {value for key, value in found.items() if key != (metric, 100000)}
    assert others == {"same", "not judged"}


def test_40_kib_never_fail(project: UpgradeProject) -> None:
    for style in ("full_entity", "columns", "dbapi_iterated"):
        for metric in MEMORY:
            for rows in SIZES:
                value = project.get(OLD, style, metric, rows)
                project.set(NEW, style, value + 40 * KIB, metric, [rows])
    assert project.check(OLD, NEW).exit_code == 0


def test_a_list_that_the_c_library_moves_never_fails(project: UpgradeProject) -> None:
    """It then lies in memory twice: 0.86 MiB for 100,000 rows and an eighth of spare places."""
    for style in ("full_entity", "columns", "dbapi_iterated"):
        value = project.get(OLD, style, "track_peak", 100000)
        project.set(NEW, style, value + 0.86 * MIB, "track_peak", [100000])
    assert project.check(OLD, NEW).exit_code == 0


def test_a_style_that_one_release_lacks_is_new_or_gone(project: UpgradeProject) -> None:
    project.skip(OLD, "scalars", "scalars needs SQLAlchemy 2.0.58")
    project.skip(NEW, "bundle", "Bundle was removed")
    for style, expected in (("scalars", "new"), ("bundle", "gone")):
        assert set(verdicts(project, style).values()) == {expected}
    checked = project.check(OLD, NEW)
    assert checked.exit_code == 0
    assert "Bundle was removed" in checked.stdout


def test_a_style_that_both_lack_is_left_out(project: UpgradeProject) -> None:
    for release in (OLD, NEW):
        project.skip(release, "scalars", "not yet")
    assert verdicts(project, "scalars") == {}


def test_where_nothing_is_left_the_reason_is_said(project: UpgradeProject) -> None:
    for release in (OLD, NEW):
        project.skip(release, "scalars", "not yet")
    checked = project.check(OLD, NEW, "--style", "scalars")
    assert checked.exit_code == 2
    assert checked.stderr == "Neither release can run it: not yet\n"
    assert not project.check(OLD, NEW, "--style", "columns").stderr


@pytest.mark.parametrize("none", [False, []])
@pytest.mark.parametrize("release", [OLD, NEW])
def test_compiled_and_not_compiled_are_not_compared(
    project: UpgradeProject, release: str, none: object
) -> None:
    project.set_fact(release, "compiled_extensions", none)
    checked = project.check(OLD, NEW)
    assert checked.exit_code == 2
    assert f"compiled extensions differ ({release} has none)" in checked.stdout


@pytest.mark.parametrize("content", ["{", "[]", None])
def test_a_configuration_that_is_none_gets_one_line(
    project: UpgradeProject, content: str | None
) -> None:
    project.configuration.unlink()
    if content is not None:
        project.configuration.write_text(content)
    checked = project.check(OLD, NEW)
    assert checked.exit_code == 2
    assert "is no configuration of asv" in checked.stderr
    assert len(checked.stderr.splitlines()) == 1


def test_a_downgrade_is_said_and_compared(project: UpgradeProject) -> None:
    project.scale(NEW, "full_entity", 1.1)
    checked = project.check(NEW, OLD)
    assert checked.exit_code == 0
    assert f"{NEW} is newer than {OLD}" in checked.stderr
    assert f"{NEW} → {OLD}" in checked.stdout
    assert f"1 better, {STYLES - 1} same" in checked.stdout


def test_files_that_pin_are_enough(project: UpgradeProject, tmp_path: Path) -> None:
    old, new = tmp_path / "requirements.txt", tmp_path / "uv.lock"
    old.write_text(f"flask\nSQLAlchemy[asyncio]=={OLD} \\\n    --hash=sha256:00\n")
    new.write_text(f'[[package]]\nname = "sqlalchemy"\nversion = "{NEW}"\n')
    checked = project.check(str(old), str(new))
    assert checked.exit_code == 0, checked.output
    assert f"{OLD} → {NEW}" in checked.stdout


def test_what_another_machine_measured_is_left_alone(project: UpgradeProject) -> None:
    """Results of several machines lie in one folder; the check compares those of this one."""
    before = project.check(OLD, NEW, "--format", "json").stdout
    folder = fake_results.write(project.results, [OLD, NEW], machine="other", sizes=SIZES)
    for path in folder.glob("2*.json"):
        stored = json.loads(path.read_text())
        for row in stored["results"].values():
            row[0] = [value * (9 if NEW in path.name else 1) for value in row[0]]
        path.write_text(json.dumps(stored))
    checked = project.check(OLD, NEW, "--format", "json")
    assert checked.exit_code == 0
    assert checked.stdout == before


def test_a_damaged_result_file_is_named_once_where_the_check_needs_it(
    project: UpgradeProject,
) -> None:
    for release in (OLD, NEW):
        # So that nothing is missing, which would be measured.
        project.skip(release, "scalars", "not yet")
    for release in (OLD, "2.0.1"):
        (project.results / "quiet" / f"{release}-engine-py3.11.json").write_text("{")
    checked = project.check(OLD, NEW, "--style", "scalars")
    assert "Traceback" not in checked.output
    assert checked.stderr.count(f"{OLD}-engine-py3.11.json can't be read") == 1
    assert "2.0.1-" not in checked.stderr


BAD = """
[limits]
heap = { share = "half", floor = 1 }
"""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2.0.x", NEW), '"2.0.x" is neither a release nor a file'),
        (("2.0.999", NEW), "2.0.999"),
        ((OLD, OLD), "no upgrade to check"),
        ((OLD,), "name two releases"),
        (("none.txt", NEW), "none.txt: cannot be read"),
        (("empty.txt", NEW), "empty.txt: is empty"),
        (("unpinned.txt", NEW), "not pinned to one release"),
        ((OLD, NEW, "--limits", "bad.toml"), "'half' is not a number"),
        ((OLD, NEW, "--limits", "empty.txt"), "empty.txt: no limits there"),
        ((OLD, NEW, "--limits", "none.toml"), "none.toml"),
        ((OLD, NEW, "--accept", "none.toml"), "none.toml"),
        ((OLD, NEW, "--accept", "incomplete.toml"), "accepted change 1: it lacks from"),
        ((OLD, NEW, "--style", "full_entty"), 'did you mean "full_entity"'),
        ((OLD, NEW, "--task", "exprt"), 'did you mean "export"'),
        ((OLD, NEW, "--rows", "77"), "1,000, 10,000, 100,000, and for growth at 20"),
        ((OLD, NEW, "--rows", "20", "--metric", "heap"), "heap is not measured at 20 rows"),
        ((OLD, NEW, "--rows", "1000", "--metric", "growth"), "growth is not measured at 1,000"),
        ((OLD, NEW, "--budget", "much"), "not an amount of memory"),
        (("1.0.0", NEW), "runs on Python"),
        ((OLD, "previous"), "can only be OLD"),
    ],
)
def test_bad_input_gets_one_line_and_2(
    project: UpgradeProject,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "unpinned.txt").write_text("SQLAlchemy>=2.0\n")
    (tmp_path / "bad.toml").write_text(BAD)
    incomplete = entry("full_entity", 0.1).replace(f'from = "{NEW}"\n', "")
    (tmp_path / "incomplete.toml").write_text(incomplete)
    monkeypatch.chdir(tmp_path)
    before = sorted(path for path in (tmp_path / "results").rglob("*"))
    checked = project.check(*arguments)
    assert checked.exit_code == 2, checked.output
    assert not checked.stdout
    assert said in checked.stderr
    assert len(checked.stderr.strip().splitlines()) == 1
    assert sorted(path for path in (tmp_path / "results").rglob("*")) == before


@pytest.mark.parametrize("word", ["full_entity", "full entity, .all()", f"{TASK}.full_entity"])
def test_a_style_is_named_by_its_name_or_its_label(project: UpgradeProject, word: str) -> None:
    checked = project.check(OLD, NEW, "--style", word, "--format", "json")
    (style,) = json.loads(checked.stdout)["styles"]
    assert style["style"] == "full_entity"
