"""The README's pictures, as SVG: drawn from stored results, with what they were measured with."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import altair as alt
import vl_convert
from packaging.version import Version

from suite.figures import amounts
from suite.figures.tasks import Task
from suite.measuring.results import Figure

# The version of Vega-Lite that altair writes for, as vl_convert names it.
VEGA_LITE = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])

# Drawn where not all styles can be, where a task has them.
TYPICAL = (
    "full_entity",
    "columns",
    "yield_per",
    "core_fetchall",
    "core_iterated",
    "dbapi_iterated",
)

FONT = "Helvetica, Arial, sans-serif"
INK, SOFT, LINE = "#1b1f24", "#57606a", "#d8dee4"
COLD, HOT = "#fff4ea", "#ee7f3b"
COLOURS = ["#c8372d", "#1763b6", "#1a7f37", "#8250df", "#9a6700", "#0e7c86"]


class Trace(Protocol):
    """Resident memory while a style ran.

    ``samples`` are (seconds since the query began, bytes more than before it), ``measured`` the
    day.
    """

    @property
    def release(self) -> str: ...  # noqa: D102
    @property
    def python(self) -> str: ...  # noqa: D102
    @property
    def style(self) -> str: ...  # noqa: D102
    @property
    def rows(self) -> int: ...  # noqa: D102
    @property
    def measured(self) -> str: ...  # noqa: D102
    @property
    def samples(self) -> list[tuple[float, int]]: ...  # noqa: D102


def heat_table(figures: Iterable[Figure], task: Task, machine: str) -> str:
    """Net peak of each style on the newest release of each series, at one size.

    ``figures`` are those of one platform, task and size, ``machine`` its processor in words.
    """
    measured = [figure for figure in figures if figure.value is not None]
    releases = _newest_of_series({figure.release for figure in measured})
    shown = [figure for figure in measured if figure.release in releases]
    points = [
        {
            "style": task.label(figure.style),
            "release": figure.release,
            "MiB": _mebibytes(figure),
            "text": _digits(_mebibytes(figure)),
        }
        for figure in shown
    ]
    order = _dearest_first(points, releases[-1])
    base = alt.Chart(alt.InlineData(values=points)).encode(
        x=alt.X("release:N", sort=releases, axis=alt.Axis(orient="top", title=None, labelAngle=0)),
        y=alt.Y("style:N", sort=order, axis=alt.Axis(title=None, labelLimit=400)),
    )
    colour = alt.Color(
        "MiB:Q", legend=None, scale=alt.Scale(type="log", range=[COLD, HOT], interpolate="lab")
    )
    chart = base.mark_rect(stroke="white", strokeWidth=2).encode(color=colour)
    chart += base.mark_text(color=INK, fontSize=12).encode(text="text:N")
    title = f"{task.question}, {shown[0].rows:,} rows: net peak in MiB"
    caption = _caption(releases, shown[0].platform.python, machine, _measured_on(shown))
    return svg(chart.properties(width=alt.Step(72), height=alt.Step(22)), title, caption)


def memory_over_time(taken: Iterable[Trace], task: Task, machine: str) -> str:
    """Resident memory while the typical styles run; ``taken`` are of one release and size."""
    traces = {trace.style: trace for trace in taken}
    drawn = [traces[style] for style in TYPICAL if style in traces] or list(traces.values())
    drawn = sorted(drawn, key=_highest, reverse=True)[: len(COLOURS)]
    points = [
        {"style": task.label(trace.style), "seconds": seconds, "MiB": size / amounts.MEBIBYTE}
        for trace in drawn
        for seconds, size in trace.samples
    ]
    names = [task.label(trace.style) for trace in drawn]
    legend = alt.Legend(title=None, labelLimit=400, symbolStrokeWidth=3, symbolType="stroke")
    chart = (
        alt.Chart(alt.InlineData(values=points))
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("seconds:Q", axis=alt.Axis(title="seconds since the query began", grid=False)),
            y=alt.Y("MiB:Q", axis=alt.Axis(title="MiB more than before", tickCount=6)),
            color=alt.Color("style:N", scale=alt.Scale(domain=names, range=COLOURS), legend=legend),
        )
        .properties(width=560, height=280)
    )
    first = drawn[0]
    title = f"{task.question}, {first.rows:,} rows: resident memory while the query runs"
    measured = max(trace.measured for trace in drawn)
    return svg(chart, title, _caption([first.release], first.python, machine, measured))


def svg(chart: alt.Chart | alt.LayerChart | alt.VConcatChart, title: str, caption: str) -> str:
    """A chart in the colours and letters of all pictures, with a title and a caption."""
    spec = chart.properties(
        title=alt.TitleParams(title, subtitle=caption, anchor="start", offset=14)
    ).to_dict()
    spec["config"] = {
        "background": "white",
        "font": FONT,
        "padding": 14,
        "view": {"stroke": None},
        "axis": {
            "labelColor": INK,
            "titleColor": SOFT,
            "titleFontWeight": "normal",
            "labelFontSize": 12,
            "titleFontSize": 12,
            "gridColor": LINE,
            "domain": False,
            "ticks": False,
            "labelPadding": 8,
        },
        "legend": {"labelColor": INK, "labelFontSize": 12},
        "title": {"color": INK, "fontSize": 15, "subtitleColor": SOFT, "subtitleFontSize": 12},
    }
    return str(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE))


def _newest_of_series(releases: Iterable[str]) -> list[str]:
    newest: dict[tuple[int, ...], str] = {}
    for release in sorted(releases, key=Version):
        newest[Version(release).release[:2]] = release
    return list(newest.values())


def _dearest_first(points: list[dict[str, Any]], release: str) -> list[str]:
    """By the cost on the newest release; what that lacks comes last."""
    costs = {point["style"]: point["MiB"] for point in points if point["release"] == release}
    found = dict.fromkeys(point["style"] for point in points)
    return sorted(found, key=lambda style: costs.get(style, 0.0), reverse=True)


def _mebibytes(figure: Figure) -> float:
    return (figure.value or 0.0) / amounts.MEBIBYTE


def _digits(value: float) -> str:
    return (
        f"{value:,.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"
    )


def _highest(trace: Trace) -> int:
    return max((size for _, size in trace.samples), default=0)


def _measured_on(figures: Iterable[Figure]) -> str:
    """The last day on which any of them was measured; asv stores milliseconds since 1970."""
    moments = [figure.measured_at for figure in figures if figure.measured_at]
    if not moments:
        return "on an unknown day"
    return f"{datetime.fromtimestamp(max(moments) / 1000, UTC):%Y-%m-%d}"


def _caption(releases: list[str], python: str, machine: str, measured: str) -> str:
    return f"SQLAlchemy {', '.join(releases)}; Python {python}; {machine}; measured {measured}"


def write(path: Path, svg: str) -> None:
    """Put a picture in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg + "\n", encoding="utf-8")
