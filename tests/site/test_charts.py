"""The page's charts: their colours, and that what is written for Vega-Lite is Vega-Lite."""

import itertools
import re
from typing import Any

import pytest
import vl_convert

from suite.figures.tasks import tasks
from suite.reports.pictures import VEGA_LITE
from suite.site import charts
from suite.site.templates import STATIC

LINES = {f"--line-{number}" for number in range(8)}
WCAG_OF_GRAPHICS = 3.0
FIGURE: dict[str, Any] = {
    "key": "columns",
    "own": "#1763b6",
    "dash": [8, 4],
    "edge": [1, 0],
    "filled": 1,
    "shape": "M-1,-1H1V1H-1Z",
    "marked": True,
    "release": "2.1.9",
    "position": 0,
    "rows": 1000,
    "seconds": 0.5,
    "low": 0.4,
    "high": 0.6,
    "value": 3.0 * 2**20,
    "database": "SQLite",
    "order": 0,
    "figure": "3.00 MiB",
}
PARAMETERS = {"ticks": ["2.1.9"], "span": [0.5, 2], "most": 1e8, "unit": "MiB"}


def colours(scheme: str) -> dict[str, str]:
    """The variables of the page's style sheets: what is not named for dark is that of light."""
    text = "".join((STATIC / name).read_text() for name in ("page.css", "charts.css"))
    dark = "".join(re.findall(r"prefers-color-scheme: dark\) \{(.*?)\n\}", text, re.DOTALL))
    light = re.sub(r"@media [^{]+\{.*?\n\}", "", text, flags=re.DOTALL)
    found = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", light))
    if scheme == "dark":
        found |= dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", dark))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_line_stands_out_from_the_page(scheme: str) -> None:
    found = colours(scheme)
    lines = {name: found[name] for name in [*LINES, "--others"]}
    lowest = {name: contrast(colour, found["--page"]) for name, colour in lines.items()}
    assert min(lowest.values()) >= WCAG_OF_GRAPHICS, lowest
    assert len(set(lines.values())) == len(lines)


def test_dark_has_colours_of_its_own() -> None:
    light, dark = colours("light"), colours("dark")
    assert all(light[name] != dark[name] for name in [*LINES, "--others", "--page"])


@pytest.mark.parametrize("name", charts.all_charts())
def test_a_chart_draws_its_figures(name: str) -> None:
    drawn = draw(name, [FIGURE, {**FIGURE, "rows": 10_000, "position": 1, "release": "2.1.10"}])
    assert FIGURE["own"] in drawn
    assert "NaN" not in drawn


@pytest.mark.parametrize(
    ("amount", "values", "words"),
    [
        ("bytes", [300, 3000], ["500 B", "1 KiB"]),
        ("bytes", [4e3, 9e6], ["10 KiB", "1 MiB", "5 MiB"]),
        ("bytes", [2e6, 4e9], ["10 MiB", "500 MiB", "1 GiB"]),
        ("seconds", [0.0004, 3.0], ["500 µs", "10 ms", "2 s"]),
    ],
)
def test_a_logarithmic_axis_names_each_number_with_its_unit(
    amount: str, values: list[float], words: list[str]
) -> None:
    points = [{**FIGURE, "rows": 10**place, "value": v} for place, v in enumerate(values, 3)]
    drawn = draw("byrows-log", points, amount=amount, ticks=[1000, 10_000])
    assert [word for word in words if f">{word}<" not in drawn] == []


def test_no_task_has_more_styles_than_looks() -> None:
    """The page tells so many apart: see its charts.js."""
    assert max(len(task.styles) for task in tasks().values()) <= 32


def draw(name: str, figures: list[dict[str, Any]], **parameters: Any) -> str:
    spec = charts.all_charts()[name]
    for parameter in spec["params"]:
        parameter["value"] = {**PARAMETERS, **parameters}.get(parameter["name"], parameter["value"])
    drawn: str = vl_convert.vegalite_to_svg(
        {**spec, "datasets": {"figures": figures}}, vl_version=VEGA_LITE
    )
    return drawn


def test_the_looks_of_all_charts_are_the_same() -> None:
    """A style is known again: every chart takes the same fields for the same channels."""
    taken = {
        (channel, encoding["field"])
        for spec in charts.all_charts().values()
        for layer in spec["layer"]
        for channel, encoding in layer["encoding"].items()
        if isinstance(encoding, dict) and encoding.get("scale", ...) is None
    }
    by_channel = {
        channel: [field for _, field in pairs]
        for channel, pairs in itertools.groupby(sorted(taken), key=lambda pair: pair[0])
    }
    assert by_channel["stroke"] == by_channel["fill"] == by_channel["color"] == ["own"]
    assert by_channel["shape"] == ["shape"]
