"""The article's two styles over ten years of releases, at the article's number of rows.

asv's benchmarks have sizes of their own: these figures stand in the records beside asv's results.
All sizes are in bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import altair as alt
from packaging.version import Version
from rich.console import Console

from benchmarks.metrics import BY_NAME
from suite.figures.amounts import MEBIBYTE, in_unit, label
from suite.figures.tasks import FIRST_TASK
from suite.measuring import store
from suite.measuring.environments import Environment
from suite.measuring.pool import Batch
from suite.measuring.processes import Outcome, Unit
from suite.measuring.store import Place, Record
from suite.releases.timeline import Timeline
from suite.reports import pictures
from suite.reports.tables import Column, Table
from suite.studies import runs
from suite.studies.article import LABELS, RELEASE, STYLES

# What scripts/study article finds: 0.9.9's full entity adds 323.9 MiB there, within 1 %.
ROWS = 134_000
METRICS = ("track_peak", "track_retained", "track_heap")
INSTRUMENTS = ("heap", "resident")

# Of the picture: metric and height of each panel, and a line for each Python.
PANELS = (("track_peak", 240), ("track_retained", 140))
DASHES = ([1, 0], [6, 3], [2, 2])


@dataclass(frozen=True)
class Point:
    """One style on one release; ``figures`` are by metric, in bytes.

    ``compiled``: SQLAlchemy ran with its compiled extensions. ``measured``: the day, "2026-11-22".
    """

    release: str
    python: str
    style: str
    rows: int
    figures: dict[str, float]
    compiled: bool
    measured: str


def planned(timeline: Timeline) -> list[tuple[str, str]]:
    """The (release, Python) of the story, Python by Python, oldest first.

    The newest release of every series that either configuration of asv names, and the release of
    the article's day. Raises UserMistake.
    """
    chosen = []
    for project in reversed(runs.PROJECTS):
        releases = {timeline.named(series).version for series in project.branches}
        if project is runs.HISTORY:
            releases.add(RELEASE)
        chosen += [(release, project.python) for release in sorted(releases, key=Version)]
    return chosen


def lacking(place: Place, rows: int, fresh: bool) -> list[Unit]:
    """What has to be measured: with ``fresh`` everything, else what no figures are stored of."""
    records = {} if fresh else _stored(place)
    return [unit for unit in units(rows) if not _has_figures(records.get(unit))]


def units(rows: int) -> list[Unit]:
    """Everything that is wanted of one release."""
    return [Unit(FIRST_TASK, style, rows, what) for style in STYLES for what in INSTRUMENTS]


def measure(
    place: Place, environment: Environment, work: Sequence[Unit], console: Console
) -> Iterator[Outcome]:
    """Measure in view of a person; each outcome is stored, and yielded as it comes."""
    what = f"SQLAlchemy {environment.release}, Python {environment.python}"
    with store.claimed(place.project), store.keeping(place) as run:
        for outcome in runs.measure(Batch(environment, tuple(work)), what, console):
            run.keep(outcome)
            yield outcome


def points(place: Place, rows: int) -> list[Point]:
    """What is stored of one release, for each style that has all of its figures."""
    records = _stored(place)
    found = []
    for style in STYLES:
        taken = {what: records.get(Unit(FIRST_TASK, style, rows, what), {}) for what in INSTRUMENTS}
        if all(map(_has_figures, taken.values())):
            found.append(_point(place, style, rows, taken))
    return found


def _stored(place: Place) -> dict[Unit, Record]:
    return store.read_records(place.path.with_suffix(".records"))


def _has_figures(record: Record | None) -> bool:
    return bool(record) and not {"failed", "skipped"} & set(record or ())


def _point(place: Place, style: str, rows: int, taken: dict[str, Record]) -> Point:
    metrics = [BY_NAME[name] for name in METRICS]
    records = list(taken.values())
    return Point(
        place.release,
        place.python,
        style,
        rows,
        {metric.name: float(taken[metric.instrument][metric.figure]) for metric in metrics},
        compiled=all(record["measured_with"]["compiled_extensions"] for record in records),
        measured=max(record["measured"][:10] for record in records),
    )


def ordered(points: Iterable[Point]) -> list[Point]:
    """Python by Python, the oldest release first, the dearer style first."""

    def place(point: Point) -> tuple[Version, Version, int]:
        return Version(point.python), Version(point.release), STYLES.index(point.style)

    return sorted(points, key=place)


def table(points: Iterable[Point], rows: int) -> Table:
    """A row for each release and Python, with every figure of both styles."""
    by_release: dict[tuple[str, str], dict[str, Point]] = {}
    for point in ordered(points):
        by_release.setdefault((point.python, point.release), {})[point.style] = point
    return Table(
        f"{rows:,} rows, in MiB",
        [
            Column("Python"),
            Column("SQLAlchemy", "text"),
            *(Column(f"{LABELS[style]}: {label(name)}") for style in STYLES for name in METRICS),
        ],
        [
            [python, _name(release, row), *_figures(row)]
            for (python, release), row in by_release.items()
        ],
    )


def _name(release: str, row: dict[str, Point]) -> str:
    return release if all(point.compiled for point in row.values()) else f"{release} (pure Python)"


def _figures(row: dict[str, Point]) -> list[str]:
    return [
        in_unit(metric, row[style].figures[metric]) if style in row else "-"
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
            **{metric: size / MEBIBYTE for metric, size in point.figures.items()},
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
    for metric, height in PANELS:
        y = alt.Y(f"{metric}:Q", axis=alt.Axis(title=f"{label(metric)}, MiB", tickCount=5))
        layers = base.mark_line().encode(y=y, strokeDash=dash) + base.mark_circle().encode(y=y)
        panels.append(layers.properties(width=560, height=height))
    return pictures.svg(
        alt.vconcat(*panels),
        f"{rows:,} rows: what the query adds at its worst, and what stays when all is dropped",
        f"Python {' and '.join(pythons)}; {machine};"
        f" measured {max(point.measured for point in drawn)}",
    )
