"""Styles that fail in a real run of asv: each fails alone, and the records say why."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.instruments import resident
from fixtures import cache
from suite.measuring import results, store
from suite.measuring.processes import Unit
from tests.asv_plugin import misbehaving_project
from tests.asv_plugin.asv_project import AsvProject

RELEASE = "2.1.9"
ROWS = 1000
BEHAVES = r"misbehaving\..*\('behaves', 1000\)"
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Run:
    """A run of asv over the task: its project, exit code and output."""

    project: AsvProject
    code: int
    output: str

    def record(self, style: str, instrument: str) -> dict[str, object]:
        (path,) = self.project.results.glob("*/*.records")
        return store.read_records(path)[Unit("misbehaving", style, ROWS, instrument)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as patch:
        # The project has a home of its own, and needs the fixtures of this one.
        patch.setenv("SQLALCHEMY_ASV_CACHE", cache.folder())
        patch.setenv("SQLALCHEMY_ASV_MEMORY_LIMIT", str(400 * MEBIBYTE))
        project = misbehaving_project.create(tmp_path_factory.mktemp("misbehaving"))
        ended = project.asv("run", RELEASE, "--bench", "misbehaving", "--attribute", "timeout=6")
        yield Run(project, ended.returncode, ended.stdout)


def test_asv_ends_with_its_code_for_failures(run: Run) -> None:
    assert run.code == 2, run.output


def test_the_other_styles_are_measured(run: Run) -> None:
    for metric in ("track_peak", "track_heap", "peakmem_process"):
        values = run.project.values(RELEASE, f"tasks.misbehaving.Styles.{metric}")
        value = values["behaves", ROWS]
        assert value is not None
        assert value > (5 - 0.3) * MEBIBYTE


CRASHED = "crashed (exit code 139)"
LATE = "timed out after 6 s"


@pytest.mark.parametrize(
    ("style", "memory", "seconds"),
    [
        ("hungry", "out of memory", "out of memory"),
        ("raises", "ValueError: no such luck", "ValueError: no such luck"),
        ("sleeps", LATE, LATE),
        ("talks", LATE, LATE),
        ("crashes", CRASHED, CRASHED),
    ],
)
def test_each_failure_has_its_reason(run: Run, style: str, memory: str, seconds: str) -> None:
    for instrument, reason in (("resident", memory), ("heap", memory), ("seconds", seconds)):
        assert run.record(style, instrument)["failed"] == reason
        line = f"failed: misbehaving.{style} at 1000 rows ({instrument}): {reason}"
        assert line in run.output


def test_a_failure_under_one_instrument_leaves_the_others(run: Run) -> None:
    assert run.record("crashes_while_traced", "heap")["failed"] == CRASHED
    assert "failed" not in run.record("crashes_while_traced", "resident")
    assert "failed" not in run.record("crashes_while_traced", "seconds")


def test_reasons_reach_the_figures(run: Run) -> None:
    figures = results.read(run.project.results)
    (figure,) = results.find(figures, style="hungry", metric="track_peak")
    assert (figure.value, figure.failed) == (None, "out of memory")
    (figure,) = results.find(figures, style="crashes_while_traced", metric="track_peak")
    assert (figure.failed, figure.value is None) == (None, False)


def test_nothing_is_left_running(run: Run) -> None:
    """No process without a parent: those of other tests' runs have theirs."""
    deadline = time.monotonic() + 60
    while (left := orphans()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def orphans() -> list[str]:
    command = ["ps", "-ww", "-eo", "pid=", "-o", "ppid=", "-o", "args="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [row for line in listed.splitlines() if len(row := line.split(None, 2)) == 3]
    words = {pid: arguments for pid, _, arguments in rows}
    return [
        arguments
        for _, parent, arguments in rows
        if "-m benchmarks misbehaving" in arguments
        and not any(word in words.get(parent, "") for word in ("-m benchmarks", "asv run"))
    ]


def test_sampled_results_stay_apart(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(resident.INSTRUMENT, resident.SAMPLED)
    project = misbehaving_project.create(tmp_path)
    ended = project.asv("run", RELEASE, "--bench", BEHAVES)
    assert ended.returncode == 0, ended.stdout
    assert "memory_profiler samples it instead" in ended.stdout
    (figure,) = results.find(results.read(project.results), style="behaves", metric="track_peak")
    assert figure.sampled
    (exact,) = results.find(results.read(run.project.results), style="behaves", metric="track_peak")
    assert figure.platform != exact.platform
    assert [path.name for path in project.results.glob("*/*.records")] == [
        f"{RELEASE}-engine-py3.11-instrumentsampled.records"
    ]
