"""The page "Query styles" in a real browser: its figures, switches, address and links."""

import json
import math
from pathlib import Path

import pytest
from playwright.sync_api import expect

from suite.figures import tasks
from suite.measuring import names
from tests import fake_results
from tests.site import site_project
from tests.site.browser_site import (
    EVIL,
    EVIL_MACHINE,
    ON_A_PAGE,
    TASK,
    Site,
    cost,
    mebibytes,
    picture,
    switch,
)

pytestmark = ON_A_PAGE


def test_query_styles_shows_the_figures(site: Site) -> None:
    page = site.styles_page()
    assert cost(page, "column only, .all()", "2.1.9") == mebibytes("columns", "2.1.9")
    assert cost(page, "full entity, .all()", "1.3.24") == mebibytes("full_entity", "1.3.24")
    # 1.3 has no mappings(): nothing was measured, and nothing failed.
    assert cost(page, "Core, mappings().all()", "1.3.24") == "\u2013"
    expect(page.locator("#summary")).to_contain_text("SQLAlchemy 2.1.9")
    for chart in ("history", "tradeoff", "traces"):
        expect(page.locator(f"#{chart}-chart svg")).to_be_visible()
    expect(page.locator("#fit-table tbody tr")).to_have_count(len(tasks.tasks()[TASK].styles))
    assert page.get_by_text(EVIL).count() > 0
    assert page.get_by_text(EVIL_MACHINE).count() > 0


def test_what_is_not_comparable_is_marked(site: Site) -> None:
    page = site.styles_page("#columns=all")
    assert cost(page, "full entity, .all()", "1.4.53 ‡").endswith(" †")
    assert cost(page, "column only, .all()", "1.4.53 ‡") == "failed"
    notes = page.locator("#costs-notes")
    for words in ("sampled", "compiled extensions", "out of memory"):
        expect(notes).to_contain_text(words)
    assert not cost(page, "full entity, .all()", "1.4.54").endswith("†")


def test_a_switch_changes_the_picture_and_its_address_restores_it(site: Site) -> None:
    page = site.styles_page()
    before = picture(page), page.locator("#costs-table").inner_text()
    switch(page, "metric").select_option("track_heap")
    switch(page, "rows").select_option("10000")
    switch(page, "release").select_option("1.4.54")
    page.locator("#unit").get_by_text("bytes a row").click()
    expect(page.locator("#costs-about")).to_contain_text("bytes a row, for 10,000 rows")
    expect(page.locator("#history-about")).to_contain_text("Heap in MiB for 10,000 rows")
    expect(page.locator("#tradeoff-about")).to_contain_text("SQLAlchemy 1.4.54")
    after = picture(page), page.locator("#costs-table").inner_text()
    assert after[0] != before[0]
    assert after[1] != before[1]
    again = site.styles_page("#" + page.url.partition("#")[2])
    assert (picture(again), again.locator("#costs-table").inner_text()) == after
    page.go_back()
    expect(page.locator("#costs-about")).to_contain_text("In MiB, for 10,000 rows")


def test_an_address_that_names_nothing_known_shows_the_first_view(site: Site) -> None:
    first, page = (
        site.styles_page(address)
        for address in ("", "#task=none&rows=5&metric=x&release=9.9&styles=a,b")
    )
    for part in ("#costs-about", "#costs-table", "#history-about", "#fit-table", "#changes-table"):
        assert page.locator(part).inner_text() == first.locator(part).inner_text() != ""
    expect(page.locator("#history-about")).to_contain_text("Net peak in MiB for 100,000 rows")
    expect(page.locator("#tradeoff-about")).to_contain_text("SQLAlchemy 2.1.9")


def test_bytes_a_row_and_rows_that_fit(site: Site) -> None:
    page = site.styles_page("#unit=row")
    big, small = (
        fake_results.value(TASK, "columns", rows, "track_peak", "2.1.9") for rows in (100000, 10000)
    )
    shown = int(cost(page, "column only, .all()", "2.1.9").replace(",", ""))
    assert shown == pytest.approx((big - small) / 90000, abs=1)
    row = page.locator("#fit-table tbody tr", has_text="full entity, .all()").first
    net_peak = [
        fake_results.value(TASK, "full_entity", rows, "track_peak", "2.1.9")
        for rows in (10000, 100000)
    ]
    slope = (net_peak[1] - net_peak[0]) / 90000
    process = fake_results.value(TASK, "full_entity", 100000, "peakmem_process", "2.1.9")
    expected = 100000 + (256 * 2**20 - process) / slope
    fits = int(row.locator("td").nth(2).inner_text().replace(",", ""))
    assert fits == pytest.approx(expected, rel=0.1)
    assert fits <= expected


def test_changes_link_to_asvs_graph(site: Site) -> None:
    page = site.styles_page("#task=bounced_addresses")
    label = tasks.tasks()[TASK].label(fake_results.WORSE)
    row = page.locator("#changes-table tbody tr", has_text=label).first
    expect(row).to_contain_text("▲")
    row.get_by_role("link", name="graph").click()
    legend = page.locator("#main-graph .legendLabel")
    expect(legend.first).to_contain_text(label)
    assert legend.count() == 1


def test_what_is_not_judged_is_said(site: Site) -> None:
    page = site.styles_page("#metric=time_query")
    expect(page.locator("#changes-about")).to_contain_text("Time is shown, and not judged")
    expect(page.locator("#changes-table")).to_be_empty()
    switch(page, "metric").select_option("track_peak")
    expect(page.locator("#changes-about")).to_contain_text("changes of more than 2.0% and 1.00 MiB")


def test_growth_is_shown_in_bytes_at_rows_of_its_own(site: Site) -> None:
    page = site.styles_page("#metric=track_growth&rows=10000&unit=row")
    for release in ("1.4.54", "2.1.9"):
        left = fake_results.value(TASK, "bundle", 20, "track_growth", release)
        assert cost(page, "Bundle of one column, .all()", release) == f"{left:,.0f}"
    expect(page.locator("#history-about")).to_contain_text("Growth in bytes for 20 rows")
    expect(page.locator("#changes-about")).to_contain_text("more than 5.0% and 64 bytes")
    expect(page.locator("#changes-table tbody tr").first).to_contain_text("KiB")
    # No size and no unit is offered that would leave the table empty.
    for choice in (switch(page, "rows"), page.locator("#unit")):
        expect(choice).to_be_hidden()
    # What is about one run stays as it was chosen, and comes back.
    expect(page.locator("#tradeoff-about")).to_contain_text("10,000 rows: net peak against seconds")
    expect(page.locator("#fit-table tbody tr")).to_have_count(len(tasks.tasks()[TASK].styles))
    switch(page, "metric").select_option("track_heap")
    expect(page.locator("#costs-about")).to_contain_text("bytes a row, for 10,000 rows")
    assert "20" not in switch(page, "rows").inner_text().split()


def test_an_address_keeps_its_platform_when_another_one_is_published(
    site: Site, tmp_path: Path
) -> None:
    project = site_project.create(tmp_path)
    folder = fake_results.write(project.results, ["1.4.53", "1.4.54"])
    for release in ("1.4.53", "1.4.54"):
        skip_at_the_smallest_size(fake_results.path_of(folder, release), "track_heap")
    page_file = project.html / "query-styles.html"
    assert project.publish().returncode == 0
    page = site.open(page_file.as_uri() + "#metric=track_heap&rows=1000")
    expect(page.locator("#changes-about")).to_have_text("Heap, 1,000 rows: not measured.")
    switch(page, "rows").select_option("10000")
    shown = page.locator("#costs-table").inner_text()
    address = page.url
    fake_results.write(project.results, ["2.1.9"], machine="another")
    assert project.publish().returncode == 0
    expect(site.open(page_file.as_uri()).locator("#costs-table")).to_contain_text("2.1.9")
    again = site.open(address)
    expect(again.locator("#costs-table")).to_contain_text("1.4.54")
    assert again.locator("#costs-table").inner_text() == shown
    switch(again, "Measured with").select_option("another/3.11/sqlite")
    expect(again.locator("#costs-table")).to_contain_text("2.1.9")


def test_an_address_of_a_platform_that_is_gone_says_so(site: Site) -> None:
    page = site.styles_page("#platform=gone/3.11/sqlite")
    expect(page.locator("#summary")).to_contain_text("Of gone/3.11/sqlite")


def skip_at_the_smallest_size(path: Path, metric: str) -> None:
    stored = json.loads(path.read_text())
    row = stored["results"][names.build(TASK, metric)]
    row[0][:: len(fake_results.SIZES)] = [math.nan] * len(tasks.tasks()[TASK].styles)
    path.write_text(json.dumps(stored))


def test_it_opens_from_the_disk(site: Site) -> None:
    page = site.open((site.html / "query-styles.html").as_uri())
    expect(page.locator("#history-chart svg")).to_be_visible()
    switch(page, "metric").select_option("track_heap")
    expect(page.locator("#history-about")).to_contain_text("Heap")
