"""Amounts of memory and time: as people write them, and as they read them."""

import pytest

from suite.figures import amounts
from suite.figures.amounts import KIBIBYTE, MEBIBYTE

HEAP, TIME = "track_heap", "time_query"
GROWTH, RESIDENT_GROWTH = "track_growth", "track_growth_resident"


@pytest.mark.parametrize("value", ["0.1", None, [1], True, float("nan"), float("inf"), -0.01])
def test_what_is_no_share(value: object) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        amounts.parse_share(value)


@pytest.mark.parametrize("text", ["", "MiB", "1 TB", "-1", "1e3", "1,5 MiB", "9" * 16, "half"])
def test_what_is_no_amount_of_memory(text: str) -> None:
    with pytest.raises(ValueError, match="is not an amount of memory"):
        amounts.parse_amount(HEAP, text)


@pytest.mark.parametrize(
    ("metric", "value", "amount"),
    [
        (HEAP, "64 KiB", 65536.0),
        (HEAP, 7, 7.0),
        (TIME, "0.1 s", 0.1),
        (TIME, "2", 2.0),
        (TIME, 0, 0.0),
    ],
)
def test_an_amount_is_in_bytes_or_seconds(metric: str, value: object, amount: float) -> None:
    assert amounts.parse_amount(metric, value) == amount


@pytest.mark.parametrize("text", ["64 KiB", "soon", "-1 s", "nan"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time in seconds, such as"):
        amounts.parse_amount(TIME, text)


@pytest.mark.parametrize("name", ["net peak", "Net-Peak", " track_peak "])
def test_a_metric_has_two_names(name: str) -> None:
    assert amounts.metric_named(name) == "track_peak"


def test_no_metric_is_told_the_names_of_all() -> None:
    with pytest.raises(ValueError, match='"peek" is no metric: net peak; heap; retained; '):
        amounts.metric_named("peek")


@pytest.mark.parametrize(
    ("metric", "value", "readable", "small"),
    [
        (HEAP, 0, "0.00 MiB", "0 bytes"),
        (HEAP, -1023, "-0.00 MiB", "-1023 bytes"),
        (HEAP, KIBIBYTE, "0.00 MiB", "1.0 KiB"),
        (HEAP, MEBIBYTE, "1.00 MiB", "1.00 MiB"),
        (HEAP, 10 * MEBIBYTE, "10.0 MiB", "10.0 MiB"),
        (TIME, 0.0123, "12.3 ms", "12.3 ms"),
        (TIME, 1, "1.00 s", "1.00 s"),
        (GROWTH, 12.4, "12 bytes", "12 bytes"),
        (GROWTH, -0.4, "0 bytes", "0 bytes"),
        (GROWTH, 1023.6, "1.0 KiB", "1.0 KiB"),
        (RESIDENT_GROWTH, -18646, "-18.2 KiB", "-18.2 KiB"),
        (RESIDENT_GROWTH, MEBIBYTE, "1.00 MiB", "1.00 MiB"),
    ],
)
def test_digits_follow_the_size(metric: str, value: float, readable: str, small: str) -> None:
    assert amounts.readable(metric, value) == readable
    assert amounts.small(metric, value) == small


@pytest.mark.parametrize(
    ("metric", "value", "said"),
    [
        (GROWTH, -0.4, "0 bytes"),
        (GROWTH, 18646.2, "18,646 bytes"),
        (HEAP, MEBIBYTE, "1.0 MiB"),
        (TIME, 0.25, "0.250 seconds"),
    ],
)
def test_a_title_names_the_unit(metric: str, value: float, said: str) -> None:
    assert f"{amounts.in_unit(metric, value)} {amounts.unit_of(metric)}" == said


@pytest.mark.parametrize(
    ("metric", "value", "said"),
    [
        (HEAP, MEBIBYTE / 10, "0.1"),
        (HEAP, MEBIBYTE / 32, "32.0 KiB"),
        (HEAP, -12, "-12 bytes"),
        (HEAP, 0, "0.0"),
        (TIME, 0.0004, "0.4 ms"),
        (GROWTH, -0.4, "0"),
    ],
)
def test_what_a_column_would_show_as_nothing_has_its_own_unit(
    metric: str, value: float, said: str
) -> None:
    assert amounts.in_column(metric, value) == said


@pytest.mark.parametrize("text", ["64", "64 B", "64 bytes", "0.0625 KiB"])
def test_what_is_printed_can_be_typed(text: str) -> None:
    assert amounts.parse_amount(GROWTH, text) == 64


def test_what_failed_has_no_amount() -> None:
    assert amounts.readable(HEAP, None) == "failed"


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512MiB", 512 * MEBIBYTE),
        ("512m", 512 * MEBIBYTE),
        ("1.5 GiB", 1.5 * 2**30),
        ("1GB", 1e9),
        ("7", 7),
    ],
)
def test_amounts_of_memory(text: str, size: float) -> None:
    assert amounts.parse_bytes(text) == size
