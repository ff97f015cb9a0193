"""Fixture files: damaged, foreign, built twice at once, killed, on full and read-only disks."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fixtures import cache, lock, sqlite_file
from fixtures.errors import FixtureError

ROOT = Path(__file__).resolve().parent.parent
ROWS = 2_000
# Builds for a second: long enough to be met in the middle.
LONG = 100_000

# Prints the path, and "built" where this process wrote the file.
ENSURE = """
import sys
from fixtures import cache
calls = []
print(cache.ensure(int(sys.argv[1]), progress=lambda *numbers: calls.append(numbers)))
print("built" if calls else "found")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cache"
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(path))
    return path


@pytest.fixture
def built(folder: Path) -> Path:
    return Path(cache.ensure(ROWS))


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "waited for a minute"
        time.sleep(0.005)


def unfinished(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*.building-*") if path.stat().st_size > 1_000_000]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def leftovers(folder: Path) -> list[str]:
    return [name for name in names(folder) if not name.endswith(".db")]


def notices() -> tuple[list[str], Callable[[str], None]]:
    lines: list[str] = []
    return lines, lines.append


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
    folder: Path, constant: str, monkeypatch: pytest.MonkeyPatch
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
    folder: Path, make: Callable[[Path], None]
) -> None:
    folder.mkdir()
    path = Path(cache.path_for(ROWS))
    make(path)
    before = path.stat()
    with pytest.raises(FixtureError, match="is not a fixture of this project") as raised:
        cache.ensure(ROWS)
    assert "\n" not in str(raised.value)
    assert path.stat() == before
    assert names(folder) == [path.name]


# Several processes


def test_processes_that_need_the_same_file_build_it_once(folder: Path) -> None:
    processes = [start(ENSURE, LONG) for _ in range(3)]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    assert {output.splitlines()[0] for output, _ in outputs} == {cache.path_for(LONG)}
    assert sorted(output.splitlines()[1] for output, _ in outputs) == ["built", "found", "found"]
    assert leftovers(folder) == []


def test_a_killed_build_leaves_no_fixture_and_blocks_nobody(folder: Path) -> None:
    first = start(ENSURE, LONG)
    wait_until(lambda: unfinished(folder))
    second = start(ENSURE, LONG)
    assert second.stderr is not None
    assert "waiting for another process" in second.stderr.readline()
    first.send_signal(signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    output, errors = second.communicate(timeout=120)
    assert output.splitlines() == [cache.path_for(LONG), "built"], errors
    assert leftovers(folder) == []


def test_a_killed_build_is_not_taken_for_a_fixture(folder: Path) -> None:
    process = start(ENSURE, LONG)
    wait_until(lambda: unfinished(folder))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert cache.find(LONG) is None
    (rest,) = folder.glob("*.building-*")
    assert sqlite_file.examine(str(rest)).state in (sqlite_file.FOREIGN, sqlite_file.DAMAGED)


def test_making_the_indexes_can_be_interrupted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "SORT_STEPS", 1_000)
    complete: list[int] = []

    def interrupt(done: int, total: int) -> None:
        complete.append(done == total)
        if complete.count(True) > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.ensure(ROWS, progress=interrupt)
    assert names(folder) == []


def test_without_fcntl_a_lock_is_exclusive_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "fcntl", None)
    path = str(tmp_path / "lock")
    order: list[str] = []

    def second() -> None:
        with lock.held(path, waiting=lambda: order.append("waiting")):
            order.append("second")

    with lock.held(path) as touch:
        thread = threading.Thread(target=second)
        thread.start()
        wait_until(lambda: order)
        touch()
        order.append("first")
    thread.join()
    assert order == ["waiting", "first", "second"]
    assert names(tmp_path) == []


def test_without_fcntl_the_lock_of_a_dead_process_grows_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "fcntl", None)
    path = tmp_path / "lock"
    path.touch()
    long_ago = time.time() - lock.DEAD_AFTER_SECONDS - 1
    os.utime(path, (long_ago, long_ago))
    with lock.held(str(path)):
        assert names(tmp_path) == ["lock"]
    assert names(tmp_path) == []


# Disks


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a small file system with the given options, where this machine lets us."""
    point = tmp_path / "disk"
    point.mkdir()

    def mount(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(point)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip("there is no mount command here")
        if done.returncode:
            pytest.skip(f"mounting is not permitted here: {done.stderr.strip()}")
        return point

    yield mount
    if os.path.ismount(point):
        subprocess.run(["umount", str(point)], check=True)


def test_a_read_only_folder_is_named(
    mount: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    point = mount("size=1m,ro")
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(point))
    with pytest.raises(FixtureError, match="Read-only file system; name another folder"):
        cache.ensure(ROWS)


def test_a_fixture_in_a_read_only_folder_is_found(
    mount: Callable[[str], Path], built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = mount("size=8m")
    shutil.copy2(built, point)
    copied = point / built.name
    os.utime(copied, (1, 1))
    subprocess.run(["mount", "-o", "remount,ro", str(point)], check=True)
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(point))
    lines, notice = notices()
    assert cache.ensure(ROWS, notice=notice) == str(copied)
    assert [line.split()[0] for line in lines] == ["checking"]


def test_a_folder_that_is_a_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(tmp_path / "file"))
    with pytest.raises(FixtureError, match="no fixture can be written in"):
        cache.ensure(ROWS)
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(tmp_path / "file" / "below"))
    with pytest.raises(FixtureError, match="Not a directory"):
        cache.ensure(ROWS)


def test_a_disk_that_is_too_small_is_named_before_anything_is_written(
    mount: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    point = mount("size=1m")
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(point))
    with pytest.raises(FixtureError, match=r"100,000 rows need about 45 MiB, and .* has 1 MiB"):
        cache.ensure(100_000)
    assert names(point) == []


@pytest.mark.parametrize("rows", [ROWS, 20_000])
def test_a_disk_that_fills_meanwhile_is_named_and_nothing_stays(
    mount: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    point = mount("size=640k")
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(point))
    monkeypatch.setattr(cache, "BYTES_PER_ROW", 1)
    with pytest.raises(
        FixtureError, match=r"could not be written: database or disk is full; .* 0 MiB"
    ):
        cache.ensure(rows)
    assert names(point) == []


def test_a_limit_on_file_sizes_is_named_and_nothing_stays(folder: Path) -> None:
    code = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))\n" + ENSURE
    process = start(code, LONG)
    _, errors = process.communicate()
    assert "FixtureError" in errors.splitlines()[-1]
    assert "could not be written: disk I/O error" in errors.splitlines()[-1]
    assert names(folder) == []


# Numbers


@pytest.mark.parametrize("rows", [0, -1, 80_000_001, 10**30, 1.5, "10", None, True])
def test_a_bad_number_of_rows_is_named(folder: Path, rows: object) -> None:
    for function in (cache.path_for, cache.find, cache.ensure):
        with pytest.raises(FixtureError, match="rows has to be a whole number from 1 to 80,000,00"):
            function(rows)
    assert not folder.exists()


@pytest.mark.parametrize("seed", [-1, 2**63, "x", 0.5])
def test_a_bad_seed_is_named(folder: Path, seed: object) -> None:
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
    folder: Path, tmp_path: Path, faker: str, message: str
) -> None:
    (tmp_path / "faker.py").write_text(faker)
    process = start(f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n" + ENSURE, ROWS)
    _, errors = process.communicate()
    assert message in errors.splitlines()[-1]
    assert "python -m pip install Faker==35.2.2" in errors.splitlines()[-1]
    assert names(folder) == []
