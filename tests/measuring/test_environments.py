"""The environment of a release: made once, and what keeps it from being made."""

from pathlib import Path
from typing import Any

import pytest

from suite.measuring import environments
from suite.project import Project
from suite.releases import uv
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


# How uv 0.13 tells each of them.
UNREACHABLE = """error: Request failed after 3 retries in 9.0s
  cause: Failed to fetch: http://127.0.0.1:9/sqlalchemy/
  cause: Connection refused (os error 111)"""
FULL = """error: Failed to extract archive
  cause: failed to write to file `/c/x.py`
  cause: No space left on device (os error 28)"""
MISMATCH = """error: Failed to download `sqlalchemy==2.1.9`
  cause: Hash mismatch for `sqlalchemy==2.1.9`

         Expected:
           sha256:00"""
UNBUILT = f"""error: The build backend returned an error
  cause: Call to `setuptools.build_meta` failed (exit status: 1)

         [stdout]
         {"building " * 500}

         [stderr]
         no compiler today"""


@pytest.mark.parametrize(
    ("step", "installer", "words"),
    [
        ("pip", f"cat >&2 <<'END'\n{UNREACHABLE}\nEND\nexit 2", ["Connection refused"]),
        ("venv", f"cat >&2 <<'END'\n{FULL}\nEND\nexit 2", ["No space left on device"]),
        ("pip", f"cat >&2 <<'END'\n{MISMATCH}\nEND\nexit 1", ["Hash mismatch"]),
        ("pip", f"cat >&2 <<'END'\n{UNBUILT}\nEND\nexit 1", ["build backend", "no compiler today"]),
        ("pip", r"printf '\377 odd' >&2; exit 1", ["odd"]),
        ("venv", "kill -9 $$", ["killed (signal 9)"]),
        ("pip", "exit 3", ["exit code 3"]),
    ],
)
def test_what_keeps_uv_from_working_is_told_in_its_own_words(
    cache_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    installer: str,
    words: list[str],
) -> None:
    (tmp_path / "uv").write_text(f'#!/bin/sh\n[ "$1" = {step} ] || exit 0\n{installer}\n')
    (tmp_path / "uv").chmod(0o755)
    monkeypatch.setattr(uv, "PROGRAM", tmp_path / "uv")
    with pytest.raises(UserMistake) as raised:
        environments.for_release("2.1.9")
    message = raised.value.message
    assert [word for word in words if word not in message] == []
    assert "was found to measure with" not in message
    assert "\n" not in message
    assert len(message) < 600


def test_an_installer_that_is_missing_is_named(
    cache_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uv, "PROGRAM", tmp_path / "uv")
    with pytest.raises(UserMistake, match="uv can't be started: No such file"):
        environments.for_release("2.1.9")


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
    plain = environments.for_release("2.1.9")
    other = environments.for_release("2.1.9", extra={"psycopg2-binary": "2.9.9"})
    assert plain.folder != other.folder
    assert made == [made[0], [*made[0], "psycopg2-binary==2.9.9"]]
