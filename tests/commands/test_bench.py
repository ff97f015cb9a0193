"""What scripts/bench asks asv for."""

import re

import pytest

from benchmarks.metrics import BY_NAME
from suite.commands.bench import selection
from suite.figures.tasks import tasks
from suite.measuring import names

METRICS = tuple(BY_NAME)


def every_name() -> list[str]:
    """What asv calls every measurement of a style."""
    found = [
        f"{names.build(task.name, metric)}({style!r}, {size})"
        for task in tasks().values()
        for metric in METRICS
        for style in task.styles
        for size in task.rows
    ]
    return [*found, "startup.costs.Imports.track_heap('sqlalchemy')"]


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
    """The seconds of few rows: below 10,000 of the article's task, and 100,000 of the others."""
    timed = {name for name in every_name() if "time_query" in name}
    article = {name for name in timed if ".bounced_addresses." in name}
    return {
        name
        for name in timed
        if name.endswith(", 1000)") or (name.endswith(", 10000)") and name not in article)
    }


def test_everything_is_all_but_the_slowest_and_the_seconds_of_few_rows() -> None:
    missing = set(every_name()) - selected(quick=False, everything=True)
    slowest = {f"{names.build('history', metric)}('lazy', 100000)" for metric in METRICS}
    assert missing == slowest | few()
    assert few()


@pytest.mark.parametrize("option", ["--bench", "--bench=how_many", "-b"])
def test_a_choice_of_the_users_stands(option: str) -> None:
    assert selection(False, True, ("2.0.58", option)) == []
