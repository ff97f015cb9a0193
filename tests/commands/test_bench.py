"""What scripts/bench asks asv for."""

import re

import pytest

from benchmarks.metrics import BY_NAME
from suite.commands.bench import selection
from suite.figures.tasks import tasks
from suite.measuring import names

METRICS = tuple(BY_NAME)


HEAP = "startup.costs.Imports.track_heap('sqlalchemy')"


def every_name() -> list[str]:
    """What asv calls every measurement of a style."""
    found = [
        f"{names.build(task.name, metric)}({style!r}, {size})"
        for task in tasks().values()
        for metric in METRICS
        for style in task.styles
        for size in task.sizes(BY_NAME[metric].instrument)
    ]
    return [*found, HEAP, "startup.costs.Imports.track_resident('sqlalchemy')"]


def selected(quick: bool, everything: bool) -> set[str]:
    option, pattern = selection(quick, everything, ())
    assert option == "--bench"
    return {name for name in every_name() if re.search(pattern, name)}


def test_the_articles_task_is_measured_by_default() -> None:
    wanted = {name for name in every_name() if ".bounced_addresses." in name} - few()
    assert selected(quick=False, everything=False) == wanted
    small = {name for name in wanted if not name.endswith(" 100000)")}
    assert selected(quick=True, everything=False) == small


def few() -> set[str]:
    """The seconds of few rows: those of the largest size that is measured are taken, and for the
    article's task of the two largest.
    """
    taken = {
        **dict.fromkeys(("campaigns", "export", "first_bounced", "history", "how_many"), (10_000,)),
        **dict.fromkeys(("requests", "sessions"), (50,)),
        "wide_rows": (200,),
        "bounced_addresses": (10_000, 100_000),
    }
    return {
        name
        for task in tasks().values()
        for rows in set(task.rows) - set(taken.get(task.name, task.rows[-1:]))
        for name in every_name()
        if name.startswith(names.build(task.name, "time_query")) and name.endswith(f", {rows})")
    }


def test_everything_is_all_but_the_slowest_and_the_seconds_of_few_rows() -> None:
    missing = set(every_name()) - selected(quick=False, everything=True)
    slowest = {
        name
        for name in every_name()
        if re.search(
            r"tasks\.(campaigns|export|first_bounced|history|how_many)\..*, 100000\)"
            r"|tasks\.(requests|sessions)\..*, 500\)|tasks\.wide_rows\..*, 2000\)",
            name,
        )
    }
    assert missing == slowest | few() | {HEAP}
    assert few()


@pytest.mark.parametrize("option", ["--bench", "--bench=how_many", "-b"])
def test_a_choice_of_the_users_stands(option: str) -> None:
    assert selection(False, True, ("2.0.58", option)) == []
