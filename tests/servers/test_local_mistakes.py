"""What keeps a server of the suite's own from running is said in one line, and nothing is left."""

import json
import os
import re
from pathlib import Path

import pytest

from suite.servers import local, mariadb
from suite.servers.home import Lock
from suite.terminal.errors import UserMistake
from tests.servers import owners
from tests.servers.owners import Owner, Running

pytestmark = pytest.mark.network

MISSING = (
    "mariadbd is not on PATH: install MariaDB's server"
    " (Debian, Ubuntu: apt-get install mariadb-server-core)"
)


@pytest.fixture
def cache(cache_folder: Path) -> Path:
    owners.share_packages(cache_folder)
    return cache_folder


def mistake(database: str) -> str:
    """The line that is said instead of running a server."""
    with pytest.raises(UserMistake) as caught, local.running(database, lambda line: None):
        pass
    assert "\n" not in caught.value.message
    return caught.value.message


def test_a_folder_that_cannot_be_made(cache: Path) -> None:
    (cache / "servers").touch()
    assert mistake("postgresql") == (
        f"no server can be kept in {cache}/servers/postgresql-18: Not a directory:"
        " name another folder with SQLALCHEMY_ASV_CACHE"
    )
    local.stop_left_over()


def test_no_mariadb(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mariadb, "FURTHER_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert mistake("mariadb") == MISSING
    mysql = tmp_path / "mysqld"
    mysql.write_text("#!/bin/sh\necho 'mysqld  Ver 8.0.36 for Linux on x86_64 (MySQL)'\n")
    mysql.chmod(0o755)
    assert mistake("mariadb") == MISSING


def test_a_mariadb_without_its_sql(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "mariadbd"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'mariadbd  Ver 10.11.18-MariaDB for Linux on x86_64'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    said = mistake("mariadb")
    assert said.startswith(f"{program} has no {tmp_path}/share/mysql/mysql_system_tables.sql")


def test_damaged_data(cache: Path) -> None:
    with local.running("postgresql"):
        found = Running("postgresql", cache)
    found.require_nothing_left()
    (found.home.data / "global" / "pg_control").write_bytes(b"nonsense")
    said = mistake("postgresql")
    assert re.fullmatch(
        r"PostgreSQL does not start: .*PANIC.*pg_control.*; if this comes again, remove .*", said
    )
    assert said.endswith(str(found.home.folder))
    assert not found.home.state.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
@pytest.mark.parametrize("database", ["postgresql", "mariadb"])
def test_a_full_disk(database: str, cache: Path) -> None:
    owners.require(database)
    (cache / "servers").mkdir()
    mount = 'mount -t tmpfs -o size=10m small "$1" && shift && exec "$@"'
    small = ("unshare", "--mount", "sh", "-c", mount, "sh", str(cache / "servers"))
    with Owner(database, cache, prefix=small) as owner:
        said = owner.ready()
    assert re.match(
        r"mistake: \w+'s data can't be made in .*, which has \d+ MiB left: .*"
        r"(No space left on device|error 28)",
        said,
    ), said


def test_a_server_of_another_machine_that_shares_the_folder(cache: Path) -> None:
    home = owners.home_of("postgresql", cache)
    home.folder.mkdir(parents=True)
    home.state.write_text(json.dumps({"sockets": "/tmp/elsewhere", "boot": "another"}))
    with Lock(home.keeper) as keeper:
        keeper.take()
        assert mistake("postgresql") == (
            f"{home.folder} is in use by another machine:"
            " name a folder of this machine's own with SQLALCHEMY_ASV_CACHE"
        )
        local.stop_left_over()
        assert home.state.exists()
    local.stop_left_over()
    assert not home.state.exists()


def test_a_server_that_does_not_answer(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "ANSWER_SECONDS", 0.1)
    home = owners.home_of("postgresql", cache)
    home.folder.mkdir(parents=True)
    with Lock(home.keeper) as keeper:
        keeper.take()
        assert mistake("postgresql").startswith(
            f"the PostgreSQL of {home.folder} does not answer this process"
        )
