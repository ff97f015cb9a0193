"""asv's own pages in a real browser: grid, graph, list, regressions, and what a point leads to."""

import json
import re

from playwright.sync_api import expect

from suite.figures import tasks
from tests import fake_results
from tests.site.browser_site import (
    EVIL,
    ON_A_PAGE,
    TASK,
    Site,
)

pytestmark = ON_A_PAGE


def test_asv_grid(site: Site) -> None:
    page = site.open("index.html#/")
    tile = page.locator(".benchmark-container", has_text="bounced addresses, net peak")
    expect(tile.locator("canvas").first).to_be_visible()
    first = page.locator("#nav li a[href]").first
    expect(page.locator("#nav ul > li").nth(1)).to_have_text("Query styles")
    assert first.is_visible()
    page.get_by_role("link", name="Query styles").click()
    expect(page.locator("#history-chart svg")).to_be_visible()
    page.get_by_role("link", name="Benchmark grid").click()
    expect(tile).to_be_visible()


def test_asv_graph_draws_every_style_at_the_largest_size(site: Site) -> None:
    page = site.open(
        "index.html#tasks.bounced_addresses.Styles.track_peak?python=3.11&machine=quiet"
    )
    expect(page.locator("#main-graph canvas").first).to_be_visible()
    legend = page.locator("#main-graph .legend")
    expect(legend).to_contain_text("full entity, .all()")
    shown = legend.locator(".legendLabel").all_inner_texts()
    assert len(shown) == len(tasks.tasks()[TASK].styles)
    assert EVIL in "".join(shown)
    for tag in ("1.4.0", "2.0.0", "2.1.0"):
        expect(page.locator("#main-graph")).to_contain_text(tag)
    assert "1.3.24..2.1.9" in page.locator("#range").input_value()


def test_a_point_leads_to_the_change_log(site: Site) -> None:
    index = json.loads((site.html / "index.json").read_text())
    page = site.open(index["show_commit_url"] + "2.1.9")
    expect(page.get_by_role("heading", name="SQLAlchemy 2.1.9")).to_be_visible()
    link = page.get_by_role("link", name="change log")
    assert link.get_attribute("href") == (
        "https://docs.sqlalchemy.org/en/21/changelog/changelog_21.html#change-2.1.9"
    )
    page.goto(site.address + "release.html#<script>window.harmed=1</script>")
    page.reload()
    expect(page.get_by_role("heading")).to_have_text("This address names no release")


def test_regressions_lead_to_their_graph(site: Site) -> None:
    page = site.open("index.html#/regressions")
    label = tasks.tasks()[TASK].label(fake_results.WORSE)
    link = page.get_by_role(
        "link", name=f"tasks.bounced_addresses.Styles.track_peak({label}, 100000)"
    )
    link.first.click()
    legend = page.locator("#main-graph .legendLabel")
    expect(legend.first).to_contain_text(label)
    assert legend.count() == 1
    index = json.loads((site.html / "index.json").read_text())
    assert len(index["benchmarks"]) == len(fake_results.METRICS)


def test_asv_list_keeps_labels_whole(site: Site) -> None:
    page = site.open("index.html#/summarylist?python=3.11")
    row = page.locator("tr", has_text="column only, .all(), 100000").first
    expect(row.locator("a").first).to_have_text(re.compile(r"^bounced addresses, [\w ]+$"))


def test_asvs_pages_open_from_the_disk(site: Site) -> None:
    page = site.open((site.html / "index.html").as_uri())
    tile = page.locator(".benchmark-container", has_text="bounced addresses, net peak")
    expect(tile.locator("canvas").first).to_be_visible()
    tile.click()
    expect(page.locator("#main-graph .legendLabel").first).to_be_visible()
    page.get_by_role("link", name="Regressions", exact=True).click()
    expect(page.get_by_role("link", name="track_peak").first).to_be_visible()
