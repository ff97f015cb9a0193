"""The instruments against known truth, and what measures with them without asv.

Tolerance: the kernel counts pages in batches (`kernel_mark.resolution`, 128 KiB on a machine of up
to 16 processors and Linux 6.2 or newer), and malloc may keep parts of pages free; 0.3 MiB is what
the suite promises.
"""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import free_memory, kernel_mark, measuring
from suite import environments, known_truth, measuring_environment, noise, workers
from suite.commands.noise import main as noise_command
from suite.environments import Environment
from suite.errors import UserMistake
from suite.known_truth import Case
from suite.noise import Spread
from suite.units import MEBIBYTE
from suite.workers import Outcome, Unit

PROMISE = 0.3 * MEBIBYTE
# What a call and sqlite3 themselves take from Python's allocators.
AROUND = 4096

glibc = pytest.mark.skipif(
    not free_memory.give_back(), reason="malloc gives nothing back when asked"
)
exact = pytest.mark.skipif(
    not measuring.has_resettable_mark(), reason="the kernel keeps no mark that can be reset"
)


@pytest.fixture(scope="module")
def environment() -> Environment:
    return environments.for_release("2.1.9")


def in_process(
    environment: Environment, code: str, folder: Path, **variables: str
) -> tuple[int, str, str]:
    """Run ``code`` as a measuring process; its exit code, output and errors."""
    # The shell stands between, so that the process does not inherit the size of this one.
    command = ["sh", "-c", '"$@"; exit $?', "sh", str(environment.interpreter), "-c", code]
    exit_code, errors = workers.run(command, folder, variables=variables)
    return exit_code, (folder / "output").read_text(), errors


@exact
@pytest.mark.parametrize("holder", known_truth.HOLDER_LABELS)
@pytest.mark.parametrize("size", [MEBIBYTE, 5 * MEBIBYTE + 60_000, 50 * MEBIBYTE])
def test_net_peak_sees_what_is_held_for_a_millisecond(
    environment: Environment, holder: str, size: int
) -> None:
    (trial,) = known_truth.measure(environment, [Case(holder, size, 0.001)], ["mark"])
    assert abs(trial.error) <= PROMISE


@pytest.mark.parametrize("holder", known_truth.HOLDER_LABELS)
def test_heap_is_what_python_was_asked_for(environment: Environment, holder: str) -> None:
    (trial,) = known_truth.measure(environment, [Case(holder, 5 * MEBIBYTE, 0.001)], ["heap"])
    assert 0 <= trial.error <= AROUND


def test_heap_does_not_see_what_sqlite_holds(environment: Environment) -> None:
    (trial,) = known_truth.measure(environment, [Case("sqlite", 5 * MEBIBYTE, 0.001)], ["heap"])
    assert trial.truth == 0


def test_sampling_sees_what_is_held_for_long(environment: Environment) -> None:
    (trial,) = known_truth.measure(
        environment, [Case("bytes", 50 * MEBIBYTE, 0.2)], ["sampled-1ms"]
    )
    assert abs(trial.error) <= PROMISE


@exact
@pytest.mark.parametrize("style", ["full_entity", "columns"])
def test_figures_repeat(environment: Environment, style: str) -> None:
    work = noise.units("bounced_addresses", [style], 10_000, ["resident", "heap"], 3)
    spreads = {s.metric: s for s in noise.spreads(noise.measure(environment, work))}
    heap, peak = spreads["track_heap"], spreads["track_peak"]
    assert heap.spread <= 0.0001 * heap.median
    # The target, and once more the resolution, as other processes disturb this one in a test.
    target = max(0.005 * peak.median, 128 * 1024)
    assert peak.spread <= target + kernel_mark.resolution()


# Frees all but one object in twenty, and then asks for as many of the same sizes again.
HOLES = """
from benchmarks import measuring

def take():
    return [[bytes(size - 33) for _ in range({each} // size)] for size in {sizes}]

left = take()
stays = [objects[::20] for objects in left]
del left
print(measuring.resident(take)["peak"])
"""


@exact
@pytest.mark.parametrize(
    ("sizes", "each"),
    [
        pytest.param([48, 64, 96, 128, 192, 256, 384, 512], 60 * 1024, id="small objects"),
        pytest.param([20_000], 2_000_000, id="malloc", marks=glibc),
    ],
)
def test_memory_that_the_process_had_free_is_not_saved(
    environment: Environment, sizes: list[int], each: int, tmp_path: Path
) -> None:
    holes = HOLES.format(sizes=sizes, each=each)
    code, output, errors = in_process(environment, holes, tmp_path)
    assert code == 0, errors
    assert abs(int(output) - len(sizes) * each) <= PROMISE


TINY = """
import json, resource
from benchmarks import measuring
spike = b"x" * (40 << 20)
del spike
record = measuring.resident(lambda: b"x" * 4096)
measuring.refuse_inherited_mark(record)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps([record["process"], peak]))
"""
# What survives exec(2) is the size of the process that called it.
BIG_PARENT = """
import os, sys
ballast = b"x" * (300 << 20)
os.execv(sys.executable, [sys.executable, "-c", {code!r}])
"""


@exact
def test_the_process_peak_survives_the_reset(environment: Environment, tmp_path: Path) -> None:
    """asv reads ru_maxrss at the end: it has to be the peak of the whole process, 40 MiB."""
    code, output, errors = in_process(environment, TINY, tmp_path)
    assert code == 0, errors
    process, peak = json.loads(output)
    assert process > 40 * MEBIBYTE
    assert abs(peak - process) <= 0.5 * MEBIBYTE


@exact
def test_a_peak_that_was_inherited_is_refused(environment: Environment, tmp_path: Path) -> None:
    code, output, errors = in_process(environment, BIG_PARENT.format(code=TINY), tmp_path)
    assert code == 1
    assert output == ""
    last = errors.strip().splitlines()[-1]
    assert last.startswith("benchmarks.measuring.MeasurementError: the peak of 3")
    assert "is the size of asv itself" in last


LIMITED = """
import resource
from benchmarks import measuring
before = resource.getrlimit(resource.RLIMIT_AS)
try:
    with measuring.limited_memory():
        bytearray(1 << 30)
except MemoryError:
    print("out of memory", resource.getrlimit(resource.RLIMIT_AS) == before)
"""


def test_a_limit_ends_with_what_it_limits(environment: Environment, tmp_path: Path) -> None:
    limit = {"SQLALCHEMY_ASV_MEMORY_LIMIT": str(512 * MEBIBYTE)}
    assert in_process(environment, LIMITED, tmp_path, **limit)[1] == "out of memory True\n"


def test_a_unit_that_is_sampled_says_so(environment: Environment) -> None:
    outcome = workers.measure(
        environment,
        Unit("bounced_addresses", "columns", 1000, "resident"),
        variables={measuring.INSTRUMENT: measuring.SAMPLED},
    )
    assert outcome.failed is None
    assert outcome.record["instrument"] == measuring.SAMPLED
    peak = outcome.figure("track_peak")
    assert peak is not None
    assert 0 <= peak < 10 * MEBIBYTE


def test_sampled_results_have_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(measuring.INSTRUMENT, measuring.SAMPLED)
    assert measuring_environment.name_among_results("box") == "box-sampled"


def test_a_unit_that_runs_out_of_memory_says_so(environment: Environment) -> None:
    outcome = workers.measure(
        environment,
        Unit("bounced_addresses", "full_entity", 100_000, "resident"),
        variables={"SQLALCHEMY_ASV_MEMORY_LIMIT": str(130 * MEBIBYTE)},
    )
    assert outcome.failed == "out of memory"
    assert outcome.figure("track_peak") is None


def test_a_unit_that_takes_too_long_says_so(environment: Environment) -> None:
    unit = Unit("bounced_addresses", "full_entity", 100_000, "heap")
    assert workers.measure(environment, unit, timeout=0.3).failed == "timed out after 0.3 s"


def test_a_unit_knows_what_it_was_measured_with(environment: Environment) -> None:
    unit = Unit("bounced_addresses", "columns", 1000, "heap")
    facts = workers.measure(environment, unit).record["measured_with"]
    assert facts["sqlalchemy"] == facts["packages"]["SQLAlchemy"] == "2.1.9"
    assert facts["hash_seed"] == "0"


def test_an_environment_is_made_once(environment: Environment) -> None:
    made = (environment.folder / environments.MADE).stat().st_mtime_ns
    again = environments.for_release("2.1.9")
    assert again == environment
    assert (environment.folder / environments.MADE).stat().st_mtime_ns == made


@pytest.mark.parametrize(
    ("release", "python", "named"),
    [
        ("2.1.9", "3.8", "does not run on Python 3.8"),
        ("2.1.9", "3.99", "no Python 3.99 was found"),
    ],
)
def test_an_environment_that_cannot_be_made(release: str, python: str, named: str) -> None:
    with pytest.raises(UserMistake, match=named):
        environments.for_release(release, python)


def test_what_is_installed_is_what_asv_installs() -> None:
    command = ["in-dir={env_dir} python -m pip install --quiet SQLAlchemy=={commit} Faker==1.0"]
    assert environments.requirements("2.0.1", command) == ["SQLAlchemy==2.0.1", "Faker==1.0"]


figures = st.lists(st.integers(0, 2**33).map(float), min_size=2, max_size=12)


@given(figures, st.sampled_from([0.0, 131072.0]))
def test_no_change_within_the_spread_is_detectable(values: list[float], resolution: float) -> None:
    spread = Spread("style", "track_peak", tuple(values), resolution)
    assert spread.detectable >= spread.spread >= 0
    assert spread.detectable >= resolution
    assert min(values) <= spread.median <= max(values)


def test_a_style_that_fails_does_not_hide_the_others() -> None:
    good = [Outcome(Unit("t", "good", 1, "heap"), {"heap": size, "leaked": 0}) for size in (10, 12)]
    bad = Outcome(Unit("t", "bad", 1, "heap"), {}, failed="out of memory")
    found = noise.spreads([bad, *good])
    assert [(s.style, s.metric, s.spread) for s in found] == [
        ("good", "track_heap", 2.0),
        ("good", "track_leaked", 0.0),
    ]
    (missing,) = noise.missing([bad, *good])
    assert (missing.style, missing.reason, missing.failed) == ("bad", "out of memory", True)


def test_noise_prints_figures_and_reasons() -> None:
    ended = CliRunner().invoke(
        noise_command,
        ["1.3", "--repeat", "2", "--rows", "1000", "--style", "columns", "--style", "scalars"],
    )
    assert ended.exit_code == 0, ended.output
    for heading in ("net peak: SQLAlchemy 1.3.24", "heap: SQLAlchemy 1.3.24", "time: "):
        assert heading in ended.output
    assert "skipped: select(Entity), scalars().all() (heap): scalars needs" in ended.output


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--style", "colums"], "no style colums"),
        (["--task", "none"], "no task none"),
        (["--repeat", "1"], "--repeat"),
        (["9.9"], "9.9"),
    ],
)
def test_noise_refuses_bad_input(arguments: list[str], named: str) -> None:
    ended = CliRunner().invoke(noise_command, arguments)
    assert ended.exit_code == 2
    assert named in ended.output
