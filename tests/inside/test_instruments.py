"""The instruments on memory whose size is known, in processes of their own."""

import json
import mmap
import subprocess

import pytest

from benchmarks.instruments import free_memory, resident
from suite.figures.amounts import MEBIBYTE
from suite.measuring import environments
from suite.measuring.environments import Environment
from suite.studies import known_truth
from suite.studies.known_truth import Case

# What the suite promises: the kernel counts pages in batches (`kernel_mark.resolution`, 128 KiB on
# a machine of up to 16 processors and Linux 6.2 or newer), and malloc may keep parts of pages free.
PROMISE = 0.3 * MEBIBYTE
# What a call and sqlite3 themselves take from Python's allocators.
AROUND = 4096

glibc = pytest.mark.skipif(
    not free_memory.give_back(), reason="malloc gives nothing back when asked"
)
exact = pytest.mark.skipif(
    not resident.has_resettable_mark(), reason="the kernel keeps no mark that can be reset"
)


@pytest.fixture(scope="module")
def environment() -> Environment:
    return environments.for_release("2.1.9")


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
    assert abs(trial.measured) <= AROUND


def test_sampling_sees_what_is_held_for_long(environment: Environment) -> None:
    (trial,) = known_truth.measure(
        environment, [Case("bytes", 50 * MEBIBYTE, 0.2)], ["sampled-1ms"]
    )
    assert abs(trial.error) <= PROMISE


# The same, measured by a process that believes in other processors, with what its reserve takes.
BELIEVED = """
import functools, json, os
os.cpu_count = lambda: {processors}
from benchmarks.instruments import holders, kernel_mark, resident
begin = kernel_mark._begin_batch
sizes = []
def noted():
    before = kernel_mark.resident()
    reserve = begin()
    sizes.append(kernel_mark.resident() - before)
    return reserve
kernel_mark._begin_batch = noted
holder = holders.HOLDERS["bytes"]
run = functools.partial(holder.hold, {size}, 0.001)
peak = resident.added(run, kernel_mark.so_far())["peak"]
print(json.dumps([peak - holder.resident({size}), *sizes]))
"""


@exact
@pytest.mark.parametrize("processors", [1, 2, 16, 64, 256])
def test_many_processors_take_no_more_than_a_few_batches(
    environment: Environment, processors: int
) -> None:
    """Batches grow with the number of processors; the reserve must not grow with its square."""
    program = BELIEVED.format(processors=processors, size=5 * MEBIBYTE)
    error, reserve = json.loads(known_truth.run(environment, ["-c", program]))
    assert abs(error) <= PROMISE
    batch = max(32, 2 * processors) * mmap.PAGESIZE
    # What the kernel's count is behind by is that of this machine.
    assert 2 * batch <= reserve <= 6 * batch + 4 * MEBIBYTE


# Frees all but one object in twenty, and then asks for as many of the same sizes again.
HOLES = """
from benchmarks.instruments import resident

def take():
    return [[bytes(size - 33) for _ in range({each} // size)] for size in {sizes}]

left = take()
stays = [objects[::20] for objects in left]
del left
print(resident.added(take, 0)["peak"])
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
    environment: Environment, sizes: list[int], each: int
) -> None:
    peak = int(known_truth.run(environment, ["-c", HOLES.format(sizes=sizes, each=each)]))
    assert abs(peak - len(sizes) * each) <= PROMISE


SPIKE = """
import json
from benchmarks.instruments import kernel_mark, resident
spike = b"x" * (40 << 20)
del spike
mark = kernel_mark.so_far()
print(json.dumps([mark, resident.added(lambda: b"x" * 4096, mark)["process"]]))
"""


@exact
def test_the_process_peak_survives_the_reset_of_the_mark(environment: Environment) -> None:
    """The figure of the whole process is its peak, not that of the query alone."""
    mark, process = json.loads(known_truth.run(environment, ["-c", SPIKE]))
    assert process == mark > 40 * MEBIBYTE


LIMITED = """
import resource
from benchmarks.unit import limited_memory
before = resource.getrlimit(resource.RLIMIT_AS)
try:
    with limited_memory(512 << 20):
        bytearray(1 << 30)
except MemoryError:
    print("out of memory", resource.getrlimit(resource.RLIMIT_AS) == before)
"""


def test_a_limit_ends_with_what_it_limits(environment: Environment) -> None:
    assert known_truth.run(environment, ["-c", LIMITED]) == "out of memory True\n"


def test_a_process_that_fails_is_no_output(environment: Environment) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        known_truth.run(environment, ["-c", "raise SystemExit(3)"])
