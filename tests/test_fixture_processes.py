"""Fixture files that several processes build at once, killed builds, and the lock between them."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from fixtures import cache, lock, sqlite_file
from tests.fixture_files import (
    ENSURE,
    LONG,
    ROWS,
    leftovers,
    names,
    start,
    unfinished,
    wait_until,
)


def test_processes_that_need_the_same_file_build_it_once(cache_folder: Path) -> None:
    processes = [start(ENSURE, LONG) for _ in range(3)]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    assert {output.splitlines()[0] for output, _ in outputs} == {cache.path_for(LONG)}
    assert sorted(output.splitlines()[1] for output, _ in outputs) == ["built", "found", "found"]
    assert leftovers(cache_folder) == []


def test_a_killed_build_leaves_no_fixture_and_blocks_nobody(cache_folder: Path) -> None:
    first = start(ENSURE, LONG)
    wait_until(lambda: unfinished(cache_folder))
    second = start(ENSURE, LONG)
    assert second.stderr is not None
    assert "waiting for another process" in second.stderr.readline()
    first.send_signal(signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    output, errors = second.communicate(timeout=120)
    assert output.splitlines() == [cache.path_for(LONG), "built"], errors
    assert leftovers(cache_folder) == []


def test_a_killed_build_is_not_taken_for_a_fixture(cache_folder: Path) -> None:
    process = start(ENSURE, LONG)
    wait_until(lambda: unfinished(cache_folder))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert cache.find(LONG) is None
    (rest,) = cache_folder.glob("*.building-*")
    assert sqlite_file.examine(str(rest)).state in (sqlite_file.FOREIGN, sqlite_file.DAMAGED)


def test_making_the_indexes_can_be_interrupted(
    cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "SORT_STEPS", 1_000)
    complete: list[int] = []

    def interrupt(done: int, total: int) -> None:
        complete.append(done == total)
        if complete.count(True) > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.ensure(ROWS, progress=interrupt)
    assert names(cache_folder) == []


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
