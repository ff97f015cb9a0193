"""Fixture files on disks that are full, read-only or none."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fixtures import cache
from fixtures.errors import FixtureError
from tests.fixture_files import ENSURE, LONG, ROWS, names, notices, start


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


def test_a_limit_on_file_sizes_is_named_and_nothing_stays(cache_folder: Path) -> None:
    code = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))\n" + ENSURE
    process = start(code, LONG)
    _, errors = process.communicate()
    assert "FixtureError" in errors.splitlines()[-1]
    assert "could not be written: disk I/O error" in errors.splitlines()[-1]
    assert names(cache_folder) == []
