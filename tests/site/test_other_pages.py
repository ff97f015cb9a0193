"""The pages beside the front page, for everyone: a style's, a document, a source, a release."""

import pytest
from playwright.sync_api import expect

from tests.site import axe
from tests.site.browser_site import DESKTOP, ON_A_PAGE, PHONE, TASK, Site

pytestmark = ON_A_PAGE

STYLE = f"style/{TASK}.columns.html"
PAGES = (
    STYLE,
    "README.html",
    "docs/evidence/measuring.html",
    "docs/evidence/index.html",
    f"source/benchmarks/tasks/{TASK}.py.html",
    "release.html#2.1.9",
)


# A scheme moves nothing, and a width changes no colour.
@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", DESKTOP), ("dark", PHONE)], ids=["desktop", "phone"]
)
def test_axe_finds_nothing(site: Site, scheme: str, viewport: dict[str, int]) -> None:
    for address in PAGES:
        page = site.open(address, viewport, scheme)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert axe.violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_a_style_leads_to_the_front_page_its_source_and_its_releases(site: Site) -> None:
    page = site.open(STYLE)
    expect(page.get_by_role("img", name="Line: net peak at 100,000 rows")).to_be_visible()
    page.get_by_role("link", name="Beside the other styles").click()
    expect(page.locator("#costs tr.mine")).to_contain_text("column only, .all()")
    page.go_back()
    page.get_by_role("link", name="2.1.9").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("SQLAlchemy 2.1.9")
    page.go_back()
    page.get_by_role("link", name=f"benchmarks/tasks/{TASK}.py").click()
    expect(page.locator("span:target")).to_be_in_viewport()


def test_it_prints_the_figures_and_not_the_choices(site: Site) -> None:
    page = site.styles_page()
    page.emulate_media(media="print")
    expect(page.locator("#ask")).to_be_hidden()
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator("#costs")).to_be_visible()
    expect(page.locator("#answer")).to_be_visible()


def test_the_bars_stand_out_from_the_page(site: Site) -> None:
    for scheme in ("light", "dark"):
        page = site.styles_page(scheme=scheme)
        found = page.evaluate(CONTRASTS)
        assert len(found) == 3
        assert min(found.values()) >= 3, (scheme, found)


# WCAG's contrast ratio of the bars to the page: of any, of the own one and of the best one.
CONTRASTS = """() => {
  const luminance = (colour) => colour.match(/\\d+/g).slice(0, 3).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const colour = (element) => luminance(getComputedStyle(element).backgroundColor);
  const page = colour(document.body);
  return Object.fromEntries(["", "mine", "best"].map((kind) => {
    const bar = colour(document.querySelector(`#costs tr[class="${kind}"] .bar i`));
    return [kind, (Math.max(page, bar) + 0.05) / (Math.min(page, bar) + 0.05)];
  }));
}"""
