"""Does it stream? Told from net peaks at two sizes."""

import pytest

from suite.figures import streaming
from suite.figures.limits import Limit

MEBIBYTE = 2**20
SMALL, LARGE = 10_000, 100_000


def verdict(small: float, large: float) -> streaming.Verdict:
    """Of net peaks in MiB at the sizes of the task."""
    found = streaming.verdict({SMALL: small * MEBIBYTE, LARGE: large * MEBIBYTE})
    assert found is not None
    return found


# Net peaks at 100,000 rows by driver, as measured; what holds rows has a tenth of them at 10,000.
@pytest.mark.parametrize(
    ("what", "large"),
    [
        ("Core fetchall(), PyMySQL", 21.2),
        ("Core fetchall(), SQLite", 27.8),
        ("Core iterated, psycopg2", 6.2),
        ("Core iterated, psycopg", 6.1),
        ("Core iterated, mysqlclient", 23.5),
        ("Core stream, MySQL Connector", 28.1),
        ("ORM all(), MySQL Connector", 146.0),
        ("ORM yield_per(1000), MySQL Connector", 91.0),
    ],
)
def test_what_holds_its_rows_does_not_stream(what: str, large: float) -> None:
    found = verdict(large / 10, large)
    assert found.streams is False, what
    assert found.bytes_a_row == pytest.approx(large * 0.9 * MEBIBYTE / 90_000)


@pytest.mark.parametrize(
    ("what", "small", "large"),
    [
        ("Core iterated, SQLite", 1.875, 1.875),
        ("Core stream, asyncmy", 0.4, 0.9),
        ("ORM yield_per(1000), PyMySQL", 3.4, 3.5),
        ("ORM yield_per(1000), SQLite", 5.375, 5.5),
        ("less at the larger size, by noise", 5.5, 4.4),
        ("a cache that still fills, by as much as counts as a change", 1.0, 2.0),
    ],
)
def test_what_holds_a_chunk_streams(what: str, small: float, large: float) -> None:
    assert verdict(small, large).streams is True, what


def test_the_shortest_rows_that_are_held_are_told_from_none() -> None:
    grown = streaming.LEAST_ROW * (LARGE - SMALL)
    assert streaming.verdict({SMALL: 0.0, LARGE: grown}) == streaming.Verdict(True, 16.0)
    more = streaming.verdict({SMALL: 0.0, LARGE: grown + 1})
    assert more is not None
    assert more.streams is False


def test_of_several_sizes_the_two_largest_tell() -> None:
    """A buffer fills from 1,000 rows to 10,000, and stays."""
    peaks = {1_000: 1.0 * MEBIBYTE, SMALL: 5.0 * MEBIBYTE, LARGE: 5.1 * MEBIBYTE}
    found = streaming.verdict(dict(reversed(peaks.items())))
    assert found is not None
    assert found.streams is True


@pytest.mark.parametrize(
    ("net_peaks", "why"),
    [
        ({LARGE: 1.0}, "measured at 100,000 rows only"),
        ({SMALL: 1.0, LARGE: None}, "failed at 100,000 rows"),
        ({SMALL: None, LARGE: 1.0}, "failed at 10,000 rows"),
        # 9,000 rows of psycopg2's buffer are 0.6 MiB, which no limit tells from noise.
        ({1_000: 0.0, SMALL: 0.6 * MEBIBYTE}, "1,000 and 10,000 rows are too near to each other"),
        # A thousand entities more, which is what a chunk of yield_per(1000) lacked at 200 rows.
        ({200: 0.0, SMALL: 1.8 * MEBIBYTE}, "at 200 rows a buffer may not be full yet"),
    ],
)
def test_what_cannot_be_told_says_why(net_peaks: dict[int, float | None], why: str) -> None:
    found = streaming.verdict(net_peaks)
    assert found is not None
    assert found.streams is None
    assert found.why.startswith(why)


def test_the_noise_of_a_large_figure_is_a_share_of_it() -> None:
    """2 % of 200 MiB are 4 MiB: 90,000 short rows would not show."""
    peaks: dict[int, float | None] = {SMALL: 200.0 * MEBIBYTE, LARGE: 202.0 * MEBIBYTE}
    found = streaming.verdict(peaks, Limit(0.02, MEBIBYTE))
    assert found is not None
    assert found.streams is None
    certain = streaming.verdict({**peaks, LARGE: 210.0 * MEBIBYTE}, Limit(0.02, MEBIBYTE))
    assert certain is not None
    assert certain.streams is False


def test_nothing_measured_is_no_verdict() -> None:
    assert streaming.verdict({}) is None
