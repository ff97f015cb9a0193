"""Figures in the front page's words, as static/page/figures.js writes them too."""

import math
from decimal import ROUND_HALF_UP, Decimal

from suite.figures.amounts import (
    GROWTH,
    KIBIBYTE,
    MEBIBYTE,
    is_seconds,
    least_divisor,
)
from suite.figures.limits import Limit

NONE, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"
GIBIBYTE = 2**30


def fixed(value: float, places: int) -> str:
    """So many digits after the point, rounded as JavaScript rounds: 18.25 to 18.3."""
    rounded = Decimal(abs(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{MINUS if value < 0 and rounded else ''}{rounded:,}"


def plain(value: float, places: int) -> str:
    """At most so many digits after the point, and none that is 0 at the end."""
    text = fixed(value, places).replace(",", "")
    return text.rstrip("0").rstrip(".") if "." in text else text


def whole(value: float) -> str:
    """A number without a point."""
    return fixed(value, 0)


def counted(count: float, word: str) -> str:
    """ "1 row", "2 rows"."""
    return f"{whole(count)} {word}{'' if count == 1 else 's'}"


def mebibytes(value: float) -> str:
    """In MiB, or with its unit in KiB or bytes, where MiB would read 0.00."""
    size = abs(value) / MEBIBYTE
    return by_size(value) if size < 0.005 else fixed(value / MEBIBYTE, 1 if size >= 9.995 else 2)


def by_size(value: float) -> str:
    """Bytes with the unit that fits their size."""
    size = abs(value)
    if size < 0.5:
        return "0"
    if size < KIBIBYTE:
        return f"{whole(value)} bytes"
    return f"{fixed(value / KIBIBYTE, 1)} KiB" if size < MEBIBYTE else f"{mebibytes(value)} MiB"


def seconds(value: float) -> str:
    """Seconds, or milliseconds where it is few of them."""
    if value >= 0.0995:
        return f"{fixed(value, 2)} s"
    return f"{fixed(value * 1000, 0 if value >= 0.00995 else 1)} ms"


def in_column(metric: str, value: float) -> str:
    """For a column whose heading names the unit; with one where it is another."""
    if is_seconds(metric):
        milliseconds = value * 1000
        size = abs(milliseconds)
        return fixed(milliseconds, 0 if size >= 99.95 or size == 0 else 1 if size >= 9.995 else 2)
    return whole(value) if metric in GROWTH else mebibytes(value)


def readable(metric: str, value: float | None) -> str:
    """A figure with its unit."""
    if value is None:
        return NONE
    if is_seconds(metric):
        return seconds(value)
    if metric in GROWTH:
        return by_size(value)
    text = mebibytes(value)
    return text if text[-1].isalpha() else f"{text} MiB"


def is_divisor(metric: str, value: float) -> bool:
    """Whether other figures are told as a share of this one."""
    return value > 0 and value >= least_divisor(metric)


def difference(metric: str, before: float, after: float) -> str:
    """In percent, or with its unit where that says little."""
    more = abs(after - before)
    tells = is_divisor(metric, before) and after < 10 * before
    size = f"{fixed(100 * more / before, 1)} %" if tells else readable(metric, more)
    return ("+" if after > before else MINUS) + size


def part_of(before: float, after: float, what: str) -> str:
    """ "1/9 of the memory", "12 % less time": after against before."""
    factor = after / before
    if 2 / 3 < factor < 1.5:
        more = "less" if factor < 1 else "more"
        return f"{fixed(100 * abs(1 - factor), 0)} % {more} {what}"
    if factor >= 1.5:
        return f"{plain(factor, 1)} times the {what}"
    share = math.floor(1 / factor + 0.5)
    return f"half the {what}" if share == 2 else f"1/{share} of the {what}"


def rounded_down(rows: float, kept: int = 3) -> float:
    """Down to so many digits: what a number of rows is drawn on from is not known better."""
    magnitude = 10.0 ** max(0, math.floor(math.log10(rows)) + 1 - kept)
    return math.floor(rows / magnitude) * magnitude


def fit_text(rows: float | None) -> str:
    """How many rows fit, for a cell: "95,400", "0.28 M", "3.46 M"."""
    if rows is None:
        return NONE
    if math.isinf(rows):
        return "any"
    if rows < 1:
        return "none"
    down = rounded_down(rows)
    if down < 1e5:
        return whole(down)
    if down >= 1e9:
        return f"{fixed(rounded_down(rows, 2) / 1e9, 1)} bn"
    if down < 1e7:
        return f"{fixed(math.floor(down / 1e4) / 100, 2)} M"
    return f"{plain(down / 1e6, 2)} M"


def fit_words(rows: float) -> str:
    """The same for a sentence: "281,000 rows fit"."""
    if math.isinf(rows):
        return "any number of rows fit"
    if rows < 1:
        return "not one row fits"
    down = rounded_down(rows)
    if down < 1e6:
        return f"{counted(down, 'row')} {'fits' if down == 1 else 'fit'}"
    if down < 1e9:
        return f"{plain(down / 1e6, 2)} million rows fit"
    return f"{plain(rounded_down(rows, 2) / 1e9, 1)} billion rows fit"


def budget(size: float) -> str:
    """ "512 MiB", "2 GiB"."""
    gibibytes = size / GIBIBYTE
    if gibibytes >= 1 and (gibibytes * 10).is_integer():
        return f"{plain(gibibytes, 1)} GiB"
    return f"{plain(size / MEBIBYTE, 2)} MiB"


def limit_text(metric: str, limit: Limit) -> str:
    """From where on a change is shown: "1 MiB or 2 %"."""
    if is_seconds(metric):
        floor = f"{plain(limit.floor, 4)} s"
    elif limit.floor >= MEBIBYTE:
        floor = f"{plain(limit.floor / MEBIBYTE, 4)} MiB"
    elif limit.floor >= KIBIBYTE:
        floor = f"{plain(limit.floor / KIBIBYTE, 4)} KiB"
    else:
        floor = f"{plain(limit.floor, 4)} bytes"
    return f"{floor} or {plain(100 * limit.share, 4)} %"
