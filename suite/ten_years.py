"""The article's two styles over ten years of releases, at the article's number of rows.

Measured by units of work, because asv's benchmarks have sizes of their own. What was measured lies
beside asv's results as ``ten-years.history``, which is JSON; asv reads ``*.json`` only, and leaves
it alone. All sizes are in bytes.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from packaging.version import Version
from rich.table import Table

from suite import line_profile, workers
from suite.article import LABELS, RELEASE, STYLES
from suite.asv_commands import CONFIGURATION
from suite.environments import Environment
from suite.line_profile import HISTORY_CONFIGURATION, MAIN_TASK
from suite.timeline import Timeline
from suite.units import MEBIBYTE, METRIC_NAMES
from suite.workers import Unit

# What scripts/reproduce-article finds: 0.9.9's full entity adds 323.9 MiB there, within 1 %.
ROWS = 134_000
METRICS = ("track_peak", "track_retained", "track_heap")

FILE = "ten-years.history"
FORMAT = 1

Warn = Callable[[str], None]


@dataclass(frozen=True)
class Point:
    """One style on one release. ``compiled``: SQLAlchemy ran with its compiled extensions."""

    release: str
    python: str
    style: str
    rows: int
    track_peak: int
    track_retained: int
    track_heap: int
    compiled: bool

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What it is a measurement of."""
        return self.release, self.python, self.style, self.rows


class NoPointError(Exception):
    """A style could not be measured; the message says why."""


def planned(timeline: Timeline) -> list[tuple[str, str]]:
    """The (release, Python) of the story, Python by Python, oldest first.

    The newest release of every series that either configuration of asv names, and the release of
    the article's day. Raises UserMistake.
    """
    chosen = []
    for path in (HISTORY_CONFIGURATION, CONFIGURATION):
        configuration = line_profile.configuration(path)
        releases = {timeline.named(series).version for series in configuration["branches"]}
        if path == HISTORY_CONFIGURATION:
            releases.add(RELEASE)
        python = configuration["pythons"][0]
        chosen += [(release, python) for release in sorted(releases, key=Version)]
    return chosen


def measure(environment: Environment, style: str, rows: int) -> Point:
    """Measure one style in fresh processes. Raises NoPointError."""
    outcomes = [
        workers.measure(environment, Unit(MAIN_TASK, style, rows, measures))
        for measures in ("resident", "heap")
    ]
    for outcome in outcomes:
        if reason := outcome.failed or outcome.skipped:
            raise NoPointError(reason)
    figures = {
        metric: int(value)
        for metric in METRICS
        for outcome in outcomes
        if (value := outcome.figure(metric)) is not None
    }
    compiled = bool(outcomes[0].record["measured_with"]["compiled_extensions"])
    return Point(environment.release, environment.python, style, rows, **figures, compiled=compiled)


def store(folder: Path, points: Iterable[Point]) -> None:
    """Put points beside a machine's results; each replaces an earlier one of the same key."""
    kept = {point.key: point for point in (*read(folder), *points)}
    ordered = [asdict(kept[key]) for key in sorted(kept)]
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{FILE}.new"
    new.write_text(json.dumps({"format": FORMAT, "points": ordered}, indent=1), encoding="utf-8")
    new.replace(folder / FILE)


def read(folder: Path, warn: Warn = lambda message: None) -> list[Point]:
    """A machine's points; ``warn`` is told of a damaged file, which counts as empty."""
    path = folder / FILE
    if not path.exists():
        return []
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["format"] != FORMAT:
            raise ValueError(f"format {stored['format']}, not {FORMAT}")
        return [Point(**point) for point in stored["points"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        warn(f"{path}: not a file of this suite, passed over ({error})")
        return []


def ordered(points: Iterable[Point]) -> list[Point]:
    """Python by Python, the oldest release first, the dearer style first."""
    return sorted(
        points,
        key=lambda point: (
            Version(point.python),
            Version(point.release),
            STYLES.index(point.style),
        ),
    )


def as_table(points: Iterable[Point], rows: int) -> Table:
    """A row for each release and Python, with every figure of both styles."""
    table = Table(title=f"{rows:,} rows, in MiB", title_justify="left")
    for heading in _headings():
        table.add_column(heading, justify="left" if heading == "SQLAlchemy" else "right")
    for row in _rows(points):
        table.add_row(*row)
    return table


def as_markdown(points: Iterable[Point], rows: int) -> str:
    """The same table in Markdown."""
    headings = _headings()
    lines = [headings, ["--:"] * len(headings), *_rows(points)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{rows:,} rows, in MiB\n\n{table}\n"


def _headings() -> list[str]:
    figures = [f"{LABELS[style]}: {METRIC_NAMES[name]}" for style in STYLES for name in METRICS]
    return ["Python", "SQLAlchemy", *figures]


def _rows(points: Iterable[Point]) -> list[list[str]]:
    by_release: dict[tuple[str, str], dict[str, Point]] = {}
    for point in ordered(points):
        by_release.setdefault((point.python, point.release), {})[point.style] = point
    return [
        [python, _name(release, row), *_figures(row)]
        for (python, release), row in by_release.items()
    ]


def _name(release: str, row: dict[str, Point]) -> str:
    return release if all(point.compiled for point in row.values()) else f"{release} (pure Python)"


def _figures(row: dict[str, Point]) -> list[str]:
    return [
        f"{getattr(row[style], metric) / MEBIBYTE:.1f}" if style in row else "-"
        for style in STYLES
        for metric in METRICS
    ]


def chart(points: Iterable[Point], rows: int) -> Any:
    """Net peak, and below it what stays after release, over the releases: an Altair chart."""
    import altair as alt

    chosen = ordered(points)
    releases = sorted({point.release for point in chosen}, key=Version)
    values = [
        {
            "release": point.release,
            "line": f"{LABELS[point.style]}, Python {point.python}",
            "style": LABELS[point.style],
            "python": f"Python {point.python}",
            **{metric: getattr(point, metric) / MEBIBYTE for metric in METRICS},
        }
        for point in chosen
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("release:O", sort=releases, title=None, axis=alt.Axis(labelAngle=0)),
        color=alt.Color("style:N", sort=list(LABELS.values()), title=None),
        strokeDash=alt.StrokeDash("python:N", sort=["Python 3.8"], title=None),
        detail="line:N",
    )
    panels = [
        base.mark_line(point=True)
        .encode(y=alt.Y(f"{metric}:Q", title="MiB"))
        .properties(title=title, width=560, height=height)
        for metric, title, height in (
            ("track_peak", f"What the query adds at its worst (net peak), {rows:,} rows", 240),
            ("track_retained", "What stays after the result is dropped (retained)", 140),
        )
    ]
    return alt.vconcat(*panels).configure_view(stroke=None)
