"""Figures as people read them."""

from benchmarks.records import FIGURES

MEBIBYTE = 2**20

METRIC_NAMES = {
    "track_peak": "net peak",
    "track_heap": "heap",
    "track_retained": "retained",
    "track_leaked": "leaked",
    "peakmem_process": "whole process",
    "time_query": "time",
}

# The batch in which the kernel counts resident pages where limits and docs were measured, in bytes
# (docs/measuring.md).
BATCH = 128 * 2**10

# What memory has to grow by, in bytes, to be told from none.
SMALLEST_GROWTH = 2 * BATCH

# The metrics that are read from the resident size, which is told in pages and counted in batches.
RESIDENT = tuple(metric for metric, (measures, _) in FIGURES.items() if measures == "resident")


def least_divisor(metric: str) -> float:
    """The least figure that others are told as multiples of.

    Of less resident memory, the batches in which it is counted would be a tenth and more.
    """
    return MEBIBYTE if metric in RESIDENT else 0.0


def readable(metric: str, value: float | None) -> str:
    """``value`` of ``metric`` with its unit: bytes as MiB, seconds as seconds or milliseconds."""
    if value is None:
        return "failed"
    if metric == "time_query":
        return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"
    return mebibytes(value)


def mebibytes(value: float) -> str:
    """Bytes as MiB, with more digits where the figure is small."""
    size = value / MEBIBYTE
    return f"{size:.1f} MiB" if abs(size) >= 10 else f"{size:.2f} MiB"
