"""The article's two styles over ten years of releases, at the article's number of rows.

Measured by units of work, because asv's benchmarks have sizes of their own. What was measured lies
beside asv's results as ``ten-years.history``, which is JSON; asv reads ``*.json`` only, and leaves
it alone. All sizes are in bytes.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import altair as alt
from packaging.version import Version
from rich.table import Table

from suite import line_profile, workers
from suite.article import LABELS, RELEASE, STYLES
from suite.asv_commands import CONFIGURATION
from suite.environments import Environment
from suite.line_profile import HISTORY_CONFIGURATION, MAIN_TASK
from suite.site import pictures
from suite.timeline import Timeline
from suite.units import MEBIBYTE, METRIC_NAMES
from suite.workers import Unit

# What scripts/reproduce-article finds: 0.9.9's full entity adds 323.9 MiB there, within 1 %.
ROWS = 134_000
METRICS = ("track_peak", "track_retained", "track_heap")

FILE = "ten-years.history"
FORMAT = 1
UNREADABLE = (OSError, ValueError, KeyError, TypeError)

# Of the picture: metric, title and height of each panel, and a line for each Python.
PANELS = (("track_peak", "net peak", 240), ("track_retained", "retained", 140))
DASHES = ([1, 0], [6, 3], [2, 2])

Warn = Callable[[str], None]


@dataclass(frozen=True)
class Point:
    """One style on one release.

    ``compiled``: SQLAlchemy ran with its compiled extensions. ``measured``: the day, "2026-11-22".
    """

    release: str
    python: str
    style: str
    rows: int
    track_peak: int
    track_retained: int
    track_heap: int
    compiled: bool
    measured: str

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
    resident, heap = outcomes
    return Point(
        environment.release,
        environment.python,
        style,
        rows,
        track_peak=int(resident.record["peak"]),
        track_retained=int(resident.record["retained"]),
        track_heap=int(heap.record["heap"]),
        compiled=bool(resident.record["measured_with"]["compiled_extensions"]),
        measured=f"{datetime.now(UTC):%Y-%m-%d}",
    )


def store(folder: Path, points: Iterable[Point]) -> None:
    """Put points beside a machine's results; each replaces an earlier one of the same key.

    A file that can't be read is kept under another name.
    """
    path = folder / FILE
    try:
        kept = {point.key: point for point in _load(path)}
    except UNREADABLE:
        path.replace(path.with_suffix(".damaged"))
        kept = {}
    kept |= {point.key: point for point in points}
    stored = {"format": FORMAT, "points": [asdict(kept[key]) for key in sorted(kept)]}
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{FILE}.new"
    new.write_text(json.dumps(stored, indent=1), encoding="utf-8")
    new.replace(path)


def read(folder: Path, warn: Warn = lambda message: None) -> list[Point]:
    """A machine's points; ``warn`` is told of a damaged file, which counts as empty."""
    path = folder / FILE
    try:
        return _load(path)
    except UNREADABLE as error:
        warn(f"{path}: not a file of this suite, passed over ({error})")
        return []


def _load(path: Path) -> list[Point]:
    """What is stored; nothing where there is no file. Raises one of UNREADABLE."""
    if not path.exists():
        return []
    stored = json.loads(path.read_text(encoding="utf-8"))
    if stored["format"] != FORMAT:
        raise ValueError(f"format {stored['format']}, not {FORMAT}")
    return [Point(**point) for point in stored["points"]]


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


def picture(points: Iterable[Point], rows: int, machine: str) -> str:
    """Net peak, and below it what stays after release, over the releases: as SVG.

    ``machine`` is its processor in words.
    """
    drawn = ordered(points)
    releases = sorted({point.release for point in drawn}, key=Version)
    pythons = list(dict.fromkeys(point.python for point in drawn))
    lines = [(style, python) for style in STYLES for python in pythons]
    names = [f"{LABELS[style]}, Python {python}" for style, python in lines]
    values = [
        {
            "release": point.release,
            "line": names[lines.index((point.style, point.python))],
            **{metric: getattr(point, metric) / MEBIBYTE for metric in METRICS},
        }
        for point in drawn
    ]
    legend = alt.Legend(title=None, symbolType="stroke", symbolSize=500)
    colours = [pictures.COLOURS[STYLES.index(style)] for style, _ in lines]
    dashes = [DASHES[pythons.index(python) % len(DASHES)] for _, python in lines]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("release:O", sort=releases, axis=alt.Axis(title=None, labelAngle=0, grid=False)),
        color=alt.Color("line:N", scale=alt.Scale(domain=names, range=colours), legend=legend),
    )
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=names, range=dashes), legend=legend)
    panels = []
    for metric, title, height in PANELS:
        y = alt.Y(f"{metric}:Q", axis=alt.Axis(title=f"{title}, MiB", tickCount=5))
        layers = base.mark_line().encode(y=y, strokeDash=dash) + base.mark_circle().encode(y=y)
        panels.append(layers.properties(width=560, height=height))
    return pictures.svg(
        alt.vconcat(*panels),
        f"{rows:,} rows: what the query adds at its worst, and what stays when all is dropped",
        f"Python {' and '.join(pythons)}; {machine};"
        f" measured {max(point.measured for point in drawn)}",
    )
