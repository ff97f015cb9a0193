"""How a figure grows with the rows, and how many rows fit in a given amount of memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.figures.scaling import UNLIMITED, bytes_a_row, rows_that_fit

SIZES = (10000, 100000)
MIB = 2**20


@given(
    fixed=st.integers(20 * MIB, 100 * MIB),
    slope=st.integers(100, 5000),
    budget=st.integers(128 * MIB, 4096 * MIB),
)
def test_rows_that_fit_fill_the_budget(fixed: int, slope: int, budget: int) -> None:
    process = {rows: float(fixed + slope * rows) for rows in SIZES}
    net_peak = {rows: float(slope * rows) for rows in SIZES}
    assert bytes_a_row(net_peak, max(SIZES)) == pytest.approx(slope)
    assert bytes_a_row(net_peak, min(SIZES)) is None
    # At a small size the imports can need more than the query.
    process[min(SIZES)] += slope * min(SIZES)
    for sizes in (SIZES, SIZES[1:]):
        fit = rows_that_fit(
            {rows: process[rows] for rows in sizes},
            {rows: net_peak[rows] for rows in sizes},
            budget,
        )
        assert fit is not None
        assert fixed + slope * fit <= budget + slope
        assert fixed + slope * (fit + 2) > budget


def test_what_does_not_grow_fits_any_number() -> None:
    flat = {10000: 60.0 * MIB, 100000: 60.1 * MIB}
    assert rows_that_fit(flat, {10000: 1.0, 100000: 1.0}, 512 * MIB) == UNLIMITED
    assert rows_that_fit(flat, {10000: 1.0, 100000: 1.0}, 32 * MIB) == 0
    assert rows_that_fit({}, {}, 512 * MIB) is None
    assert rows_that_fit({100000: 600.0 * MIB}, {100000: 200.0 * MIB}, 300 * MIB) == 0
