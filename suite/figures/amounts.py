"""Amounts of memory and time: as people write them, and as they read them."""

import math
import re

from benchmarks import metrics
from benchmarks.metrics import BY_NAME, METRICS, SECONDS

MEBIBYTE = 2**20
KIBIBYTE = 2**10

# The batch in which the kernel counts resident pages where limits and docs were measured, in bytes
# (docs/evidence/measuring.md).
BATCH = 128 * KIBIBYTE

# What memory has to grow by, in bytes, to be told from none.
SMALLEST_GROWTH = 2 * BATCH

# The metrics that are read from the resident size, which is told in pages and counted in batches.
RESIDENT = tuple(metric.name for metric in METRICS if metric.instrument == "resident")

# Those that tell what each further execution leaves: some bytes, or many KiB.
GROWTH = tuple(metric.name for metric in METRICS if metric.instrument == metrics.REPEATING)
_RESIDENT_GROWTH = "track_growth_resident"

# Docker's k, m, g and Kubernetes' Ki, Mi, Gi are binary; KB, MB, GB are the decimal units.
UNITS = {
    "": 1,
    **dict.fromkeys(("b", "byte", "bytes"), 1),
    **dict.fromkeys(("k", "ki", "kib"), 2**10),
    **dict.fromkeys(("m", "mi", "mib"), 2**20),
    **dict.fromkeys(("g", "gi", "gib"), 2**30),
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
}
# More digits than any machine has bytes are no amount, and overflow a float.
_AMOUNT = re.compile(r"\s*(\d{1,15}(?:\.\d{1,15})?)\s*([a-zA-Z]*)\s*")


def label(metric: str) -> str:
    """What people call a metric: "net peak" for "track_peak"."""
    return str(BY_NAME[metric].label)


def is_seconds(metric: str) -> bool:
    """Whether a metric is in seconds; all others are in bytes."""
    return bool(BY_NAME[metric].unit == SECONDS)


def metric_named(name: str) -> str:
    """The metric that a person calls "net peak", or asv "track_peak". Raises ValueError."""
    wanted = name.strip().lower().replace("-", " ")
    for metric in METRICS:
        if wanted in (metric.label, metric.name.replace("-", " ")):
            return str(metric.name)
    raise ValueError(f'"{name[:40]}" is no metric: {"; ".join(m.label for m in METRICS)}')


def least_divisor(metric: str) -> float:
    """The least figure that others are told as multiples or as a share of.

    Of less resident memory, the batches in which it is counted would be a tenth and more; growth
    that is noise is some bytes, of resident memory a page or two, and can be negative.
    """
    if metric in GROWTH:
        return 8.0 * KIBIBYTE if metric == _RESIDENT_GROWTH else KIBIBYTE
    return MEBIBYTE if metric in RESIDENT else 0.0


def readable(metric: str, value: float | None) -> str:
    """``value`` of ``metric`` with its unit: seconds as seconds or milliseconds, bytes as MiB.

    Growth is in the unit that fits its size, from bytes on.
    """
    if value is None:
        return "failed"
    if is_seconds(metric):
        return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"
    return by_size(value) if metric in GROWTH else mebibytes(value)


def small(metric: str, value: float) -> str:
    """A difference of ``metric`` with its unit, in bytes and milliseconds where it is small."""
    return readable(metric, value) if is_seconds(metric) else by_size(value)


def by_size(value: float) -> str:
    """Bytes as bytes, KiB or MiB."""
    if abs(value) >= MEBIBYTE:
        return mebibytes(value)
    whole = round(value)  # as which -0.4 has no sign
    return f"{whole} bytes" if abs(whole) < KIBIBYTE else f"{value / KIBIBYTE:.1f} KiB"


def mebibytes(value: float) -> str:
    """Bytes as MiB, with more digits where the figure is small."""
    size = value / MEBIBYTE
    return f"{size:.1f} MiB" if abs(size) >= 10 else f"{size:.2f} MiB"


def in_unit(metric: str, value: float) -> str:
    """``value`` alone, in the unit that a table's title names: `unit_of`."""
    if metric in GROWTH:
        return f"{round(value):,}"
    return f"{value:.3f}" if is_seconds(metric) else f"{value / MEBIBYTE:.1f}"


def in_column(metric: str, value: float) -> str:
    """As `in_unit`; with its own unit, KiB or bytes, where that would read 0.0."""
    told = in_unit(metric, value)
    reads_nothing = metric not in GROWTH and value and not told.strip("-0.")
    return small(metric, value) if reads_nothing else told


def unit_of(metric: str) -> str:
    """The unit of `in_unit`: MiB, seconds, or bytes of growth."""
    if metric in GROWTH:
        return "bytes"
    return "seconds" if is_seconds(metric) else "MiB"


def parse_bytes(text: str) -> float:
    """Bytes of "512MiB". Raises ValueError, with what is wrong."""
    matched = _AMOUNT.fullmatch(text)
    if matched is None or matched[2].lower() not in UNITS:
        raise ValueError(f'"{text[:40]}" is not an amount of memory, such as 512MiB')
    return float(matched[1]) * UNITS[matched[2].lower()]


def parse_share(value: object) -> float:
    """A share of a figure, 0.02 for 2 %. Raises ValueError."""
    return _number(value)


def parse_amount(metric: str, value: object) -> float:
    """An amount of ``metric`` in bytes or seconds, from a number or a text with its unit.

    Raises ValueError.
    """
    if isinstance(value, str):
        return _seconds(value) if is_seconds(metric) else parse_bytes(value)
    return _number(value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is not a number")
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{value} is not a number from 0 up")
    return float(value)


def _seconds(text: str) -> float:
    try:
        return _number(float(text.strip().removesuffix("s")))
    except ValueError:
        raise ValueError(f'"{text}" is not a time in seconds, such as 0.1 s') from None
