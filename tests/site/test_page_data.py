"""What the page is told of stored figures: values, and styles in their order."""

from dataclasses import replace

import pytest

from suite.figures import streaming, tasks
from suite.figures.identity import Platform
from suite.measuring.results import Figure
from suite.site import index, page_data, release_data, shown

TASK = "bounced_addresses"
STYLES = list(tasks.tasks()[TASK].styles)


def figure(
    style: str,
    value: float | None,
    metric: str = "track_peak",
    release: str = "2.1.9",
    rows: int = 1000,
    task: str = TASK,
    database: str = "sqlite",
    python: str = "3.11",
) -> Figure:
    where = Platform("box", python, database)
    return Figure(where, release, task, style, rows, metric, value, "1")


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
    assert platform.tasks[TASK].failed == {1000: {"columns": {1: "failed"}}}
    assert release_data.of_release(platform, 1, shown.tasks_of([platform])) == {
        TASK: {"values": {}, "failed": {1000: {"columns": "failed"}}, "streams": {}}
    }


def test_tasks_styles_and_sizes_stand_in_the_catalogue_s_order() -> None:
    """What the catalogue lacks comes last, by name."""
    figures = [
        *(figure("x", 1.0, task=task) for task in ("zz", "aa", "how_many")),
        *(figure(style, 1.0, rows=rows) for style in ("b", "a") for rows in (100, 1000, 10)),
        *(figure(style, 1.0) for style in reversed(STYLES)),
        figure("columns", 1.0, "track_growth", rows=20),
    ]
    (platform,) = found = page_data.by_platform(figures, {})
    tasks = shown.tasks_of(found)
    assert [task.name for task in tasks] == [TASK, "how_many", "aa", "zz"]
    described = index.describe_task(tasks[0])
    assert list(described["styles"]) == [*STYLES, "a", "b"]
    assert described["styles"]["a"] == {"label": "a", "gives": None}
    assert described["styles"]["columns"] == {"label": "column only, .all()", "gives": "values"}
    assert index.sizes(platform.tasks[TASK], "track_peak") == [10, 100, 1000]
    assert index.sizes(platform.tasks[TASK], "track_growth") == [20]


def test_a_release_s_file_has_a_value_for_each_style_of_the_index() -> None:
    """Of seconds, the interval too, where there are samples enough."""
    seconds = [
        replace(figure("columns", 2.0, "time_query"), samples=(1.0, 2.0, 3.0)),
        replace(figure("yield_per", 2.0, "time_query"), samples=(2.0,)),
    ]
    (platform,) = found = page_data.by_platform([figure("columns", 5.0), *seconds], {})
    values = release_data.of_release(platform, 0, shown.tasks_of(found))[TASK]["values"]
    wanted: dict[str, object] = dict.fromkeys(STYLES)
    assert values["track_peak"] == {1000: list({**wanted, "columns": 5}.values())}
    times = dict(zip(STYLES, values["time_query"][1000], strict=True))
    assert times["yield_per"] == [2.0]
    median, low, high = times["columns"]
    assert low <= 1.0 < median < 3.0 <= high


def test_databases_of_one_release_stand_in_the_order_of_all_tables() -> None:
    """SQLite is shown where the address names none, also where another has a newer release."""
    names = ["mariadb+pymysql", "unknown", "postgresql+psycopg2", "sqlite+aiosqlite", "sqlite"]
    found = page_data.by_platform([figure("columns", 1.0, database=name) for name in names], {})
    assert [data.platform.database for data in found] == [
        "sqlite",
        "sqlite+aiosqlite",
        "postgresql+psycopg2",
        "mariadb+pymysql",
        "unknown",
    ]
    newer = figure("columns", 1.0, database="unknown", release="2.1.10")
    (first, _) = page_data.by_platform([figure("columns", 1.0), newer], {})
    assert first.platform.database == "sqlite"


def streamed(database: str, small: float, large: float, task: str = "streaming") -> list[Figure]:
    return [
        figure("core_stream", value * 2**20, rows=rows, task=task, database=database)
        for rows, value in ((10_000, small), (100_000, large))
    ]


def test_each_style_streams_or_not_on_each_release() -> None:
    older = figure("core_stream", 1.0, release="2.1.8", rows=100_000, task="streaming")
    figures = [older, *streamed("sqlite", 2, 2), *streamed("mariadb+mysqlconnector", 3, 30)]
    skipped = {
        (figures[0].platform, "2.1.9", "streaming", "async_stream"): "it needs an async driver",
        (figures[0].platform, "2.0.58", "streaming", "async_stream"): "a release without figures",
        (figures[0].platform, "2.1.9", "export", "core"): "another task",
    }
    sqlite, connector = page_data.by_platform(figures, {}, skipped)
    assert sqlite.tasks["streaming"].streams == {
        "core_stream": [
            {"streams": None, "why": "measured at 100,000 rows only"},
            {"streams": True, "row": 0},
        ],
        "async_stream": [None, {"skipped": "it needs an async driver"}],
    }
    row = round(27 * 2**20 / 90_000)
    assert connector.tasks["streaming"].streams == {"core_stream": [{"streams": False, "row": row}]}


def test_nothing_is_said_of_streaming_where_rows_are_kept_or_one_database_is_measured() -> None:
    both = ("sqlite", "mariadb+pymysql")
    kept = [one for name in both for one in streamed(name, 3, 30, TASK)]
    assert all(not data.tasks[TASK].streams for data in page_data.by_platform(kept, {}))
    (alone,) = page_data.by_platform(streamed("sqlite", 2, 2), {})
    assert alone.tasks[streaming.TASK].streams == {}
    elsewhere = figure("core_stream", 1.0, task="streaming", database=both[1], python="3.8")
    for data in page_data.by_platform([*streamed("sqlite", 2, 2), elsewhere], {}):
        assert data.tasks["streaming"].streams == {}
