"""What the page's script works out, against what the suite's Python makes of the same figures."""

import random
from typing import Any

import pytest
from playwright.sync_api import Page

from suite.figures import limits, samples, scaling, tasks
from suite.figures.advice import instead
from suite.figures.amounts import is_seconds, parse_bytes
from suite.figures.verdicts import Verdict, judged
from tests.site.browser_site import ON_A_PAGE, TASK, Site

pytestmark = ON_A_PAGE

LIMITS = limits.load()


@pytest.fixture
def page(site: Site) -> Page:
    return site.styles_page()


def near(chance: random.Random, value: float, limit: limits.Limit) -> float:
    """A figure that differs by about a limit, in both directions."""
    return value + chance.uniform(-2, 2) * max(limit.floor, limit.share * abs(value))


def test_judged_is_pythons_judged(page: Page) -> None:
    chance = random.Random(17)
    asked: list[list[Any]] = []
    expected = []
    for metric, limit in LIMITS.items():
        for _ in range(200):
            scale = limit.floor * 10 ** chance.uniform(-2, 4)
            before = chance.uniform(0.1 if is_seconds(metric) else -0.2, 1) * scale
            after = near(chance, before, limit)
            if not is_seconds(metric):
                before, after = round(before), round(after)
                asked.append([metric, before, after])
                expected.append(judged(metric, before, after, limit))
                continue
            intervals = [
                (value - spread, value + spread * chance.uniform(0, 1))
                for value in (before, after)
                for spread in [chance.uniform(0, 0.2) * scale]
            ]
            asked.append([metric, [before, *intervals[0]], [after, *intervals[1]]])
            is_apart = samples.are_apart(*intervals)
            expected.append(judged(metric, before, after, limit) if is_apart else Verdict.SAME)
    found = page.evaluate(
        "asked => asked.map(([metric, ...sides]) =>"
        " judged(metric, ...sides, limitOf(index.platforms[0], metric)))",
        asked,
    )
    assert found == [str(verdict) for verdict in expected]
    assert set(found) == {"worse", "better", "same"}


def test_one_sample_and_no_limit_are_not_judged(page: Page) -> None:
    found = page.evaluate(
        """() => [judged("time_query", [1], [9], { share: 0.1, floor: 0.1 }),
          judged("time_query", [1, 0.9, 1.1], [9], { share: 0.1, floor: 0.1 }),
          judged("track_kept", 1, 2 ** 30, null),
          judged("track_peak", null, 2 ** 30, { share: 0.1, floor: 0 })]"""
    )
    assert found == ["not judged"] * 4


def test_what_to_write_instead_is_pythons(page: Page) -> None:
    chance, task, limit = random.Random(18), tasks.tasks()[TASK], LIMITS["track_peak"]
    asked: list[dict[str, int]] = []
    for _ in range(40):
        least = chance.choice([0.5, 5.0, 50.0]) * 2**20
        asked.append({style: round(least * chance.uniform(1, 1.2)) for style in task.styles})
        asked.append({style: round(least * 9 ** chance.random()) for style in task.styles})
    kinds = [None, "values", "objects"]
    found = page.evaluate(
        """async ([task, asked, kinds]) => {
          const view = { ...chosen(), task: taskOn(index.platforms[0], taskOf(task)),
            metric: "track_peak", rows: 1 };
          const { nearest } = await loadTask(view.task);
          return asked.map((values) => {
            const figures = { values: { track_peak: { 1:
              Object.keys(view.task.styles).map((style) => values[style] ?? null) } },
              failed: {}, places: view.task.places };
            return Object.keys(values).flatMap((style) => kinds.map((kind) =>
              instead(view, figures, style, nearest, { kind })));
          });
        }""",
        [TASK, asked, kinds],
    )
    expected = [
        [instead(task, style, values, limit, kind) for style in values for kind in kinds]
        for values in asked
    ]
    assert found == expected
    assert {None, "columns"} < {each for row in found for each in row}


def test_rows_that_fit_are_pythons(page: Page) -> None:
    chance = random.Random(19)
    asked: list[tuple[dict[int, int], dict[int, int], int]] = []
    for _ in range(300):
        sizes = sorted(chance.sample([100, 1000, 10_000, 100_000], chance.randint(1, 3)))
        a_row = chance.choice([0.0, 0.5, 20.0, 1700.0])
        peak = {rows: round(2**20 + a_row * rows + chance.uniform(0, 2**17)) for rows in sizes}
        process = {rows: value + 40 * 2**20 for rows, value in peak.items()}
        asked.append((process, peak, chance.choice([20, 64, 512, 4096]) * 2**20))
    found = page.evaluate(
        """asked => asked.map(([process, peak, budget]) => {
          const lists = (by_rows) => Object.fromEntries(Object.entries(by_rows)
            .map(([rows, value]) => [rows, [value]]));
          return String(rowsThatFit({ values: { peakmem_process: lists(process),
            track_peak: lists(peak) }, places: new Map([["x", 0]]) }, "x", budget));
        })""",
        asked,
    )
    expected = [scaling.rows_that_fit(*each) for each in asked]
    assert [float(each.replace("Infinity", "inf")) for each in found] == expected
    assert {0.0, scaling.UNLIMITED} < set(expected)


@pytest.mark.parametrize(
    "text", ["512MiB", "512 mib", "1.5 GiB", "2g", "100 MB", "1 b", "", "much", "-5 MiB", "5 XB"]
)
def test_amounts_of_memory_are_read_as_on_the_command_line(page: Page, text: str) -> None:
    try:
        expected: float | None = parse_bytes(text)
    except ValueError:
        expected = None
    assert page.evaluate("parseBytes", text) == expected


def test_a_number_alone_is_in_mebibytes(page: Page) -> None:
    assert page.evaluate("parseBytes('512')") == 512 * 2**20


def test_a_figure_is_never_written_as_nothing(page: Page) -> None:
    written = page.evaluate(
        """() => [166.83 * 2 ** 20, 5.5 * 2 ** 20, 0.05 * 2 ** 20, 3000, 400, 0, -3000]
          .map((value) => readable("track_peak", value))"""
    )
    assert written == [
        "166.8 MiB",
        "5.50 MiB",
        "0.05 MiB",
        "2.9 KiB",
        "400 bytes",
        "0 MiB",
        "\u22122.9 KiB",
    ]


def test_long_tables_and_lists_show_the_rest_when_asked(page: Page) -> None:
    shown = page.evaluate(
        """() => {
          const rows = Array.from({ length: 60 }, (_, place) => () => element("tr", {},
            cell(String(place))));
          const parts = Array.from({ length: 30 }, (_, place) => () => element("section", {},
            String(place)));
          document.body.prepend(element("div", { id: "table" },
            longTable("x", [heading("x")], rows)), element("div", { id: "list" },
            ...longList(parts, 12, "releases")));
          return [document.querySelectorAll("#table tbody tr").length,
            document.querySelectorAll("#list section").length];
        }"""
    )
    assert shown == [25, 12]
    page.get_by_role("button", name="Show all 60").click()
    page.get_by_role("button", name="Show all 30 releases").click()
    assert page.locator("#table tbody tr").count() == 60
    assert page.locator("#list section").count() == 30
    assert page.locator("#list > button").count() == 0
