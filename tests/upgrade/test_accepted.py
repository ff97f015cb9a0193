"""Accepted changes of the upgrade check: what they let pass, and which entries are of no use."""

from pathlib import Path

import pytest

from tests.upgrade import upgrade_project
from tests.upgrade.upgrade_project import FORMATS, UpgradeProject, entry

OLD, NEW = "2.0.57", "2.0.58"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UpgradeProject:
    return upgrade_project.create(tmp_path, monkeypatch, [OLD, NEW])


def test_accepted_changes_do_not_fail(project: UpgradeProject, tmp_path: Path) -> None:
    project.scale(NEW, "full_entity", 1.1, ["track_heap"])
    project.scale(NEW, "columns", 1.1, ["track_heap"])
    accept = tmp_path / "accepted.toml"
    accept.write_text(entry("full_entity", limit=0.12) + entry("columns", limit=0.12))
    checked = project.check(OLD, NEW, "--accept", str(accept))
    assert checked.exit_code == 0, checked.output
    assert "2 known changes are accepted" in checked.stdout
    assert "we have the memory" in checked.stdout
    accept.write_text(entry("*", limit=0.12))
    assert project.check(OLD, NEW, "--accept", str(accept)).exit_code == 0


def test_a_style_with_an_accepted_change_does_not_count_as_better(
    project: UpgradeProject, tmp_path: Path
) -> None:
    project.scale(NEW, "full_entity", 1.1, ["track_heap"])
    project.scale(NEW, "full_entity", 0.7, ["track_peak"])
    accept = tmp_path / "accepted.toml"
    accept.write_text(entry("full_entity", limit=0.12))
    printed = project.check(OLD, NEW, "--style", "full_entity", "--accept", str(accept)).stdout
    assert "Of 1 style: 1 same. 1 known change is accepted." in printed


@pytest.mark.parametrize(
    ("database", "code"), [("sqlite", 0), ("*", 0), ("postgresql+*", 1), ("sqlite+aiosqlite", 1)]
)
def test_what_is_accepted_is_so_on_its_database_alone(
    project: UpgradeProject, tmp_path: Path, database: str, code: int
) -> None:
    project.scale(NEW, "full_entity", 1.1, ["track_heap"])
    accept = tmp_path / "accepted.toml"
    accept.write_text(entry("full_entity", 0.2) + f'database = "{database}"\n')
    assert project.check(OLD, NEW, "--accept", str(accept)).exit_code == code


@pytest.mark.parametrize(
    ("accepted", "code", "said"),
    [
        (entry("full_entity", 0.05), 1, "10.0% more is above the accepted 5.0%"),
        (entry("full_entity", 0.2, since=OLD), 1, "both releases have the change; remove it"),
        (entry("full_entity", 0.2, since="2.1.0"), 1, "does not apply to releases before 2.1.0"),
        (entry("full_entity", 0.2) + entry("columns", 0.2), 0, "nothing is worse there; remove it"),
        (entry("full_entity", 0.2) + entry("no_such", 0.2), 0, "there is no such style"),
    ],
)
def test_an_entry_that_does_not_apply_is_reported(
    project: UpgradeProject, tmp_path: Path, accepted: str, code: int, said: str
) -> None:
    project.scale(NEW, "full_entity", 1.1, ["track_heap"])
    accept = tmp_path / "accepted.toml"
    accept.write_text(accepted)
    for kind in FORMATS:
        checked = project.check(OLD, NEW, "--accept", str(accept), "--format", kind)
        assert checked.exit_code == code, checked.output
        assert said.replace("%", "") in " ".join(checked.stdout.replace("%", "").split())


@pytest.mark.parametrize(
    ("metric", "style", "arguments", "is_said"),
    [
        ("heap", "columns", ["--rows", "10000"], False),
        ("heap", "columns", ["--rows", "100000"], True),
        ("heap", "columns", [], True),
        ("heap", "c?lumns", ["--style", "columns"], True),
        ("heap", "*", ["--style", "columns"], False),
        ("heap", "*", [], True),
        ("growth", "columns", ["--rows", "10000"], True),
    ],
)
def test_an_entry_is_called_obsolete_only_where_all_that_it_names_was_looked_at(
    project: UpgradeProject,
    tmp_path: Path,
    metric: str,
    style: str,
    arguments: list[str],
    is_said: bool,
) -> None:
    accept = tmp_path / "accepted.toml"
    accept.write_text(entry(style, 0.2, metric=metric))
    checked = project.check(OLD, NEW, "--accept", str(accept), *arguments)
    assert checked.exit_code == 0, checked.output
    assert ("nothing is worse there" in " ".join(checked.stdout.split())) is is_said
