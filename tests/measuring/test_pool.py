"""The engine on real environments: the same figures whichever way, and what goes wrong named."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from benchmarks.instruments import kernel_mark, resident
from suite.measuring import capacity, environments, pool
from suite.measuring.capacity import MEMORY_LIMIT
from suite.measuring.environments import Environment
from suite.measuring.pool import Batch
from suite.measuring.processes import Limits, Outcome, Unit, WarmProcess
from suite.measuring.surroundings import Surroundings
from suite.project import ROOT

MEBIBYTE = 2**20
TASK = "bounced_addresses"
STYLES = ("full_entity", "columns", "yield_per", "core_iterated")
FRESH = "SQLALCHEMY_ASV_PROCESSES"

exact = pytest.mark.skipif(
    not resident.has_resettable_mark(), reason="the kernel keeps no mark that can be reset"
)


@pytest.fixture(scope="module")
def environment() -> Environment:
    return environments.for_release("2.1.9")


def units(
    *instruments: str, styles: tuple[str, ...] = STYLES, rows: int = 1000
) -> tuple[Unit, ...]:
    return tuple(Unit(TASK, style, rows, what) for style in styles for what in instruments)


def measured(environment: Environment, wanted: tuple[Unit, ...]) -> Mapping[Unit, Outcome]:
    return {outcome.unit: outcome for outcome in pool.measure(Batch(environment, wanted))}


def value(outcome: Outcome, metric: str) -> float:
    found = outcome.figure(metric)
    assert found is not None, outcome.failure
    return found


def forks() -> bool:
    """Whether what lives longer than one measurement holds SQLAlchemy, and so forks for each."""
    found = warm_processes()
    for process in found:  # which grows meanwhile
        found += [pid for pid, words in children(process).items() if " child " not in words]
    for process in found:
        with contextlib.suppress(OSError):
            if "site-packages/sqlalchemy/" in Path(f"/proc/{process}/maps").read_text():
                return True
    return False


@exact
def test_a_fork_and_a_fresh_process_give_the_same_figures(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = units("heap", "resident")
    found: dict[str, dict[Unit, Outcome]] = {"fork": {}, "fresh": {}}
    for how, outcomes in found.items():
        monkeypatch.setenv(FRESH, how)
        for outcome in pool.measure(Batch(environment, wanted)):
            assert forks() is (how == "fork")
            outcomes[outcome.unit] = outcome
    forked, fresh = found["fork"], found["fresh"]
    assert set(forked) == set(fresh) == set(wanted)
    for unit in wanted:
        metric = "track_heap" if unit.instrument == "heap" else "track_peak"
        apart = abs(value(forked[unit], metric) - value(fresh[unit], metric))
        # The kernel counts in batches, and either figure can be a batch off.
        limit = 0.01 * MEBIBYTE if unit.instrument == "heap" else 2 * kernel_mark.resolution()
        assert apart <= limit, (unit, apart)


def test_every_unit_is_measured_once_and_knows_what_with(environment: Environment) -> None:
    wanted = (*units("heap", "seconds"), Unit("export", "columns", 1000, "heap"))
    outcomes = list(pool.measure(Batch(environment, wanted)))
    assert sorted(outcome.unit for outcome in outcomes) == sorted(wanted)
    for outcome in outcomes:
        facts = outcome.record["measured_with"]
        assert facts["sqlalchemy"] == facts["packages"]["SQLAlchemy"] == "2.1.9"
        assert facts["hash_seed"] == "0"


def test_the_same_unit_can_be_measured_several_times(environment: Environment) -> None:
    (unit,) = units("heap", styles=("columns",))
    heaps = [value(one, "track_heap") for one in pool.measure(Batch(environment, (unit,) * 3))]
    assert len(heaps) == 3
    assert max(heaps) - min(heaps) <= 0.01 * MEBIBYTE


def test_what_a_release_lacks_is_skipped_with_its_reason() -> None:
    old = environments.for_release("1.3.24")
    (outcome,) = measured(old, units("heap", styles=("scalars",))).values()
    assert outcome.failed is None
    assert outcome.skipped is not None
    assert outcome.skipped.startswith("scalars needs SQLAlchemy 1.4")


@exact
def test_what_was_measured_before_does_not_show(environment: Environment) -> None:
    """Every unit starts from the same memory: the process that forks it does nothing else."""
    wanted = units("resident", rows=1000)
    first = measured(environment, wanted)
    last = measured(environment, wanted[::-1])
    for unit in wanted:
        apart = abs(value(first[unit], "track_peak") - value(last[unit], "track_peak"))
        # Where a figure lies between two batches, a page decides which one it is.
        assert apart <= kernel_mark.resolution(), (unit, apart)


def test_a_unit_that_is_sampled_says_so(environment: Environment) -> None:
    wanted = units("resident", styles=("columns",))
    sampled = Batch(environment, wanted, variables={resident.INSTRUMENT: resident.SAMPLED})
    (outcome,) = pool.measure(sampled)
    assert outcome.record["method"] == resident.SAMPLED
    assert 0 <= value(outcome, "track_peak") < 10 * MEBIBYTE


def test_running_out_of_memory_is_the_style_s_own_failure(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MEMORY_LIMIT, str(160 * MEBIBYTE))
    wanted = units("resident", styles=("full_entity", "core_iterated"), rows=100_000)
    found = measured(environment, wanted)
    assert found[wanted[0]].failed == "out of memory"
    assert found[wanted[0]].figure("track_peak") is None
    assert found[wanted[1]].failed is None


def test_a_unit_that_takes_too_long_says_so(environment: Environment) -> None:
    wanted = units("heap", styles=("full_entity",), rows=100_000)
    (outcome,) = pool.measure(Batch(environment, wanted, timeout=0.3))
    assert outcome.failed == "timed out after 0.3 s"


def test_what_ends_at_once_leaves_nothing_for_the_next(environment: Environment) -> None:
    """However early a unit is killed, the next answer is that of the next unit."""
    heap, resident_ = units("heap", "resident", styles=("columns",))
    with Surroundings(environment.folder, ROOT) as surrounded:
        process = WarmProcess(surrounded, TASK)
        try:
            for _ in range(20):
                process.send(heap, Limits(timeout=0))
                assert process.receive()["failed"] == "timed out after 0 s"
            process.send(resident_, Limits())
            assert "peak" in process.receive()
        finally:
            process.close()


def test_a_fixture_that_is_missing_is_not_built_in_the_measurement(
    environment: Environment, cache_folder: Path
) -> None:
    """A process that had built it would show a part of the cost."""
    with Surroundings(environment.folder, ROOT) as surrounded:
        process = WarmProcess(surrounded, TASK)
        try:
            process.send(units("resident", styles=("columns",))[0], Limits())
            record = process.receive()
        finally:
            process.close()
    assert "is missing or was changed: build it with scripts/seed" in record["failed"]
    assert list(cache_folder.glob("*.db")) == []


def children(parent: int) -> dict[int, str]:
    """The processes that a process has started and not waited for, by ps, with their arguments."""
    command = ["ps", "-ww", "-o", "pid=", "-o", "args=", "--ppid", str(parent)]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    pairs = (line.split(None, 1) for line in listed.splitlines())
    return {int(pid): arguments for pid, arguments in pairs}


def warm_processes() -> list[int]:
    """The warm processes that this test run has started."""
    found = children(os.getpid())
    return [pid for pid, arguments in found.items() if f"-m benchmarks {TASK}" in arguments]


@pytest.fixture(params=["the process that serves", "the process that forks"])
def killed(request: pytest.FixtureRequest) -> Iterator[list[int]]:
    """A warm process that was seen measuring in this test, and killed at once."""
    found: list[int] = []
    ended = threading.Event()

    def kill() -> None:
        while not ended.wait(0.01):
            for process in warm_processes():
                for template in children(process):
                    if children(template):
                        victim = process if "serves" in request.param else template
                        os.kill(victim, signal.SIGKILL)
                        found.append(process)
                        return

    thread = threading.Thread(target=kill)
    thread.start()
    yield found
    ended.set()
    thread.join()


def test_what_a_killed_process_was_measuring_is_measured_by_a_new_one(
    environment: Environment, killed: list[int]
) -> None:
    wanted = units("heap", rows=10_000)
    outcomes = list(pool.measure(Batch(environment, wanted)))
    assert len(killed) == 1
    with pytest.raises(ProcessLookupError):
        os.kill(killed[0], 0)
    assert sorted(outcome.unit for outcome in outcomes) == sorted(wanted)
    assert [outcome.failed for outcome in outcomes] == [None] * len(wanted)


def test_no_process_is_left_when_nobody_waits_any_more(environment: Environment) -> None:
    outcomes = pool.measure(Batch(environment, units("heap", rows=10_000)))
    next(outcomes)
    assert warm_processes()
    outcomes.close()  # type: ignore[attr-defined]
    assert warm_processes() == []


def test_a_process_that_cannot_start_fails_every_unit_with_its_last_words(tmp_path: Path) -> None:
    for folder in ("benchmarks", "fixtures"):
        (tmp_path / folder).mkdir()
    (tmp_path / "benchmarks" / "__init__.py").write_text("raise RuntimeError('broken')")
    broken = Batch(environments.for_release("2.1.9"), units("heap"), root=tmp_path)
    outcomes = list(pool.measure(broken))
    assert len(outcomes) == len(STYLES)
    assert {outcome.failed for outcome in outcomes} == {"RuntimeError: broken"}


def test_units_that_measure_memory_run_beside_each_other(environment: Environment) -> None:
    """Seconds do not: each of them has the machine for itself."""
    seen: dict[str, int] = {}
    for what in ("heap", "seconds"):
        counted = 0
        for _ in pool.measure(Batch(environment, units(what))):
            counted = max(counted, len(warm_processes()))
        seen[what] = counted
    assert seen == {"heap": min(capacity.beside(), len(STYLES)), "seconds": 1}
