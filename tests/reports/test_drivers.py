"""Driver by driver: what is held, whether it streams, and what that costs."""

from pathlib import Path

import pytest

from suite.figures.identity import Platform
from suite.figures.streaming import NOISE, TASK
from suite.measuring import results
from suite.measuring.results import Figure
from suite.reports import drivers, platforms, tables
from suite.reports.drivers import DriverReport
from tests import fake_results

MEBIBYTE = 2**20
SMALL, LARGE = 10_000, 100_000
PSYCOPG2, ASYNCPG = "postgresql+psycopg2", "postgresql+asyncpg"
CONNECTOR = "mariadb+mysqlconnector"


def on(database: str, python: str = "3.11") -> Platform:
    return Platform("box", python, database)


def figures(
    database: str,
    style: str,
    small: float | None,
    large: float | None,
    seconds: float = 0.5,
    release: str = "2.1.9",
    python: str = "3.11",
) -> list[Figure]:
    """Net peaks in MiB at both sizes, and the seconds of the larger one."""
    found = [
        Figure(
            on(database, python),
            release,
            TASK,
            style,
            rows,
            "track_peak",
            None if size is None else size * MEBIBYTE,
            "1",
            failed="out of memory" if size is None else None,
        )
        for rows, size in ((SMALL, small), (LARGE, large))
    ]
    where = on(database, python)
    return [*found, Figure(where, release, TASK, style, LARGE, "time_query", seconds, "1")]


# As measured on 2.1.9.
MEASURED = [
    *figures(CONNECTOR, "core_stream", 2.8, 28.1),
    *figures(CONNECTOR, "orm_yield_per", 9.1, 91.0),
    *figures(PSYCOPG2, "core_iterated", 0.6, 6.2, seconds=0.25),
    *figures(PSYCOPG2, "core_stream", 0.2, 0.2),
    *figures(ASYNCPG, "async_core_stream", 0.6, 0.6),
    *figures("sqlite", "core_iterated", 1.9, 2.0),
    *figures("sqlite", "orm_all", 18.4, None),
]
SKIPPED: drivers.Skips = {
    (on("sqlite"), "2.1.9", TASK, "async_core_stream"): "it needs an async driver",
    (on(PSYCOPG2), "2.1.9", TASK, "async_core_stream"): "it needs an async driver",
    (on("postgresql+psycopg"), "2.1.9", TASK, "core_stream"): "psycopg needs SQLAlchemy 2.0",
    (on("sqlite"), "1.4.54", TASK, "core_stream"): "of another release",
    (on("sqlite"), "2.1.9", "export", "core_stream"): "of another task",
}


def report(found: list[Figure] = MEASURED, release: str | None = None) -> DriverReport:
    made = drivers.report(found, SKIPPED, LARGE, NOISE, release)
    assert made is not None
    return made


def cells(table: tables.Table) -> dict[str, dict[str, str]]:
    """By driver and heading."""
    titles = [" ".join(column.title.split()) for column in table.columns]
    return {row[0]: dict(zip(titles[1:], row[1:], strict=True)) for row in table.rows}


def test_drivers_stand_in_one_order_and_what_is_skipped_is_there_too() -> None:
    held, *_ = drivers.render(report())
    assert list(cells(held)) == ["SQLite", "psycopg2", "psycopg", "asyncpg", "MySQL Connector"]


def test_what_is_held_is_the_net_peak_at_the_size() -> None:
    held = cells(drivers.render(report())[0])
    assert held["psycopg2"] == {
        "Core iterated": "6.2",
        "Core stream": "0.2",
        "ORM .all()": "-",
        "ORM yield_per": "-",
        "async Core": "can't",
    }
    assert held["SQLite"]["ORM .all()"] == "failed"
    assert held["psycopg"]["Core stream"] == "can't"


def test_which_pairs_stream() -> None:
    streams = cells(drivers.render(report())[1])
    assert streams["psycopg2"]["Core iterated"] == "no 65"
    assert streams["psycopg2"]["Core stream"] == "yes"
    assert streams["MySQL Connector"]["Core stream"] == "no 295"
    assert streams["MySQL Connector"]["ORM yield_per"] == "no 954"
    assert streams["asyncpg"]["async Core"] == "yes"
    assert streams["SQLite"]["Core iterated"] == "yes"
    assert streams["SQLite"]["async Core"] == "can't"


def test_seconds_stand_beside_memory() -> None:
    timed = cells(drivers.render(report())[2])
    assert timed["psycopg2"]["Core stream"] == "0.500"
    only = [figure for figure in MEASURED if figure.metric != "time_query"]
    timed = cells(drivers.render(report(only))[2])
    assert timed["psycopg2"]["Core stream"] == "-"


def test_each_reason_is_given_once() -> None:
    single = [figure for figure in MEASURED if figure.rows == LARGE or figure.style != "orm_all"]
    one_size = figures(ASYNCPG, "core_stream", 0.6, 0.6)[1:]
    *_, reasons = drivers.render(report([*single, *one_size]))
    assert [list(row) for row in reasons.rows] == [
        ["Core stream", "psycopg needs SQLAlchemy 2.0", "psycopg"],
        ["Core stream", "measured at 100,000 rows only", "asyncpg"],
        ["ORM .all()", "out of memory", "SQLite"],
        ["async Core", "it needs an async driver", "SQLite, psycopg2"],
    ]


def test_async_columns_are_there_where_a_driver_has_them() -> None:
    without = [figure for figure in MEASURED if figure.platform.database != ASYNCPG]
    held, *_ = drivers.render(report(without))
    assert "async" not in tables.render(held)
    held, *_ = drivers.render(report())
    assert "AsyncConnection.stream" in held.caption


def test_styles_that_are_named_are_the_columns_of_all_tables() -> None:
    for table in drivers.render(report(), styles=["core_max_row_buffer", "core_stream"])[:3]:
        assert list(cells(table)["psycopg2"]) == ["core max row buffer", "Core stream"]


def test_the_newest_release_is_shown_and_what_has_others_is_named() -> None:
    older = figures("mariadb+pymysql", "core_stream", 0.2, 0.2, release="2.0.58")
    made = report([*MEASURED, *older])
    assert made.release == "2.1.9"
    held, *_ = drivers.render(made)
    assert "PyMySQL" not in cells(held)
    assert "measured on other releases only: PyMySQL (2.0.58)" in held.caption
    named = report([*MEASURED, *older], release="2.0.58")
    assert list(named.lines) == ["mariadb+pymysql"]
    assert drivers.HOW in drivers.render(named)[0].caption
    assert drivers.report(MEASURED, SKIPPED, LARGE, NOISE, "1.4.54") is None


def test_pythons_have_tables_of_their_own_and_are_never_merged(tmp_path: Path) -> None:
    found = [*MEASURED, *figures("sqlite", "core_stream", 2.1, 2.2, python="3.8")]
    with pytest.raises(ValueError, match="several machines or Pythons"):
        drivers.report(found, SKIPPED, LARGE, NOISE)
    written = drivers.written(found, SKIPPED, LARGE, NOISE, tmp_path)
    titles = [table.title for table in written if table.title.startswith("Net peak")]
    assert [title.rpartition(", ")[2] for title in titles] == ["Python 3.11", "Python 3.8"]


def test_no_word_is_broken_on_a_terminal() -> None:
    styles = {*drivers.HELD, *drivers.STREAMED, *drivers.TIMED}
    names = (CONNECTOR, PSYCOPG2, ASYNCPG, "mariadb+mysqldb")
    found = [one for name in names for style in styles for one in figures(name, style, 17, 174)]
    for table in drivers.render(report(found))[:3]:
        printed = tables.render(table, width_of_a_file=80)
        texts = [column.title for column in table.columns]
        texts += [cell for row in table.rows for cell in row]
        for word in " ".join(texts).split():
            assert word in printed, printed


def test_the_words_of_a_driver_name_its_host() -> None:
    made = report(figures(f"{PSYCOPG2}@db.example.com:5433", "core_stream", 0.2, 0.2))
    held, *_ = drivers.render(made)
    assert "psycopg2 at db.example.com:5433" in cells(held)
    unknown = report(figures("oracle+cx, x", "core_stream", 0.2, 0.2))
    assert "oracle+cx, x" in cells(drivers.render(unknown)[0])


def test_stored_files_give_figures_and_skips_of_each_database(tmp_path: Path) -> None:
    flat = ("core_stream", "async_core_stream")
    for database in ("sqlite", PSYCOPG2, ASYNCPG):
        fake_results.write(tmp_path, ["2.1.9"], (TASK,), database=database, flat=flat)
    skipped = drivers.skips(tmp_path)
    where = {platform.database for platform, *_ in skipped}
    assert where == {"sqlite", PSYCOPG2}
    written = drivers.written(results.read(tmp_path), skipped, LARGE, NOISE, tmp_path)
    held, streams = map(cells, written[:2])
    value = fake_results.value(TASK, "core_fetchall", LARGE, "track_peak", "2.1.9", PSYCOPG2)
    assert held["psycopg2"]["Core fetch all"] == f"{value / MEBIBYTE:.1f}"
    assert streams["asyncpg"]["async Core"] == "yes"
    assert streams["psycopg2"]["async Core"] == "can't"
    assert streams["psycopg2"]["Core iterated"].startswith("no ")
    (tmp_path / "quiet" / "2.1.9-engine-py3.11.json").write_text("{")
    assert {platform.database for platform, *_ in drivers.skips(tmp_path)} == {PSYCOPG2}


@pytest.mark.parametrize(
    ("name", "words", "short"),
    [
        ("sqlite", "SQLite", "SQLite"),
        ("postgresql+psycopg2", "PostgreSQL, psycopg2", "psycopg2"),
        ("mariadb+pymysql@[::1]:3307", "MariaDB, PyMySQL at [::1]:3307", "PyMySQL at [::1]:3307"),
        ("a, b", "a, b", "a, b"),
    ],
)
def test_a_database_is_called_what_people_call_it(name: str, words: str, short: str) -> None:
    assert platforms.database_words(name) == words
    assert platforms.driver_words(name) == short


def test_a_title_names_the_database_where_it_is_not_sqlite_alone(tmp_path: Path) -> None:
    def titles(*databases: str) -> list[str]:
        found = [one for name in databases for one in figures(name, "core_stream", 1, 1)]
        return [words for words, _ in platforms.apart(found, tmp_path)]

    assert titles("sqlite") == [""]
    box = "unknown processor, Python 3.11"
    assert titles(PSYCOPG2) == [f"{box}, PostgreSQL, psycopg2"]
    assert titles(CONNECTOR, PSYCOPG2, "sqlite") == [
        f"{box}, SQLite",
        f"{box}, PostgreSQL, psycopg2",
        f"{box}, MariaDB, MySQL Connector",
    ]
