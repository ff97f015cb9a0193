"""Fixture files: where they are, damaged and foreign ones, and what they cannot be built from."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures import cache, sqlite_file
from fixtures.errors import FixtureError
from suite.asv_commands import ROOT
from tests.fixture_files import ENSURE, ROWS, leftovers, names, notices, start

# Where fixtures are


def test_the_folder_follows_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SQLALCHEMY_ASV_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.folder() == str(tmp_path / ".cache" / "sqlalchemy-asv")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache.folder() == str(tmp_path / "xdg" / "sqlalchemy-asv")
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", "~/own")
    assert cache.folder() == str(tmp_path / "own")


@pytest.mark.parametrize("constant", ["SCHEMA", "GENERATOR", "FAKER"])
def test_every_part_of_the_key_has_a_file_of_its_own(
    cache_folder: Path, constant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cache.path_for(10, 1)
    assert before not in {cache.path_for(11, 1), cache.path_for(10, 2)}
    monkeypatch.setattr(f"fixtures.identity.{constant}", 99)
    assert cache.path_for(10, 1) != before


def test_a_built_file_is_found_and_not_built_again(built: Path) -> None:
    written = built.stat()
    assert cache.find(ROWS) == cache.ensure(ROWS) == str(built)
    assert built.stat() == written
    assert cache.find(ROWS, seed=1) is None
    assert cache.find(ROWS + 1) is None
    assert leftovers(built.parent) == []


def test_looking_and_opening_import_no_faker_and_little_else(built: Path) -> None:
    code = f"""
import sys
before = set(sys.modules)
import sqlite3
plain = set(sys.modules)
from fixtures import cache
path = cache.find({ROWS})
print(sqlite3.connect(path).execute("SELECT count(*) FROM email_address").fetchone()[0])
print(*sorted(set(sys.modules) - plain))
"""
    lines = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).splitlines()
    assert lines[0] == str(ROWS * 5 // 4)
    modules = set(lines[1].split())
    assert not {name for name in modules if name.split(".")[0] in ("faker", "dateutil", "hashlib")}
    assert {name for name in modules if name.startswith("fixtures.")} == {
        f"fixtures.{name}"
        for name in ("cache", "errors", "identity", "lock", "schema", "sqlite_file")
    }


# Damaged and foreign files


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def cut_into_the_header(path: Path) -> None:
    os.truncate(path, 40)


def lengthen(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\0" * 4096)


def update(path: Path) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE email_address SET opens = opens + 1 WHERE id = 700")
    connection.close()


def overwrite_a_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096 * 20)
        file.write(b"\xff" * 4096)


def drop_the_description(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE fixture")
    connection.close()


def replace_by_another_fixture(path: Path) -> None:
    Path(cache.ensure(ROWS + 1)).replace(path)


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        empty,
        cut_into_the_header,
        lengthen,
        update,
        overwrite_a_page,
        drop_the_description,
        replace_by_another_fixture,
    ],
)
def test_a_damaged_file_is_named_and_built_anew(
    built: Path, damage: Callable[[Path], None]
) -> None:
    digest = sqlite_file.digest_of(str(built))
    damage(built)
    os.utime(built, (1, 1))
    assert cache.find(ROWS) is None
    lines, notice = notices()
    assert cache.ensure(ROWS, notice=notice) == str(built)
    assert f"building {built} anew: " in lines[-1]
    assert sqlite_file.digest_of(str(built)) == digest
    assert cache.find(ROWS) == str(built)


def test_a_copy_is_checked_once_and_kept(built: Path, tmp_path: Path) -> None:
    shutil.copyfile(built, tmp_path / "copy.db")
    (tmp_path / "copy.db").replace(built)
    os.utime(built, (1, 1))
    copied = built.stat().st_ino
    lines, notice = notices()
    assert cache.ensure(ROWS, notice=notice) == str(built)
    assert [line.split()[0] for line in lines] == ["checking"]
    assert built.stat().st_ino == copied
    assert cache.find(ROWS) == str(built)


def text(path: Path) -> None:
    path.write_text("Dear diary, this is longer than any header that a database may have: " * 9)


def short_text(path: Path) -> None:
    path.write_text("notes")


def other_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE email_address (id INTEGER)")
    connection.close()


def directory(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [text, short_text, other_database, directory])
def test_a_foreign_file_is_refused_and_left_alone(
    cache_folder: Path, make: Callable[[Path], None]
) -> None:
    cache_folder.mkdir()
    path = Path(cache.path_for(ROWS))
    make(path)
    before = path.stat()
    with pytest.raises(FixtureError, match="is not a fixture of this project") as raised:
        cache.ensure(ROWS)
    assert "\n" not in str(raised.value)
    assert path.stat() == before
    assert names(cache_folder) == [path.name]


# Numbers


@pytest.mark.parametrize("rows", [0, -1, 80_000_001, 10**30, 1.5, "10", None, True])
def test_a_bad_number_of_rows_is_named(cache_folder: Path, rows: object) -> None:
    for function in (cache.path_for, cache.find, cache.ensure):
        with pytest.raises(FixtureError, match="rows has to be a whole number from 1 to 80,000,00"):
            function(rows)
    assert not cache_folder.exists()


@pytest.mark.parametrize("seed", [-1, 2**63, "x", 0.5])
def test_a_bad_seed_is_named(cache_folder: Path, seed: object) -> None:
    with pytest.raises(FixtureError, match="seed has to be a whole number from 0 to"):
        cache.ensure(1, seed)


# Faker


@pytest.mark.parametrize(
    ("faker", "message"),
    [
        ("raise ImportError('No module named faker')", "which cannot be imported here"),
        ("VERSION = '40.1.0'", "Faker 40.1.0 is installed"),
    ],
)
def test_a_missing_or_other_faker_is_named(
    cache_folder: Path, tmp_path: Path, faker: str, message: str
) -> None:
    (tmp_path / "faker.py").write_text(faker)
    process = start(f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n" + ENSURE, ROWS)
    _, errors = process.communicate()
    assert message in errors.splitlines()[-1]
    assert "python -m pip install Faker==35.2.2" in errors.splitlines()[-1]
    assert names(cache_folder) == []
