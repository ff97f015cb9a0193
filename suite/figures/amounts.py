"""Amounts of memory and time: as people write them, and as they read them."""

import math
import re

from benchmarks.metrics import BY_NAME, METRICS, SECONDS

MEBIBYTE = 2**20
KIBIBYTE = 2**10

# The batch in which the kernel counts resident pages where limits and docs were measured, in bytes
# (docs/measuring.md).
BATCH = 128 * KIBIBYTE

# What memory has to grow by, in bytes, to be told from none.
SMALLEST_GROWTH = 2 * BATCH

# The metrics that are read from the resident size, which is told in pages and counted in batches.
RESIDENT = tuple(metric.name for metric in METRICS if metric.instrument == "resident")

# Docker's k, m, g and Kubernetes' Ki, Mi, Gi are binary; KB, MB, GB are the decimal units.
UNITS = {
    "": 1,
    "b": 1,
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
    raise ValueError(f'"{name[:40]}" is no metric: {", ".join(m.label for m in METRICS)}')


def least_divisor(metric: str) -> float:
    """The least figure that others are told as multiples of.

    Of less resident memory, the batches in which it is counted would be a tenth and more.
    """
    return MEBIBYTE if metric in RESIDENT else 0.0


def readable(metric: str, value: float | None) -> str:
    """``value`` of ``metric`` with its unit: bytes as MiB, seconds as seconds or milliseconds."""
    if value is None:
        return "failed"
    if is_seconds(metric):
        return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"
    return mebibytes(value)


def small(metric: str, value: float) -> str:
    """A difference of ``metric`` with its unit, in bytes and milliseconds where it is small."""
    if is_seconds(metric):
        return f"{value * 1000:.1f} ms"
    if abs(value) >= MEBIBYTE:
        return mebibytes(value)
    return f"{value:.0f} bytes" if abs(value) < KIBIBYTE else f"{value / KIBIBYTE:.1f} KiB"


def mebibytes(value: float) -> str:
    """Bytes as MiB, with more digits where the figure is small."""
    size = value / MEBIBYTE
    return f"{size:.1f} MiB" if abs(size) >= 10 else f"{size:.2f} MiB"


def in_unit(metric: str, value: float) -> str:
    """``value`` alone, in the unit that a table's title names: MiB, or seconds."""
    return f"{value:.3f}" if is_seconds(metric) else f"{value / MEBIBYTE:.1f}"


def unit_of(metric: str) -> str:
    """The unit of `in_unit`."""
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
