"""Styles that fail in a real run of asv: each fails alone, and the journal says why."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks import measuring
from fixtures import cache
from suite import journal, results
from tests import misbehaving_project
from tests.asv_project import AsvProject

pytestmark = pytest.mark.xdist_group("asv")

RELEASE = "2.1.9"
ROWS = 1000
BEHAVES = r"Misbehaving\..*\('behaves', 1000\)"
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Run:
    """A run of asv over the task: its project, exit code and output."""

    project: AsvProject
    code: int
    output: str

    def record(self, style: str, measures: str) -> dict[str, object]:
        (path,) = self.project.results.glob("*/*.journal")
        return journal.read(path)["misbehaving", style, ROWS, measures]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as patch:
        # The project has a home of its own, and needs the fixtures of this one.
        patch.setenv("SQLALCHEMY_ASV_CACHE", cache.folder())
        patch.setenv("SQLALCHEMY_ASV_MEMORY_LIMIT", str(400 * MEBIBYTE))
        project = misbehaving_project.create(tmp_path_factory.mktemp("misbehaving"))
        ended = project.asv("run", RELEASE, "--bench", "Misbehaving", "--attribute", "timeout=20")
        yield Run(project, ended.returncode, ended.stdout)


def test_asv_ends_with_its_code_for_failures(run: Run) -> None:
    assert run.code == 2, run.output


def test_the_other_styles_are_measured(run: Run) -> None:
    for metric, held in (("track_peak", 5), ("track_heap", 5), ("peakmem_process", 5)):
        values = run.project.values(RELEASE, f"memory.Misbehaving.{metric}")
        value = values["behaves", ROWS]
        assert value is not None
        assert value > (held - 0.3) * MEBIBYTE


@pytest.mark.parametrize(
    ("style", "resident", "heap", "time"),
    [
        ("hungry", "out of memory", "out of memory", "out of memory"),
        ("raises", *["ValueError: no such luck"] * 3),
        ("sleeps", *["timed out after 20 s"] * 3),
        (
            "crashes",
            "crashed (exit code 139)",
            "stopped, as the process beside it crashed (exit code 139)",
            "crashed (exit code 139)",
        ),
        ("crashes_while_traced", None, "crashed (exit code 139)", None),
    ],
)
def test_each_failure_has_its_reason(
    run: Run, style: str, resident: str | None, heap: str, time: str | None
) -> None:
    assert run.record(style, "resident").get("failed") == resident
    # Which of the two processes is first to crash is a matter of luck.
    assert run.record(style, "heap")["failed"] in (heap, resident)
    for measures, reason in (("resident", resident), ("heap", heap), ("time", time)):
        if reason is not None:
            assert f"misbehaving.{style} at 1000 rows ({measures}): " in run.output
    if time is not None:
        assert run.record(style, "time")["failed"] == time


def test_reasons_reach_the_figures(run: Run) -> None:
    figures = results.read(run.project.results)
    (figure,) = results.find(figures, style="hungry", metric="track_peak")
    assert (figure.value, figure.failed) == (None, "out of memory")
    (figure,) = results.find(figures, style="crashes_while_traced", metric="track_peak")
    assert (figure.failed, figure.value is None) == (None, False)


def test_no_other_metric_runs_into_the_same_wall(run: Run) -> None:
    """A style that sleeps is waited for once: the other metrics, and the timing, hand it on."""
    assert run.output.count("asv: benchmark timed out") == 1


def test_nothing_is_left_running(run: Run) -> None:
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    folder = str(run.project.folder)
    assert not [line for line in listed.stdout.splitlines() if folder in line and "python" in line]


def test_a_peak_that_asv_itself_decided_is_refused(run: Run) -> None:
    """asv made 300 MiB large: what it starts inherits that as its peak."""
    code = 'ballast = b"x" * (300 << 20); from asv.main import main; main()'
    _, *arguments = run.project.command("run", RELEASE, "--bench", BEHAVES)
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=run.project.folder,
        env=run.project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ended.returncode == 2, ended.stdout
    assert "is the size of asv itself" in ended.stdout
    figures = results.find(results.read(run.project.results), style="behaves")
    values = {figure.metric: figure.value for figure in figures}
    assert values["peakmem_process"] is None
    assert values["track_peak"] is not None


def test_sampled_results_stay_apart(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(measuring.INSTRUMENT, measuring.SAMPLED)
    project = misbehaving_project.create(tmp_path, env_dir=str(run.project.folder / "env"))
    ended = project.asv("run", RELEASE, "--bench", BEHAVES)
    assert ended.returncode == 0, ended.stdout
    assert "memory_profiler samples it instead" in ended.stdout
    figures = results.find(results.read(project.results), style="behaves", metric="track_peak")
    (figure,) = figures
    assert figure.sampled
    assert figure.machine.endswith("-sampled")
    assert {path.name for path in project.results.iterdir()} - {"benchmarks.json"} == {
        figure.machine
    }
