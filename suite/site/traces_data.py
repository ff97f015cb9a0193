"""What the page loads of resident memory while styles ran: a file for each release."""

from pathlib import Path

from packaging.version import Version

from suite.measuring.traces import Trace
from suite.site import data_files

# A picture has no more points than this across; of those in between, the highest is kept.
SAMPLES = 240


def write(folder: Path, watched: list[Trace]) -> dict[str, str]:
    """Write those of one task on one platform; returns the keys of the files by release."""
    keys = {}
    for release in sorted({trace.release for trace in watched}, key=Version):
        found = [trace for trace in watched if trace.release == release]
        keys[release] = data_files.key_of(found[0].platform, found[0].task, release)
        runs = [
            {
                "style": trace.style,
                "rows": trace.rows,
                "answered": trace.answered,
                "samples": thinned(trace.samples),
            }
            for trace in found
        ]
        data_files.write(folder, keys[release], runs)
    return keys


def thinned(samples: list[tuple[float, int]], wanted: int = SAMPLES) -> list[tuple[float, int]]:
    """At most ``wanted`` samples: the highest of each stretch, and the last of all."""
    stretch = -(-len(samples) // max(1, wanted - 1))
    if stretch <= 1:
        return samples
    parts = [samples[start : start + stretch] for start in range(0, len(samples), stretch)]
    highest = [max(part, key=lambda sample: sample[1]) for part in parts]
    return highest if highest[-1] == samples[-1] else [*highest, samples[-1]]
