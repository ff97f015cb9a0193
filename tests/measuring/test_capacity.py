"""How much runs beside each other, and how much memory each may take."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from suite.measuring import capacity
from suite.project import ROOT
from suite.terminal.errors import UserMistake

GIBIBYTE = 2**30
MEBIBYTE = 2**20


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(capacity.MEMORY_LIMIT, raising=False)


@pytest.mark.parametrize(
    ("processors", "gibibytes", "at_a_time"),
    [(1, 24, 1), (2, 24, 2), (16, 24, 10), (64, 256, 64), (256, 64, 28), (8, 1, 1), (2, 0.5, 1)],
)
def test_measurements_beside_each_other_follow_processors_and_memory(
    processors: int, gibibytes: float, at_a_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = int(gibibytes * GIBIBYTE)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: range(processors))
    monkeypatch.setattr(capacity, "memory", lambda: size)
    assert capacity.beside() == at_a_time
    each = capacity.memory_limit()
    assert at_a_time * each + capacity.OWN <= size
    assert each >= min(size / 2, capacity.SMALLEST) - capacity.OWN


def test_a_user_can_say_another_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(capacity.MEMORY_LIMIT, "12345")
    assert capacity.memory_limit() == 12345


@pytest.mark.parametrize("said", ["2G", "0", "-1", "1e9", "\u00b2"])
def test_a_limit_that_is_no_number_of_bytes_is_named(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(capacity.MEMORY_LIMIT, said)
    with pytest.raises(UserMistake, match="write a number of bytes"):
        capacity.memory_limit()


@pytest.mark.parametrize(
    ("memberships", "files", "mebibytes"),
    [
        pytest.param("0::/a/b", {"a/b/memory.max": 300, "a/memory.max": 500}, 300, id="its own"),
        pytest.param("0::/a/b", {"a/b/memory.max": None, "memory.max": 200}, 200, id="above it"),
        pytest.param("0::/a", {"unified/a/memory.max": 400}, 400, id="both versions mounted"),
        pytest.param(
            "4:cpu,memory:/a\n0::/",
            {"memory/a/memory.limit_in_bytes": 512, "memory/memory.limit_in_bytes": 600},
            512,
            id="version 1",
        ),
        # A container sees its own group as the top, and its path outside all the same.
        pytest.param(
            "4:memory:/docker/1f", {"memory/memory.limit_in_bytes": 100}, 100, id="a container"
        ),
        pytest.param("1:cpu:/a", {"memory/memory.limit_in_bytes": 1}, None, id="no such group"),
        pytest.param("0::/", {"memory.max": None}, None, id="no limit"),
    ],
)
def test_a_container_s_memory_is_known(
    memberships: str,
    files: dict[str, int | None],
    mebibytes: int | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, size in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("max\n" if size is None else f"{size * MEBIBYTE}\n")
    (tmp_path / "memberships").write_text(memberships + "\n")
    monkeypatch.setattr(capacity, "CGROUPS", tmp_path)
    monkeypatch.setattr(capacity, "MEMBERSHIPS", tmp_path / "memberships")
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert capacity.memory() == (physical if mebibytes is None else mebibytes * MEBIBYTE)


def _memory_group() -> Path:
    """This process' own group, below which a smaller one can be made."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        number, controllers, path = line.split(":", 2)
        if controllers == "memory" or number == "0":
            mount = capacity.CGROUPS / "memory" if controllers else capacity.CGROUPS
            return mount / path.strip("/")
    raise FileNotFoundError


@pytest.fixture
def small_group() -> Iterator[Path]:
    """A control group of 512 MiB."""
    try:
        group = _memory_group() / f"sqlalchemy-asv-{os.getpid()}"
        group.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    try:
        name = "memory.max" if (group / "memory.max").exists() else "memory.limit_in_bytes"
        (group / name).write_text(str(512 * MEBIBYTE))
        yield group
    except OSError as error:
        pytest.skip(f"no limit of memory can be set here: {error}")
    finally:
        # What was killed in it may still be ending.
        deadline = time.monotonic() + 60
        while (group / "cgroup.procs").read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
        group.rmdir()


IN_IT = """
import json, os, sys
from pathlib import Path
Path(sys.argv[1], "cgroup.procs").write_text(str(os.getpid()))
from suite.measuring import capacity, environments, pool
from suite.measuring.processes import Unit
wanted = json.loads(sys.argv[2])
units = tuple(Unit("bounced_addresses", *one) for one in wanted)
outcomes = pool.measure(pool.Batch(environments.for_release("2.1.9"), units))
records = [[one.unit.style, one.failed, one.record.get("peak")] for one in outcomes]
print(json.dumps([capacity.memory(), capacity.beside(), records]))
"""


def test_a_container_of_512_mebibytes_measures_what_fits(small_group: Path) -> None:
    """The dearest style of the article fits; under tracemalloc it does not, and fails alone."""
    wanted = [
        ("full_entity", 100_000, "heap"),
        ("full_entity", 100_000, "resident"),
        ("columns", 100_000, "resident"),
    ]
    ended = subprocess.run(
        [sys.executable, "-c", IN_IT, str(small_group), json.dumps(wanted)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    memory, beside, records = json.loads(ended.stdout)
    assert memory == 512 * MEBIBYTE
    assert beside == 1
    assert records[0][:2] == ["full_entity", "out of memory"]
    for (style, failed, peak), least in zip(records[1:], (150, 20), strict=True):
        assert failed is None, style
        assert peak > least * MEBIBYTE
