"""What scripts/bench asks asv for."""

import itertools
import re

import pytest

from benchmarks import catalogue, memory, timing
from suite import benchmark_names, styles
from suite.commands.bench import selection

METRICS = ("peakmem_process", "track_heap", "time_query")


def names() -> list[str]:
    """What asv calls every measurement of a style."""
    found = []
    for module, metrics in ((memory, METRICS[:2]), (timing, METRICS[2:])):
        rows = {
            owner.task: owner.rows
            for owner in vars(module).values()
            if isinstance(getattr(owner, "task", None), str)
        }
        for task, metric in itertools.product(catalogue.TASKS, metrics):
            name = benchmark_names.build(task, metric)
            found += [
                f"{name}({style!r}, {size})"
                for style, size in itertools.product(styles.tasks()[task].styles, rows[task])
            ]
    return [*found, "startup.Imports.track_heap('sqlalchemy')"]


def selected(quick: bool, everything: bool) -> set[str]:
    option, pattern = selection(quick, everything, ())
    assert option == "--bench"
    return {name for name in names() if re.search(pattern, name)}


def test_the_articles_task_is_measured_by_default() -> None:
    wanted = {name for name in names() if ".BouncedAddresses." in name}
    assert selected(quick=False, everything=False) == wanted
    small = {name for name in wanted if not name.endswith(" 100000)")}
    assert selected(quick=True, everything=False) == small


def test_everything_is_all_but_the_slowest() -> None:
    missing = set(names()) - selected(quick=False, everything=True)
    assert missing == {
        f"{benchmark_names.build('history', metric)}('lazy', 100000)" for metric in METRICS
    }


@pytest.mark.parametrize("option", ["--bench", "--bench=HowMany", "-b"])
def test_a_choice_of_the_users_stands(option: str) -> None:
    assert selection(False, True, ("2.0.58", option)) == []
