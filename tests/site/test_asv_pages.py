"""asv's own pages in a real browser: grid, graph, list, regressions, and what a point leads to."""

import json
import re

import pytest
from playwright.sync_api import expect

from suite.figures import tasks
from tests import fake_results
from tests.site.browser_site import (
    EVIL,
    ON_A_PAGE,
    PEAK,
    PHONE,
    TASK,
    Site,
)

pytestmark = ON_A_PAGE


def test_asv_grid(site: Site) -> None:
    page = site.open("asv/index.html#/")
    tile = page.locator(".benchmark-container", has_text="bounced addresses, net peak")
    expect(tile.locator("canvas").first).to_be_visible()
    expect(page.locator("#nav ul > li").nth(1)).to_have_text("Query styles")
    page.get_by_role("link", name="Query styles").click()
    assert page.url == site.address + "index.html"
    page.go_back()
    expect(tile).to_be_visible()


def test_asv_graph_draws_the_first_styles_at_the_largest_size(site: Site) -> None:
    page = site.open(
        "asv/index.html#tasks.bounced_addresses.Styles.track_peak?python=3.11&machine=quiet"
    )
    expect(page.locator("#main-graph canvas").first).to_be_visible()
    legend = page.locator("#main-graph .legend")
    expect(legend).to_contain_text("full entity, .all()")
    shown = legend.locator(".legendLabel").all_inner_texts()
    first = list(tasks.tasks()[TASK].styles.values())[:8]
    assert shown == [f"rows-100000; style-{style.label}" for style in first]
    expect(page.locator("#graphdisplay-navigation")).to_contain_text(EVIL)
    for tag in ("1.4.0", "2.0.0", "2.1.0"):
        expect(page.locator("#main-graph")).to_contain_text(tag)
    assert "1.3.24..2.1.9" in page.locator("#range").input_value()


def test_a_point_leads_to_the_change_log(site: Site) -> None:
    index = json.loads((site.html / "asv" / "index.json").read_text())
    page = site.open("asv/" + index["show_commit_url"] + "2.1.9")
    expect(page.get_by_role("heading", name="SQLAlchemy 2.1.9")).to_be_visible()
    link = page.get_by_role("link", name="change log")
    assert link.get_attribute("href") == (
        "https://docs.sqlalchemy.org/en/21/changelog/changelog_21.html#change-2.1.9"
    )
    page.goto(site.address + "release.html#<script>window.harmed=1</script>")
    page.reload()
    expect(page.get_by_role("heading")).to_have_text("This address names no release")


def test_the_address_that_the_first_page_had_leads_to_it(site: Site) -> None:
    page = site.open("query-styles.html#task=bounced_addresses&rows=1000")
    page.wait_for_url(site.address + "index.html#*")
    assert "rows=1000" in page.url


@pytest.mark.parametrize("old", ["#/regressions", "#/", f"#{PEAK}?python=3.11", f"#{PEAK}"])
def test_the_addresses_that_asvs_pages_had_lead_to_them(site: Site, old: str) -> None:
    page = site.open(f"index.html{old}")
    expect(page.locator("#nav")).to_be_visible()
    assert page.url == f"{site.address}asv/index.html{old}"


def test_a_release_is_named_whole_and_sizes_are_in_mebibytes(site: Site) -> None:
    page = site.open("asv/index.html#/regressions")
    expect(page.locator("#regressions-body tbody tr").first).to_contain_text(" MiB")
    assert page.evaluate("$.asv.pretty_unit(1.5 * 2 ** 20, 'bytes')") == "1.500 MiB"
    hashes = json.loads((site.html / "asv" / "index.json").read_text())["revision_to_hash"]
    for wanted in ("2.1.9", "2.1"):
        found = [revision for revision, release in hashes.items() if release == wanted]
        assert page.evaluate("release => $.asv.get_revision(release)", wanted) == (
            found[0] if found else None
        )
    page.evaluate(
        "() => { window.asked = []; $.asv.get_revision = (release) => asked.push(release); }"
    )
    page.get_by_role("link", name="track_peak").first.click()
    expect(page.locator("#main-graph canvas").first).to_be_visible()
    assert page.evaluate("asked") == ["2.0.58", "2.1.8"]


def test_what_asv_shows_as_html_runs_no_script(site: Site) -> None:
    """Whatever escapes it: asv shows the names of parameters, and of much else, as HTML."""
    page = site.open("asv/index.html#/")
    expect(page.locator(".benchmark-container").first).to_be_visible()
    shown = "<img id=shown src=swallow.png onload=window.harmed=1>"
    page.evaluate("html => $('body').append(html)", shown)
    expect(page.locator("#shown")).to_have_js_property("complete", True)
    assert any("inline event handler" in line for line in site.trouble)
    site.trouble.clear()


@pytest.mark.parametrize("address", ["/", "/summarylist", f"{PEAK}?python=3.11", "/regressions"])
def test_on_a_phone_nothing_lies_under_the_bar(site: Site, address: str) -> None:
    page = site.open(f"asv/index.html#{address}", viewport=PHONE)
    shown = page.locator(
        "#summarygrid-display h1, #summarylist-body table, #main-graph canvas, #regressions-body td"
    )
    expect(shown.first).to_be_visible()
    bar, first = page.locator("#nav").bounding_box(), shown.first.bounding_box()
    assert bar is not None
    assert first is not None
    assert first["y"] >= bar["y"] + bar["height"]


def test_regressions_lead_to_their_graph(site: Site) -> None:
    page = site.open("asv/index.html#/regressions")
    label = tasks.tasks()[TASK].label(fake_results.WORSE)
    link = page.get_by_role(
        "link", name=f"tasks.bounced_addresses.Styles.track_peak({label}, 100000)"
    )
    # By keyboard: under the pointer asv draws a small graph, also once its place is hidden.
    link.first.press("Enter")
    legend = page.locator("#main-graph .legendLabel")
    expect(legend.first).to_contain_text(label)
    assert legend.count() == 1
    index = json.loads((site.html / "asv" / "index.json").read_text())
    assert len(index["benchmarks"]) == len(fake_results.METRICS)


def test_asv_list_keeps_labels_whole(site: Site) -> None:
    page = site.open("asv/index.html#/summarylist?python=3.11")
    row = page.locator("tr", has_text="column only, .all(), 100000").first
    expect(row.locator("a").first).to_have_text(re.compile(r"^bounced addresses, [\w ]+$"))


def test_asvs_pages_open_from_the_disk(site: Site) -> None:
    page = site.open((site.html / "asv" / "index.html").as_uri())
    tile = page.locator(".benchmark-container", has_text="bounced addresses, net peak")
    expect(tile.locator("canvas").first).to_be_visible()
    tile.click()
    expect(page.locator("#main-graph .legendLabel").first).to_be_visible()
    page.get_by_role("link", name="Regressions", exact=True).click()
    expect(page.get_by_role("link", name="track_peak").first).to_be_visible()
