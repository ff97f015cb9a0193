"""The front page for everyone: keyboard, words, contrast, a phone, light and dark."""

import pytest
from playwright.sync_api import expect

from tests.site import axe
from tests.site.browser_site import DESKTOP, ON_A_PAGE, PHONE, Site, switch

pytestmark = ON_A_PAGE

VIEWS = ["", "#compare=1.4.54..2.1.9", "#changes="]
DRAWN = "#advice .buttons:visible, #compare table:visible, #changes table:visible"


# A scheme moves nothing, and a width changes no colour.
@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", DESKTOP), ("dark", PHONE)], ids=["desktop", "phone"]
)
def test_axe_finds_nothing(site: Site, scheme: str, viewport: dict[str, int]) -> None:
    for state in VIEWS:
        page = site.open(f"index.html{state}", viewport, scheme)
        expect(page.locator(DRAWN).first).to_be_visible()
        for summary in page.locator("main details:visible > summary").all():
            summary.click()
        assert axe.violations(page) == [], state


def test_by_keyboard_alone(site: Site) -> None:
    page = site.styles_page()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_be_focused()
    link = page.locator("#costs").get_by_role("link", name="column only, .all()", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#costs tr.mine")).to_contain_text("column only, .all()")
    expect(link).to_be_focused()
    switch(page, "metric").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#answer")).to_contain_text("has a heap of")
    expect(switch(page, "metric")).to_be_focused()
    copy = page.get_by_role("button", name="Copy table as Markdown")
    copy.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).not_to_be_empty()
    expect(page.get_by_role("button", name="opied").first).to_be_focused()


def test_what_changes_is_read_aloud(site: Site) -> None:
    page = site.styles_page()
    assert page.locator("#answer").get_attribute("aria-live") == "polite"
    for part in ("#said", "#budget-wrong"):
        assert page.locator(part).get_attribute("role") in ("status", "alert")
    page = site.view("compare", VIEWS[1])
    page.evaluate("window.before = document.querySelector('#compare h2')")
    page.locator("#compare [name=before]").select_option("2.0.58")
    expect(page.locator("#compare h2")).to_contain_text("2.0.58")
    assert page.evaluate("window.before === document.querySelector('#compare h2[aria-live]')")


@pytest.mark.parametrize("state", VIEWS)
def test_a_phone_shows_it_without_scrolling_sideways(site: Site, state: str) -> None:
    page = site.open(f"index.html{state}", PHONE)
    expect(page.locator(DRAWN).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_choice_has_a_name(site: Site) -> None:
    for state in VIEWS:
        page = site.open(f"index.html{state}")
        expect(page.locator(DRAWN).first).to_be_visible()
        choices = page.locator("#ask, #compare, #changes").locator("select:visible, input:visible")
        assert choices.count() > 3
        for choice in choices.all():
            assert choice.evaluate("each => each.labels[0]?.innerText.trim()"), choice


def test_light_and_dark_differ(site: Site) -> None:
    colours = [
        site.styles_page(scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert colours[0] != colours[1]
