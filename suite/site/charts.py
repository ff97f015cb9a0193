"""The page's charts as Vega-Lite specifications. The page fills in `figures`, and the theme.

How a style looks (colour, dash, shape of its points) comes with its figures, so that one style
looks the same in every chart: scale None takes a field's value as it is. The first layers draw
every style grey, those above in its colour `own`: a variable of the page's CSS, transparent where a
style is not ticked, so that a tick draws nothing anew.
"""

from typing import Any, Literal

import altair as alt

HEIGHT = 320
DATA = "figures"

GREY = "var(--others)"
OWN = alt.Color("own:N", scale=None)
DASH = alt.StrokeDash("dash:N", scale=None)
POINT = {
    "stroke": alt.Stroke("own:N", scale=None),
    "fill": alt.Fill("own:N", scale=None),
    "fillOpacity": alt.FillOpacity("filled:Q", scale=None),
    "strokeDash": alt.StrokeDash("edge:N", scale=None),
    "shape": alt.Shape("shape:N", scale=None),
}
THICK, THIN = 2.5, 1

Layers = alt.LayerChart | alt.FacetChart
Scale = Literal["linear", "log", "relative"]
# What a logarithmic axis counts, which the page sets: "bytes" or "seconds".
AMOUNT = "amount"
# The unit behind the numbers of another axis, which the page sets with the figures.
UNIT = "unit"
# The sizes and names of units, the smallest first.
SIZES = {
    "bytes": ((1, "B"), (2**10, "KiB"), (2**20, "MiB"), (2**30, "GiB")),
    "seconds": ((1e-6, "µs"), (1e-3, "ms"), (1, "s")),
}
# The numbers that a logarithmic axis can name, by its amount.
LEVELS = "levels"
ROUND_NUMBERS = {
    name: [digit * size for size, _ in sizes for digit in (1, 2, 5, 10, 20, 50, 100, 200, 500)]
    for name, sizes in SIZES.items()
}


def all_charts() -> dict[str, dict[str, Any]]:
    """Every chart of the page by name."""
    return {
        "history-linear": history("linear"),
        "history-log": history("log"),
        "history-relative": history("relative"),
        "byrows-linear": by_rows("linear"),
        "byrows-log": by_rows("log"),
        "drivers": drivers(),
        "tradeoff": tradeoff(),
        "traces": traces(),
    }


def history(scale: Scale) -> dict[str, Any]:
    """A metric over releases: one line for each style. `ticks` are the releases to name."""
    x = alt.X(
        "release:O",
        sort=alt.EncodingSortField("position", op="min"),
        axis=alt.Axis(title=None, labelAngle=0, values=alt.ExprRef("ticks"), grid=True),
    )
    return _finish(_lines(x, _value(scale)), ticks=[])


def by_rows(scale: Scale) -> dict[str, Any]:
    """A metric of one release over rows: one line for each style. `ticks` are the sizes."""
    named = alt.Axis(title="rows", values=alt.ExprRef("ticks"), format=",")
    x = alt.X("rows:Q", axis=named, scale=_scale(scale))
    return _finish(_lines(x, _value(scale)), ticks=[])


def tradeoff() -> dict[str, Any]:
    """Memory against time: one point for each style, with the interval of its seconds.

    `span` is that of the points: the interval of few samples can be longer than the axis.
    """
    spanned = alt.Scale(type="log", nice=False, padding=24, domain=alt.ExprRef("span"))
    axis = _log_axis("'seconds'", title="time")
    base = alt.Chart(alt.NamedData(DATA)).encode(
        x=alt.X("seconds:Q", scale=spanned, axis=axis), y=_value("log")
    )
    interval = base.mark_rule(strokeWidth=THIN, clip=True).encode(
        x=alt.X("low:Q", scale=spanned, axis=axis), x2="high:Q"
    )
    return _finish(
        alt.layer(
            base.mark_point(filled=True, opacity=1, size=40, color=GREY),
            interval.encode(color=OWN),
            base.mark_point(size=120, strokeWidth=2, opacity=1).encode(**POINT),
        ),
        span=[1, 10],
    )


def drivers() -> dict[str, Any]:
    """One style over the databases: a bar and its figure for each. `most` is where the axis ends.

    It leaves room for the figure behind the longest bar. The page sets the height.
    """
    base = alt.Chart(alt.NamedData(DATA)).encode(
        x=alt.X(
            "value:Q",
            scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef("most"), nice=False),
            axis=_linear_axis(),
        ),
        y=alt.Y(
            "database:N",
            sort=alt.EncodingSortField("order", op="min"),
            axis=alt.Axis(title=None, labelLimit=190),
        ),
    )
    bars = base.mark_bar(height={"band": 0.66}).encode(color=OWN)
    figures = base.mark_text(align="left", dx=5, fontSize=12, color="var(--ink)")
    return _finish(bars + figures.encode(text="figure:N"), most=1)


def traces() -> dict[str, Any]:
    """Resident memory while the query runs: one line for each style."""
    x = alt.X("seconds:Q", axis=alt.Axis(title="seconds since the query began", tickCount=8))
    return _finish(_lines(x, _value("linear"), interpolate="step-after"))


def _lines(x: alt.X, y: alt.Y, interpolate: str = "linear") -> Layers:
    """A line for each style, with points where its figures are `marked`."""
    base = alt.Chart(alt.NamedData(DATA)).encode(x=x, y=y)
    points = base.transform_filter("datum.marked")
    lines = base.encode(detail="key:N")
    form: dict[str, Any] = {"interpolate": interpolate, "strokeJoin": "round"}
    return alt.layer(
        lines.mark_line(**form, strokeWidth=THIN, color=GREY),
        points.mark_point(filled=True, opacity=1, size=14, color=GREY),
        lines.mark_line(**form, strokeWidth=THICK).encode(color=OWN, strokeDash=DASH),
        points.mark_point(size=50, strokeWidth=2, opacity=1).encode(**POINT),
    )


def _value(scale: Scale) -> alt.Y:
    axis = _log_axis(AMOUNT) if scale == "log" else _linear_axis()
    return alt.Y("value:Q", scale=_scale(scale), axis=axis)


def _scale(scale: Scale) -> alt.Scale:
    if scale == "log":
        return alt.Scale(type="log", nice=False, padding=24)
    return alt.Scale(zero=scale == "linear")


def _linear_axis() -> alt.Axis:
    return alt.Axis(title=None, tickCount=6, labelExpr=f"datum.label + ' ' + {UNIT}")


def _log_axis(amount: str, title: str | None = None) -> alt.Axis:
    """An axis that names round numbers of each unit of an amount, an expression."""
    words = "''"
    for name, sizes in SIZES.items():
        words = f"{amount} == '{name}' ? {_with_unit(sizes)} : {words}"
    return alt.Axis(title=title, values=alt.ExprRef(f"{LEVELS}[{amount}]"), labelExpr=words)


def _with_unit(sizes: tuple[tuple[float, str], ...]) -> str:
    """An expression that writes an axis's number in the largest unit that fits."""
    words = "''"
    for size, name in sizes:
        # An axis's number can be a little less than the one that it was made from.
        number = f"format(datum.value / {size}, '.3~r') + ' {name}'"
        words = f"datum.value > {0.99 * size} ? {number} : ({words})"
    return f"({words})"


def _finish(chart: Layers, **parameters: Any) -> dict[str, Any]:
    """A chart with the parameters that the page sets.

    The page says how wide it is and what it shows, so Vega's own words are off.
    """
    params = {AMOUNT: "bytes", UNIT: "MiB", LEVELS: ROUND_NUMBERS, **parameters}
    added = [alt.param(name=name, value=value) for name, value in params.items()]
    fitting = alt.AutoSizeParams(type="fit-x", contains="padding")
    whole = chart.add_params(*added).properties(width=600, height=HEIGHT, autosize=fitting)
    finished: dict[str, Any] = whole.to_dict()
    finished.pop("config", None)
    # An address that nobody loads, but that looks as if somebody did.
    finished.pop("$schema")
    return finished
