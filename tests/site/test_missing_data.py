"""A site of which not every file was copied: the page names the one that is missing."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.site.browser_site import ON_A_PAGE, Site
from tests.site.site_project import SiteProject

pytestmark = ON_A_PAGE


@pytest.fixture
def page(served: Site) -> Page:
    page = served.context().new_page()
    page.on("pageerror", lambda error: served.trouble.append(str(error)))
    served.trouble.clear()
    return page


def lose(page: Page, key: str) -> str:
    """Let the server lack a file of data; its name."""
    name = f"query-styles/{key}.js"
    page.route(f"**/{name}", lambda route: route.fulfill(status=404))
    return name


def test_without_the_data_of_a_task_nothing_else_is_shown_for_it(
    served: Site, page: Page, published_pages: Path
) -> None:
    described = SiteProject(published_pages.parent).index()["platforms"]
    lost, other = described[0], described[1]
    name = lose(page, lost["tasks"][0]["data"])
    page.goto(f"{served.address}query-styles.html#platform={lost['key']}")
    summary = page.locator("#summary")
    expect(summary).to_contain_text(f"The file {name} is missing")
    expect(summary).to_contain_text("scripts/publish")
    expect(page.locator("#main")).to_be_hidden()
    page.evaluate(f"location.hash = 'platform={other['key']}'")
    expect(page.locator("#costs-table tbody tr").first).to_be_visible()
    page.evaluate(f"location.hash = 'platform={lost['key']}'")
    expect(page.locator("#main")).to_be_hidden()
    assert served.trouble == []


def test_without_the_traces_the_rest_is_shown(
    served: Site, page: Page, published_pages: Path
) -> None:
    described = SiteProject(published_pages.parent).index()["platforms"][0]
    (key,) = described["tasks"][0]["traces"].values()
    name = lose(page, key)
    page.goto(f"{served.address}query-styles.html#platform={described['key']}")
    expect(page.locator("#traces-about")).to_contain_text(f"The file {name} is missing")
    expect(page.locator("#costs-table tbody tr").first).to_be_visible()
    assert served.trouble == []
