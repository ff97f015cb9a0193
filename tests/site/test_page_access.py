"""The page "Query styles" for everyone: keyboard, words, contrast, a phone, light and dark."""

import pytest
from playwright.sync_api import expect

from tests.site.browser_site import (
    ON_A_PAGE,
    PHONE,
    Site,
    mebibytes,
    picture,
    switch,
)

pytestmark = ON_A_PAGE


def test_by_keyboard_alone(site: Site) -> None:
    page = site.styles_page()
    switch(page, "metric").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#history-about")).to_contain_text("Heap")
    box = page.get_by_role("checkbox", name="textual SQL, fetchall()")
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator("#history .legend, [aria-labelledby=history] .legend")).to_contain_text(
        "textual SQL, fetchall()"
    )
    expect(page.get_by_role("checkbox", name="textual SQL, fetchall()")).to_be_focused()
    page.get_by_role("radio", name="MiB").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="bytes a row")).to_be_focused()
    expect(page.locator("#costs-about")).to_contain_text("bytes a row")


def test_every_chart_has_words_and_a_table(site: Site) -> None:
    page = site.styles_page()
    charts = page.locator(".chart").evaluate_all("found => found.map(each => each.id)")
    assert charts == ["history-chart", "drivers-chart", "tradeoff-chart", "traces-chart"]
    for chart in ("history", "tradeoff", "traces"):
        drawing = page.locator(f"#{chart}-chart")
        assert drawing.get_attribute("role") == "img"
        assert "chart" in (drawing.get_attribute("aria-label") or "")
        page.locator(f"#{chart}-table summary").click()
        expect(page.locator(f"#{chart}-table td").first).to_be_visible()
    value = mebibytes("columns", "2.1.9")
    expect(page.locator("#history-table")).to_contain_text(f"{value} MiB")
    expect(page.locator("#traces-table")).to_contain_text("50.0 MiB")
    switches = page.locator("select:visible").count()
    assert page.locator("label:visible select:visible").count() == switches > 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(site: Site, scheme: str) -> None:
    page = site.styles_page(scheme=scheme)
    lowest = page.evaluate(LOWEST_CONTRAST)
    assert lowest["count"] > 100
    assert lowest["ratio"] >= 4.5, lowest


# WCAG 2.2's contrast ratio of text to the first painted background behind it, at its lowest.
LOWEST_CONTRAST = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => rgba(colour).slice(0, 3)
    .map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = (element) => {
    const own = getComputedStyle(element).backgroundColor;
    return rgba(own)[3] > 0 || !element.parentElement ? own : behind(element.parentElement);
  };
  let lowest = { ratio: 21 };
  let count = 0;
  for (const element of document.querySelectorAll("p, td, th, a, label, legend, h1, h2, summary")) {
    if (!element.offsetWidth || !element.innerText.trim()) continue;
    count += 1;
    const both = [getComputedStyle(element).color, behind(element)];
    const [dark, light] = both.map(luminance).sort((one, other) => one - other);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < lowest.ratio) lowest = { ratio, both, text: element.innerText.slice(0, 40) };
  }
  return { ...lowest, count };
}"""


@pytest.mark.parametrize("state", ["", "#columns=all"])
def test_a_phone_shows_it_without_scrolling_sideways(site: Site, state: str) -> None:
    page = site.styles_page(state, viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("#costs-table thead th").last).to_be_in_viewport()
    chart = page.locator("#history-chart svg").bounding_box()
    assert chart is not None
    assert 250 < chart["width"] <= PHONE["width"]


def test_light_and_dark_differ(site: Site) -> None:
    def colours(scheme: str) -> tuple[str, str]:
        page = site.styles_page(scheme=scheme)
        return page.evaluate("getComputedStyle(document.body).backgroundColor"), picture(page)

    light, dark = colours("light"), colours("dark")
    assert light[0] != dark[0]
    assert light[1] != dark[1]
