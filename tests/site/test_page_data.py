"""What the page is told of stored figures: values, styles in their order, and what is drawn."""

from itertools import pairwise

import pytest

from suite.figures import tasks
from suite.figures.identity import Platform
from suite.measuring.results import Figure
from suite.reports.pictures import TYPICAL
from suite.site import page_data

TASK = "bounced_addresses"
STYLES = list(tasks.tasks()[TASK].styles)


def figure(
    style: str,
    value: float | None,
    metric: str = "track_peak",
    release: str = "2.1.9",
    rows: int = 1000,
    task: str = TASK,
) -> Figure:
    return Figure(Platform("box", "3.11"), release, task, style, rows, metric, value, "1")


@pytest.mark.parametrize(
    ("value", "metric", "shown"),
    [
        (1234567.4, "track_peak", 1234567),
        (0.123456, "time_query", 0.1235),
        (float("inf"), "track_peak", None),
        (None, "track_peak", None),
    ],
)
def test_values_have_no_more_digits_than_can_be_told(
    value: float | None, metric: str, shown: float | None
) -> None:
    (platform,) = page_data.by_platform([figure("columns", value, metric)], {})
    assert platform.tasks[TASK].values == {metric: {1000: {"columns": [shown]}}}


def test_a_failure_is_noted_at_its_release_and_no_build_is_made_up() -> None:
    figures = [figure("columns", 1.0, release="1.4.54"), figure("columns", None)]
    (platform,) = page_data.by_platform(figures, {})
    assert platform.releases == ["1.4.54", "2.1.9"]
    assert platform.compiled == [None, None]
    where = {"metric": "track_peak", "rows": 1000, "style": "columns", "release": 1}
    assert platform.tasks[TASK].notes == [{**where, "failed": "failed"}]


def test_tasks_styles_and_sizes_stand_in_the_catalogue_s_order() -> None:
    """What the catalogue lacks comes last, by name."""
    figures = [
        *(figure("x", 1.0, task=task) for task in ("zz", "aa", "how_many")),
        *(figure(style, 1.0, rows=rows) for style in ("b", "a") for rows in (100, 1000, 10)),
        *(figure(style, 1.0) for style in reversed(STYLES)),
    ]
    (platform,) = page_data.by_platform(figures, {})
    assert list(platform.tasks) == [TASK, "how_many", "aa", "zz"]
    described = page_data.describe_task(TASK, platform.tasks[TASK])
    assert list(described["styles"]) == [*STYLES, "a", "b"]
    assert described["rows"] == [10, 100, 1000]
    assert described["styles"]["a"] == "a"
    assert described["styles"]["columns"] == "column only, .all()"


@pytest.mark.parametrize("count", [0, 1, 3, 4, 30])
def test_as_many_styles_are_drawn_as_are_typical(count: int) -> None:
    """Of a task that has none of those, others, evenly spaced; in the order of the catalogue."""
    own = [f"a style {number:02}" for number in range(count)]
    wanted = len(TYPICAL)
    drawn = drawn_of(own)
    assert len(drawn) == min(count, wanted)
    assert drawn == sorted(drawn)
    if count > wanted:
        places = [own.index(style) for style in drawn]
        apart = [after - before for before, after in pairwise(places)]
        assert max(apart) - min(apart) <= 1
    assert set(drawn_of(STYLES)) == set(TYPICAL) < set(STYLES)
    mixed = drawn_of([*own, TYPICAL[0]])
    assert TYPICAL[0] in mixed
    assert mixed == sorted(mixed)
    assert len(mixed) == min(count + 1, wanted)


def drawn_of(styles: list[str]) -> list[str]:
    values: dict[str, dict[int, dict[str, list[float | None]]]]
    values = {"track_peak": {1000: {style: [1.0] for style in styles}}}
    drawn: list[str] = page_data.describe_task("none", page_data.TaskData(values))["drawn"]
    return drawn
