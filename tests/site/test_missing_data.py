"""A site of which not every file was copied: the page names the one that is missing."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.site.browser_site import ON_A_PAGE, Site, row, switch
from tests.site.site_project import SiteProject

pytestmark = ON_A_PAGE


@pytest.fixture
def page(served: Site) -> Page:
    page = served.context().new_page()
    page.on("pageerror", lambda error: served.trouble.append(str(error)))
    served.trouble.clear()
    return page


@pytest.fixture
def file(published_pages: Path) -> str:
    """How the names of the first platform's files begin."""
    name: str = SiteProject(published_pages.parent).index()["platforms"][0]["file"]
    return name


def lose(page: Page, key: str) -> str:
    """Let the server lack a file of data; its name."""
    name = f"site/data/{key}.js"
    page.route(f"**/{name}", lambda route: route.fulfill(status=404))
    return name


def test_without_a_release_another_one_is_shown(served: Site, page: Page, file: str) -> None:
    name = lose(page, f"{file}-r-2.1.9")
    page.goto(f"{served.address}index.html")
    answer = page.locator("#answer")
    expect(answer).to_contain_text(f"The file {name} is missing")
    expect(answer).to_contain_text("scripts/publish")
    expect(page.locator("#costs")).to_be_hidden()
    switch(page, "release").select_option("2.1.8")
    expect(page.locator("#costs tr.mine")).to_be_visible()
    expect(answer).to_contain_text("That query adds")
    page.evaluate("location.hash = 'compare=1.4.54..2.1.9'")
    expect(page.locator("#compare h2.answer")).to_contain_text(f"The file {name} is missing")
    assert served.trouble == []


def test_without_the_other_release_the_figures_are_shown(
    served: Site, page: Page, file: str
) -> None:
    name = lose(page, f"{file}-r-1.4.54")
    page.goto(f"{served.address}index.html")
    expect(page.locator("#answer-more")).to_contain_text(f"The file {name} is missing")
    expect(page.locator("#advice pre")).to_have_count(2)
    assert row(page, "columns")[3] == "\u2013"
    assert served.trouble == []


def test_without_the_code_the_figures_are_shown(served: Site, page: Page) -> None:
    name = lose(page, "task-0")
    page.goto(f"{served.address}index.html")
    expect(page.locator("#advice")).to_contain_text(f"The file {name} is missing")
    expect(page.locator("#answer")).to_contain_text("That query adds")
    assert served.trouble == []


def test_without_a_metric_the_table_of_another_one_comes_back(
    served: Site, page: Page, file: str
) -> None:
    name = lose(page, f"{file}-s-0-track_heap")
    page.goto(f"{served.address}index.html")
    page.locator("#releases").scroll_into_view_if_needed()
    expect(page.locator("#releases table")).to_be_visible()
    switch(page, "metric").select_option("track_heap")
    expect(page.locator("#releases-about")).to_contain_text(f"The file {name} is missing")
    switch(page, "metric").select_option("track_peak")
    page.locator("#releases").scroll_into_view_if_needed()
    expect(page.locator("#releases table")).to_be_visible()
    assert served.trouble == []


def test_without_the_changes_it_is_said(served: Site, page: Page, file: str) -> None:
    name = lose(page, f"{file}-changes")
    page.goto(f"{served.address}index.html#changes=")
    expect(page.locator("#changes h2.answer")).to_contain_text(f"The file {name} is missing")
    assert served.trouble == []


def test_without_the_change_log_the_changes_are_shown(served: Site, page: Page) -> None:
    lose(page, "changelog")
    page.goto(f"{served.address}index.html#changes=")
    expect(page.locator("#changes section.release").first).to_be_visible()
    assert served.trouble == []
