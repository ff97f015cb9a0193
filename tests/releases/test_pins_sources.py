"""Where files that pin come from: folders, pipes, standard input, and git."""

import io
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from suite.releases import pins
from tests.releases.pin_files import ask, here, write

__all__ = ["here"]  # pytest takes fixtures from a module's names

PINNED = "sqlalchemy==2.0.48\n"


@pytest.mark.parametrize(
    "line",
    [
        "-r base.txt",
        "-rbase.txt",
        "-r=base.txt",
        "--requirement base.txt",
        "--requirement=base.txt",
        "-c base.txt",
        "--constraint=base.txt",
        "-r ./base.txt # the base",
        "-r \\\nbase.txt",
        "-r my\\ base.txt",
        '-r "my base.txt"',
        "-r ${BASE}.txt",
        "-r file://HERE/base.txt",
        "-r HERE/base.txt",
        "-r inner/inner.txt",
    ],
)
def test_every_spelling_of_an_included_file(
    line: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASE", "base")
    (here / "inner").mkdir()
    for name in ("base.txt", "my base.txt"):
        write(here, name, PINNED)
    write(here, "inner/inner.txt", "-r ../base.txt\n-r ../requirements.txt")
    line = line.replace("HERE", str(here))
    file = write(here, "requirements.txt", f"flask\n{line}\nsqlalchemy>=1.4\n")
    expected = None if line.startswith("-r=") else "2.0.48"
    assert ask(file).release == expected


def test_constraints_say_which_release_and_not_that_there_is_one(here: Path) -> None:
    write(here, "constraints.txt", "SQLAlchemy===2.0.48")
    assert ask(write(here, "a.txt", "-c constraints.txt\nSQLAlchemy>=1.4")).release == "2.0.48"
    assert ask(write(here, "b.txt", "-c constraints.txt\nflask-sqlalchemy")).release == "2.0.48"
    refused = ask(write(here, "c.txt", "-c constraints.txt\nSQLAlchemy==1.4.54")).refused
    assert "more than one" in refused


def test_a_link_to_itself_is_not_followed_for_ever(here: Path) -> None:
    (here / "loop.txt").symlink_to("loop.txt")
    assert "cannot be read" in ask(write(here, "a.txt", "-r loop.txt")).refused


def test_what_is_not_fetched_is_said(here: Path) -> None:
    answer = ask(write(here, "a.txt", "-r https://u:TOKEN@x/base.txt\n" + PINNED))
    assert answer == ("2.0.48", "", ["a.txt: -r https://... is not followed"])


def test_an_environment_variable_is_not_shown(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "TOKEN")
    answer = ask(write(here, "a.txt", "sqlalchemy @ https://${SECRET}@x/y.whl"))
    assert "from a URL" in answer.refused
    assert "TOKEN" not in answer.refused
    assert "TOKEN" not in ask(write(here, "a.txt", "sqlalchemy==${SECRET}")).refused


@pytest.mark.parametrize("name", [".", "no.txt", "no/such.txt", "x" * 5000 + ".txt", "a\0.txt"])
def test_what_cannot_be_read(name: str, here: Path) -> None:
    answer = ask(name)
    assert answer.release is None
    assert answer.refused.split(": ")[0].endswith(name[-40:].replace("\0", " "))
    assert re.search("cannot be read|is not a file name|larger than", answer.refused)


def test_an_address_is_not_fetched() -> None:
    assert pins.is_file("https://u:TOKEN@x/requirements.txt")
    refused = ask("https://u:TOKEN@x/requirements.txt").refused
    assert "not fetched" in refused
    assert "TOKEN" not in refused


def test_what_has_no_end_is_refused() -> None:
    assert "larger than" in ask("/dev/zero").refused


def test_a_named_pipe_is_read_once(here: Path) -> None:
    os.mkfifo(here / "pipe")
    writer = threading.Thread(target=lambda: (here / "pipe").write_text(PINNED))
    writer.start()
    assert pins.is_file("pipe")
    assert ask("pipe").release == "2.0.48"
    writer.join()


def test_the_pipe_of_a_shell() -> None:
    read_end, write_end = os.pipe()
    os.write(write_end, PINNED.encode())
    os.close(write_end)
    try:
        assert ask(f"/dev/fd/{read_end}").release == "2.0.48"
    finally:
        os.close(read_end)


@pytest.mark.parametrize(
    ("content", "said"), [(PINNED, ""), ("-r base.txt", "a pipe has no folder"), ("", "is empty")]
)
def test_standard_input(
    content: str, said: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here, "base.txt", PINNED)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
    assert pins.is_file("-")
    answer = ask("-")
    assert answer.release == (None if said else "2.0.48")
    assert said in answer.refused if said else answer.refused == ""


@pytest.fixture
def repository(here: Path) -> Path:
    """A repository whose first commit pins 1.4.54 in two ways, and its files 2.0.48."""
    (here / "app").mkdir()
    write(here, "base.txt", "sqlalchemy==1.4.54")
    write(here, "app/requirements.txt", "-r ../base.txt\n-c inner.txt")
    write(here, "app/inner.txt", "flask==3")
    (here / "link.txt").symlink_to("base.txt")
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        settings = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *settings, *command], cwd=here, check=True)
    write(here, "base.txt", PINNED)
    return here


@pytest.mark.parametrize(
    "name",
    ["main:base.txt", "HEAD:app/requirements.txt", "main:./base.txt", ":base.txt", "HEAD:link.txt"],
)
def test_a_git_revision_and_path(name: str, repository: Path) -> None:
    assert pins.is_file(name)
    assert ask(name).release == "1.4.54"
    assert ask("app/requirements.txt").release == "2.0.48"


def test_a_git_path_from_a_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "app")
    for name in ("main:./requirements.txt", "main:app/requirements.txt", "main:../base.txt"):
        assert ask(name).release == "1.4.54"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("main:no.txt", "no such revision and path"),
        ("no:base.txt", "no such revision and path"),
        ("--help:base.txt", "no such revision and path"),
        ("main:app", "no such revision and path"),
        ("a\nb:base.txt", "is not a file name"),
        ("main:outside.txt", "lies outside of that revision"),
    ],
)
def test_what_git_does_not_have(name: str, said: str, repository: Path) -> None:
    write(repository, "outside.txt", "-r ../x.txt")
    subprocess.run(["git", "add", "outside.txt"], cwd=repository, check=True)
    if name == "main:outside.txt":
        name = ":outside.txt"
    assert pins.is_file(name)
    assert said in ask(name).refused


def test_a_revision_outside_of_a_repository(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(here.parent))
    assert "no git repository" in ask("main:requirements.txt").refused
    monkeypatch.setenv("PATH", "")
    assert "git cannot be run" in ask("main:requirements.txt").refused


def test_a_windows_path_is_no_revision(here: Path) -> None:
    name = "C:\\projects\\requirements.txt"
    assert pins.is_file(name)
    assert "cannot be read" in ask(name).refused
    write(here, "main:requirements.txt", PINNED)
    assert ask("main:requirements.txt").release == "2.0.48"
