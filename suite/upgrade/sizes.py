"""Amounts of memory and time as people write them: "512MiB", "256 KiB", "0.1 s"."""

import math
import re

from suite.units import METRIC_NAMES

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
_AMOUNT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*")


def parse_bytes(text: str) -> float:
    """Bytes of "512MiB". Raises ValueError, with what is wrong."""
    matched = _AMOUNT.fullmatch(text)
    if matched is None or matched[2].lower() not in UNITS:
        raise ValueError(f'"{text}" is not an amount of memory, such as 512MiB')
    return float(matched[1]) * UNITS[matched[2].lower()]


def parse_amount(metric: str, value: object) -> float:
    """An amount of ``metric`` in bytes or seconds, from a number or a text with its unit.

    Raises ValueError.
    """
    if isinstance(value, str):
        if metric != "time_query":
            return parse_bytes(value)
        value = _seconds(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is not a number")
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{value} is not a number from 0 up")
    return float(value)


def metric_called(name: str) -> str:
    """The metric that a person calls "net peak", or asv "track_peak". Raises ValueError."""
    wanted = name.strip().lower().replace("-", " ")
    for metric, title in METRIC_NAMES.items():
        if wanted in (title, metric.replace("-", " ")):
            return metric
    raise ValueError(f'"{name}" is no metric: {", ".join(METRIC_NAMES.values())}')


def _seconds(text: str) -> float:
    try:
        return float(text.strip().removesuffix("s"))
    except ValueError:
        raise ValueError(f'"{text}" is not a time in seconds, such as 0.1 s') from None
