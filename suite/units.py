"""Figures as people read them."""

MEBIBYTE = 2**20

METRIC_NAMES = {
    "track_peak": "net peak",
    "track_heap": "heap",
    "track_retained": "retained",
    "track_leaked": "leaked",
    "peakmem_process": "whole process",
    "time_query": "time",
}


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
