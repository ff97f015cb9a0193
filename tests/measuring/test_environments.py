"""The environment of a release: made once, and what keeps it from being made."""

import json
from pathlib import Path
from typing import Any

import pytest

from suite.measuring import environments
from suite.project import Project
from suite.terminal.errors import UserMistake
from tests.scratch_project import ScratchProject


def test_an_environment_is_made_once() -> None:
    environment = environments.for_release("2.1.9")
    made = (environment.folder / environments.MADE).stat().st_mtime_ns
    said: list[str] = []
    again = environments.for_release("2.1.9", notice=said.append)
    assert again == environment
    assert (environment.folder / environments.MADE).stat().st_mtime_ns == made
    assert said == []


@pytest.mark.parametrize(
    ("release", "python", "named"),
    [
        ("2.1.9", "3.8", "does not run on Python 3.8"),
        ("2.1.9", "3.99", "no Python 3.99 was found"),
    ],
)
def test_an_environment_that_cannot_be_made(release: str, python: str, named: str) -> None:
    with pytest.raises(UserMistake, match=named):
        environments.for_release(release, python)


def test_a_release_that_cannot_be_installed_leaves_nothing(
    offline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(offline.parent / "uv"))
    with pytest.raises(UserMistake, match=r"SQLAlchemy==2\.1\.9 could not be installed"):
        environments.for_release("2.1.9")
    found = (offline.parent / "environments").iterdir()
    assert [path for path in found if path.is_dir()] == []


def project(folder: Path, **changes: Any) -> Project:
    scratch = ScratchProject(folder)
    scratch.write_configuration(**changes)
    return Project(scratch.configuration)


def test_what_is_installed_is_what_asv_installs(tmp_path: Path) -> None:
    command = "in-dir={env_dir} python -m pip install --quiet SQLAlchemy=={commit} Faker==1.0"
    wanted = environments.requirements("2.0.1", project(tmp_path, install_command=[command]))
    assert wanted == ["SQLAlchemy==2.0.1", "Faker==1.0"]


@pytest.mark.parametrize("commands", [[], ["pip install SQLAlchemy"], ["pip install {wheel_file}"]])
def test_an_install_command_without_the_release_is_named(
    tmp_path: Path, commands: list[str]
) -> None:
    wrong = project(tmp_path, install_command=commands)
    with pytest.raises(UserMistake, match=r"installs no SQLAlchemy=={commit}") as raised:
        environments.for_release("2.1.9", project=wrong)
    assert str(wrong.configuration) in raised.value.message


def test_other_requirements_have_an_environment_of_their_own(
    cache_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    monkeypatch.setattr(environments, "_make", lambda environment, wanted: made.append(wanted))
    for extra in ({}, {"psycopg2-binary": "2.9.9"}):
        environments.for_release("2.1.9", extra=extra)
    assert [len(wanted) for wanted in made] == [len(made[0]), len(made[0]) + 1]
    assert json.dumps(made[1][-1]) == '"psycopg2-binary==2.9.9"'
