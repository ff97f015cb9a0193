"""The page's charts as Vega-Lite specifications. The page fills in `figures`, and the theme.

How a style looks (colour, width of line, opacity) comes with its figures, so that one style looks
the same in every chart: scale None takes a field's value as it is.
"""

from typing import Any

import altair as alt

HEIGHT = 320
DATA = "figures"

COLOUR = alt.Color("colour:N", scale=None)
OPACITY = alt.Opacity("opacity:Q", scale=None)
LOG = alt.Scale(type="log", nice=False, padding=24)
# The numbers that a logarithmic axis names.
ROUND = [digit * 10.0**power for power in range(-4, 5) for digit in (1, 2, 5)]
WIDTH = alt.StrokeWidth("width:Q", scale=None)


def all_charts() -> dict[str, dict[str, Any]]:
    """Every chart of the page by name."""
    return {
        "history": history(),
        "drivers": drivers(),
        "tradeoff": tradeoff(),
        "traces": traces(),
    }


def history() -> dict[str, Any]:
    """A metric over releases: one line for each style. `ticks` are the releases to name."""
    ticks = alt.param(name="ticks", value=[])
    base = alt.Chart(alt.NamedData(DATA)).encode(
        x=alt.X(
            "release:O",
            sort=alt.EncodingSortField("position", op="min"),
            axis=alt.Axis(title=None, labelAngle=0, values=alt.ExprRef("ticks"), grid=True),
        ),
        y=alt.Y("value:Q", axis=alt.Axis(title=None, tickCount=6)),
        detail="style:N",
        color=COLOUR,
        opacity=OPACITY,
    )
    lines = base.mark_line().encode(strokeWidth=WIDTH)
    points = (
        base.mark_point(filled=True)
        .encode(size=alt.Size("size:Q", scale=None), tooltip=_tooltip("release"))
        .transform_filter("datum.size > 0")
    )
    return _finish((lines + points).add_params(ticks))


def drivers() -> dict[str, Any]:
    """One style over the databases: a bar and its figure for each. `most` is where the axis ends.

    It leaves room for the figure behind the longest bar. The page sets the height.
    """
    most = alt.param(name="most", value=1)
    base = alt.Chart(alt.NamedData(DATA)).encode(
        x=alt.X(
            "value:Q",
            scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef("most"), nice=False),
            axis=alt.Axis(title="MiB", tickCount=5),
        ),
        y=alt.Y(
            "database:N",
            sort=alt.EncodingSortField("order", op="min"),
            axis=alt.Axis(title=None, labelLimit=190),
        ),
    )
    tooltip = [alt.Tooltip(f"{name}:N") for name in ("database", "figure")]
    bars = base.mark_bar(height={"band": 0.66}).encode(
        color=COLOUR, opacity=OPACITY, tooltip=tooltip
    )
    figures = base.mark_text(align="left", dx=5, fontSize=12).encode(
        text="figure:N", color=alt.Color("ink:N", scale=None)
    )
    return _finish((bars + figures).add_params(most))


def tradeoff() -> dict[str, Any]:
    """Memory against time: one point for each style, nearer to the corner is better."""
    chart = (
        alt.Chart(alt.NamedData(DATA))
        .mark_point(filled=True)
        .encode(
            x=alt.X("seconds:Q", scale=LOG, axis=_log_axis("seconds")),
            y=alt.Y("value:Q", scale=LOG, axis=_log_axis("MiB")),
            color=COLOUR,
            opacity=OPACITY,
            size=alt.Size("size:Q", scale=None),
            tooltip=_tooltip("time"),
        )
    )
    return _finish(chart)


def traces() -> dict[str, Any]:
    """Resident memory while the query runs: one line for each style."""
    chart = (
        alt.Chart(alt.NamedData(DATA))
        .mark_line(interpolate="step-after")
        .encode(
            x=alt.X("seconds:Q", axis=alt.Axis(title="seconds since the query began", tickCount=8)),
            y=alt.Y("value:Q", axis=alt.Axis(title="MiB more than before", tickCount=6)),
            detail="style:N",
            color=COLOUR,
            strokeWidth=WIDTH,
        )
    )
    return _finish(chart)


def _tooltip(*fields: str) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{name}:N") for name in ("style", *fields, "figure")]


def _log_axis(title: str) -> alt.Axis:
    return alt.Axis(title=title, values=ROUND, format="~r")


def _finish(chart: alt.Chart | alt.LayerChart) -> dict[str, Any]:
    """As wide as the page allows. The page says what a chart shows, so Vega's own words are off."""
    finished: dict[str, Any] = chart.properties(width="container", height=HEIGHT).to_dict()
    finished.pop("config", None)
    # An address that nobody loads, but that looks as if somebody did.
    finished.pop("$schema")
    return finished
