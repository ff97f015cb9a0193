"""A check over results that can't be read: they are set aside, and measured anew."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from fixtures import cache
from suite.commands import check_upgrade
from suite.measuring import store
from suite.project import Project
from tests.scratch_project import ScratchProject

OLD, NEW = "2.0.58", "2.1.9"


def test_a_check_goes_on_over_damaged_and_newer_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", cache.folder())
    monkeypatch.setenv("HOME", str(tmp_path))
    scratch = ScratchProject(tmp_path)
    scratch.write_configuration()
    project = Project(scratch.configuration)
    contents = {OLD: json.dumps({"version": 99}), NEW: ""}
    places = {release: store.place_of(project, release, project.python) for release in contents}
    for release, content in contents.items():
        for suffix in (".json", ".records"):
            path = places[release].path.with_suffix(suffix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    words = ["--style", "columns", "--rows", "1000", "--config", str(scratch.configuration)]
    checked = CliRunner().invoke(check_upgrade.main, [OLD, NEW, *words])
    assert checked.exit_code in (0, 1), checked.output
    for release, content in contents.items():
        for suffix in (".json", ".records"):
            aside = places[release].path.with_suffix(f"{suffix}.unreadable-1")
            assert aside.read_text() == content
            assert checked.stderr.count(f"set aside as {aside.name}") == 1
    again = CliRunner().invoke(check_upgrade.main, [OLD, NEW, *words])
    assert (again.exit_code, "measuring" in again.stderr) == (checked.exit_code, False)
