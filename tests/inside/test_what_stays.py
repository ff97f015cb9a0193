"""What instruments say of memory that stays after a run, whose size is known."""

import json

import pytest

from benchmarks.instruments import free_memory, resident
from suite.figures.amounts import MEBIBYTE
from suite.measuring import environments
from suite.measuring.environments import Environment
from suite.studies import known_truth
from tests.inside.test_instruments import AROUND, PROMISE, exact

STAYS, GOES = 5 * MEBIBYTE, 7 * MEBIBYTE

PROGRAM = f"""
import json, time
from benchmarks.instruments import heap, kernel_mark, resident

kept = []

def run():
    gone = b"x" * {GOES}
    kept.append(b"x" * {STAYS})
    time.sleep(0.1)

print(json.dumps([kernel_mark.resident(), {{measured}}]))
"""

# Fills the C library's heap with blocks, and keeps a small one behind the last of them.
BEHIND = f"""
import json
from benchmarks.instruments import kernel_mark, resident

kept = []

def run():
    gone = [bytearray(b"x" * 20_000) for _ in range({GOES} // 20_000)]
    kept.append(bytearray(b"x" * 20_000))

print(json.dumps(resident.added(run, 0)))
"""


@pytest.fixture(scope="module")
def environment() -> Environment:
    return environments.for_release("2.1.9")


def figures(environment: Environment, measured: str) -> tuple[int, dict[str, int]]:
    """The resident size before, and what an instrument says."""
    program = PROGRAM.format(measured=measured)
    before, found = json.loads(known_truth.run(environment, ["-c", program]))
    return before, found


@exact
def test_retained_is_what_stays_and_peak_all_of_it(environment: Environment) -> None:
    before, found = figures(environment, "resident.added(run, 0)")
    assert abs(found["before"] - before) <= PROMISE
    assert abs(found["peak"] - STAYS - GOES) <= PROMISE
    assert abs(found["retained"] - STAYS) <= PROMISE
    assert abs(found["kept"]) <= PROMISE
    assert found["process"] == found["before"] + found["peak"]


def test_a_sampled_run_has_the_same_figures(environment: Environment) -> None:
    before, found = figures(environment, "resident.sampled(run)")
    # memory_profiler was imported since.
    assert before < found["before"] < before + 50 * MEBIBYTE
    # What memory_profiler itself took meanwhile is in it.
    assert abs(found["retained"] - STAYS) <= MEBIBYTE
    assert abs(found["kept"]) <= MEBIBYTE
    assert STAYS - MEBIBYTE <= found["peak"] <= STAYS + GOES + MEBIBYTE
    assert abs(found["process"] - found["before"] - found["peak"]) <= 2


def test_leaked_is_what_python_still_holds(environment: Environment) -> None:
    _, found = figures(environment, "heap.held(run)")
    assert 0 <= found["leaked"] - STAYS <= AROUND
    assert 0 <= found["heap"] - STAYS - GOES <= AROUND


@exact
@pytest.mark.skipif(not free_memory.give_back(), reason="malloc gives nothing back when asked")
def test_what_malloc_gives_back_when_asked_is_not_retained(environment: Environment) -> None:
    found = json.loads(known_truth.run(environment, ["-c", BEHIND]))
    assert abs(found["retained"]) <= PROMISE
    assert abs(found["kept"] - GOES) <= 2 * PROMISE


@pytest.mark.parametrize("asked", [resident.KERNEL, resident.SAMPLED])
def test_the_instrument_that_is_asked_for_measures(environment: Environment, asked: str) -> None:
    if asked == resident.KERNEL and not resident.has_resettable_mark():
        pytest.skip("the kernel keeps no mark that can be reset")
    program = (
        f"import os; os.environ['{resident.INSTRUMENT}'] = '{asked}'\n"
        "from benchmarks.instruments import resident\n"
        "class Unit: start, mark = staticmethod(lambda: lambda: 1), 0\n"
        "print(resident.measure(Unit)['method'])"
    )
    assert known_truth.run(environment, ["-c", program]) == f"{asked}\n"


# What an instrument may add: page by page, and where an entry has a key and a place in a table.
LEAST_RESIDENT = 256


@pytest.mark.parametrize(("leak", "size"), known_truth.leak_cases())
def test_growth_is_what_an_execution_leaves(environment: Environment, leak: str, size: int) -> None:
    """To the byte, of the heap; what comes once, such as a table that is full, is not in it."""
    (trial,) = known_truth.leak(environment, [(leak, size)])
    assert trial.error("growth") == trial.error("uncollected") == 0
    if resident.has_resettable_mark() and free_memory.give_back():
        assert abs(trial.error("resident")) <= max(LEAST_RESIDENT, 0.01 * trial.truth["resident"])


# Leaves names behind in CPython's cache of attributes, and a large block once; `once` is when.
BOOKKEEPING = """
import json
from benchmarks.instruments import growth

class Visitor(object):
    pass

def of(once):
    calls, kept = iter(range(1000)), []
    def run():
        call = next(calls)
        # So that names lie elsewhere in memory each time, where that cache looks.
        others = ["other_%d" % number for number in range(call * 37 % 211)]
        for name in ["visit_%d" % number for number in range(50)]:
            getattr(Visitor, name, None)
        if call == once:
            kept.append(bytes(20_000))
    return growth.grown(run)["growth"]

print(json.dumps([of(once) for once in (19, 20, 45, 69, 70)]))
"""


def test_what_comes_once_is_no_growth(environment: Environment) -> None:
    """Wherever it falls, so that a release that does it one execution earlier is not worse."""
    found = json.loads(known_truth.run(environment, ["-c", BOOKKEEPING]))
    assert found == [0, 0, 0, 0, 0]


def test_the_collector_is_on_again(environment: Environment) -> None:
    program = "import gc\nfrom benchmarks.instruments import growth\n{}\nprint(gc.isenabled())"
    fails = "try: growth.grown(lambda: 1 // gc.isenabled())\nexcept ZeroDivisionError: pass"
    for code in ("growth.grown(int)", fails):
        assert known_truth.run(environment, ["-c", program.format(code)]) == "True\n"
