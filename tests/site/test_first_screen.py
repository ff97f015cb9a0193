"""The first screen that stands in the HTML: the same as the page's script makes of the figures."""

import math
import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from benchmarks.metrics import METRICS
from suite.figures.identity import Platform
from suite.figures.limits import Limit, load
from suite.measuring.results import Figure
from suite.site import first_advice, first_screen, first_view, page_data, shown, wording
from suite.site import page as site_page
from suite.site.first_view import View
from tests.site.browser_site import EVIL, TASK, Site

MEBIBYTE = 2**20
PARTS = ("#answer", "#answer-more", "#costs", "#advice h2, #advice pre, #advice li")
CHOSEN = """() => [...document.querySelectorAll("#ask label:not([hidden])")].map((label) => {
  const choice = label.querySelector("select, input");
  const said = choice.selectedOptions?.[0].textContent ?? choice.value;
  return [label.firstChild.textContent.trim(), said];
})"""


def texts(page: Page) -> list[Any]:
    return [*(page.locator(part).all_inner_texts() for part in PARTS), page.evaluate(CHOSEN)]


@pytest.mark.browser
def test_it_is_the_same_before_and_after_the_script_has_run(site: Site) -> None:
    page = site.context().new_page()
    page.route("**/site/page.js", lambda route: route.fulfill(body=""))
    page.goto(site.address + "index.html")
    expect(page.locator("#costs tr.mine, #costs tr.best")).to_have_count(2)
    assert EVIL in page.locator("#costs").inner_text()
    assert texts(page) == texts(site.styles_page())
    # Except where a label leads: to the style's page, or to the same page with it chosen.
    link = page.locator("#costs").get_by_role("link", name="column only, .all()", exact=True)
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("column only, .all()")


@pytest.mark.browser
def test_without_javascript_the_figures_are_there(site: Site) -> None:
    context = site.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.address + "index.html")
    expect(page.locator("#answer")).to_contain_text("That query adds")
    expect(page.locator("noscript p")).to_be_visible()
    page.get_by_role("link", name="How it is measured").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("measured")


def amounts(chance: random.Random, count: int) -> list[float]:
    """Figures of all sizes, and those at which rounding turns."""
    turning = [0.0, 0.4, 1.0, 1023.6, 5242.88, 18.25 * MEBIBYTE, 9.995 * MEBIBYTE, 2.5 * MEBIBYTE]
    found = [*turning, *(math.exp(chance.uniform(-3, 22)) for _ in range(count))]
    return [value for value in found for value in (value, round(value), -value)]


@pytest.mark.browser
def test_figures_are_written_as_the_script_writes_them(site: Site) -> None:
    chance = random.Random(17)
    values = amounts(chance, 300)
    pairs = [(value, value * chance.uniform(0.05, 12)) for value in values if value > 0]
    names = [metric.name for metric in METRICS]
    numbers = [0.0, 0.5, 1.0, 999.4, 281_449.0, 3_467_000.0, 9_999_999.0, 34_600_000.0, 3.4e9]
    rows = [*numbers, *(math.exp(chance.uniform(0, 24)) for _ in range(200))]
    page = site.styles_page()
    found = page.evaluate(
        """([names, values, pairs, rows]) => [
          names.map((name) => values.map((each) => [inColumn(name, each), readable(name, each)])),
          names.map((name) => pairs.map(([before, after]) => difference(name, before, after))),
          pairs.map(([before, after]) => partOf(before, after, "memory")),
          [...rows, Infinity].map((number) => [fitText(number), fitWords(number)]),
          values.filter((value) => value >= 1).map(budgetText),
        ]""",
        [names, values, pairs, rows],
    )
    assert found == [
        [
            [[wording.in_column(name, value), wording.readable(name, value)] for value in values]
            for name in names
        ],
        [[wording.difference(name, before, after) for before, after in pairs] for name in names],
        [wording.part_of(before, after, "memory") for before, after in pairs],
        [[wording.fit_text(number), wording.fit_words(number)] for number in [*rows, math.inf]],
        [wording.budget(value) for value in values if value >= 1],
    ]


@pytest.mark.browser
def test_limits_are_written_as_the_script_writes_them(site: Site) -> None:
    limits = load()
    found = site.styles_page().evaluate(
        "names => names.map(name => limitText(name, metricOf(name).limit))", list(limits)
    )
    assert found == [wording.limit_text(name, limit) for name, limit in limits.items()]


LIMITS = {"track_peak": Limit(0.02, float(MEBIBYTE))}


def figure(
    style: str,
    mebibytes: float | None,
    release: str = "2.1.9",
    metric: str = "track_peak",
    rows: int = 1000,
    task: str = TASK,
    compiled: bool = True,
) -> Figure:
    value = mebibytes and mebibytes * MEBIBYTE
    told = {"compiled_extensions": ["cyextension"] if compiled else []}
    where = Platform("box", "3.11")
    return Figure(where, release, task, style, rows, metric, value, "1", measured_with=told)


def view_of(*figures: Figure) -> View:
    found = page_data.by_platform(figures, LIMITS)
    view = first_view.of_site(found, shown.tasks_of(found))
    assert view is not None
    return view


def since(view: View) -> dict[str, str]:
    return {row.style: row.since for _, rows in first_screen.groups(view) for row in rows}


@pytest.mark.parametrize(
    ("releases", "other"),
    [
        (["1.3.24", "1.4.53", "1.4.54", "2.0.58", "2.1.9"], "1.4.54"),
        (["1.3.24", "1.4.53", "1.4.54"], "1.3.24"),
        (["2.1.8", "2.1.9"], "2.1.8"),
        (["2.1.9"], None),
    ],
)
def test_it_is_compared_with_the_last_release_before_the_upgrade(
    releases: list[str], other: str | None
) -> None:
    place = first_view.compared_with(releases, len(releases) - 1)
    assert (None if place is None else releases[place]) == other


def test_the_release_is_the_newest_that_has_figures_of_the_task() -> None:
    view = view_of(figure("columns", 1.0, "2.1.8"), figure("core", 1.0, "2.1.9", task="export"))
    assert view.platform.releases[view.place] == "2.1.8"


def test_what_they_write_is_dear_and_has_a_cheaper_style_of_its_kind() -> None:
    dearest, cheap = figure("add_all", 90.0, task="insert"), figure("core", 1.0, task="insert")
    assert view_of(dearest, cheap).style == "add_all"
    assert view_of(figure("columns", 90.0), figure("full_entity", 1.0)).style == "full_entity"


def test_a_change_since_the_other_release_is_told_by_its_limit() -> None:
    view = view_of(
        figure("full_entity", 100.0, "1.4.54"),
        figure("full_entity", 96.0),
        figure("yield_per", 20.0, "1.4.54"),
        figure("yield_per", 20.9),
        figure("columns", 10.0),
        figure("bundle", None),
    )
    assert since(view) == {
        "full_entity": "−4.0 %",  # noqa: RUF001
        "yield_per": "=",
        "columns": "new",
        "bundle": "–",  # noqa: RUF001
    }
    assert first_screen.since_words(view) == (
        "1.4.54 → 2.1.9: by net peak at 1,000 rows nothing got worse (1 of 2 styles needs less)."
        " Differences below 1 MiB or 2 % are shown as “=”."
    )
    rows = [row for _, rows in first_screen.groups(view) for row in rows]
    assert [row.figure for row in rows if row.failed] == ["failed"]
    assert [(row.style, row.kind) for row in rows if row.kind] == [
        ("full_entity", "mine"),
        ("yield_per", "best"),
    ]


def test_where_the_other_release_has_nothing_nothing_is_new() -> None:
    view = view_of(figure("columns", 10.0), figure("columns", 1.0, "1.4.54", rows=10))
    assert since(view) == {"columns": wording.NONE}
    assert "nothing was measured on both" in first_screen.since_words(view)


def test_builds_that_differ_are_not_compared() -> None:
    view = view_of(figure("columns", 10.0), figure("columns", 90.0, "1.4.54", compiled=False))
    assert since(view) == {"columns": wording.NONE}
    assert "1.4.54 ran without" in first_screen.since_words(view)


@pytest.mark.parametrize(
    ("now", "said"), [(44.0, "; every process starts 4.00 MiB bigger."), (40.2, ".")]
)
def test_what_a_process_starts_with_is_told_at_the_smallest_size(now: float, said: str) -> None:
    figures = [
        figure("columns", value + start * (rows == 10), release, metric, rows)
        for release, start in (("1.4.54", 40.0), ("2.1.9", now))
        for rows, value in ((10, 1.0), (1000, 80.0))
        for metric, start in (("track_peak", 0.0), ("peakmem_process", start))
    ]
    assert f"by net peak at 1,000 rows nothing got worse{said} Diff" in first_screen.since_words(
        view_of(*figures)
    )


def test_seconds_without_an_interval_are_told_and_not_judged() -> None:
    view = view_of(
        figure("full_entity", 100.0),
        figure("yield_per", 10.0),
        figure("full_entity", 1.5 / MEBIBYTE, metric="time_query"),
        figure("yield_per", 0.5 / MEBIBYTE, metric="time_query"),
    )
    assert first_advice.remarks(view)[0] == (
        "same objects, 1/10 of the memory, 0.50 s in place of 1.50 s (not judged)",
        None,
    )


def test_a_site_of_nothing_says_so(tmp_path: Path) -> None:
    site_page.write(tmp_path, [], [], tmp_path, load())
    assert "Nothing was measured yet" in (tmp_path / "index.html").read_text()
