"""The front page in a real browser: its figures, choices, address, advice and copies."""

import csv
import io
import re
from pathlib import Path
from urllib.parse import parse_qs
from xml.etree import ElementTree

from playwright.sync_api import Page, expect

from benchmarks.registry import VALUES
from suite.figures import limits
from suite.figures.advice import instead
from suite.figures.tasks import tasks
from suite.figures.verdicts import Verdict, judged
from tests import fake_results
from tests.site import site_project
from tests.site.browser_site import (
    EVIL,
    EVIL_MACHINE,
    ON_A_PAGE,
    PEAK,
    TASK,
    Site,
    copied,
    mebibytes,
    row,
    switch,
)

pytestmark = ON_A_PAGE

STYLES = tasks()[TASK].styles
LIMIT = limits.load()["track_peak"]
# What the results' hostile name stands in place of.
MEASURED = [style for style in STYLES if style != "dbapi_iterated"]


def peaks(release: str = "2.1.9", rows: int = 100_000) -> dict[str, float]:
    return {
        style: fake_results.value(TASK, style, rows, "track_peak", release) for style in MEASURED
    }


def better(style: str) -> str:
    found = instead(tasks()[TASK], style, peaks(), LIMIT)
    assert found is not None
    return found


def test_the_first_screen_shows_the_figures(site: Site) -> None:
    page = site.styles_page()
    answer = page.locator("#answer")
    expect(answer).to_contain_text(f"That query adds {mebibytes('full_entity', '2.1.9')} MiB")
    best = better("full_entity")
    expect(answer).to_contain_text(
        f"As “{STYLES[best].label}” it adds {mebibytes(best, '2.1.9')} MiB"
    )
    assert row(page, "columns")[2] == mebibytes("columns", "2.1.9")
    assert page.locator("#costs tr.mine").get_attribute("data-style") == "full_entity"
    assert page.locator("#costs tr.best").get_attribute("data-style") == best
    groups = page.locator("#costs tr.g").all_inner_texts()
    assert groups == [
        "you need objects",
        "you need values",
        "without SQLAlchemy",
        "no longer in the catalogue",
    ]
    assert page.get_by_text(EVIL, exact=True).count() > 0
    expect(page.locator("#footer")).to_contain_text(EVIL_MACHINE)


def test_since_the_other_release(site: Site) -> None:
    page = site.styles_page("#with=2.1.8")
    assert {row(page, style)[3] for style in MEASURED} == {"="}
    page = site.styles_page()
    before, after = peaks("1.4.54"), peaks()
    verdicts = [judged("track_peak", before[style], after[style], LIMIT) for style in MEASURED]
    worse, less = verdicts.count(Verdict.WORSE), verdicts.count(Verdict.BETTER)
    assert worse == 1
    # The style that the catalogue lacks counts as well.
    expect(page.locator("#answer-more")).to_contain_text(
        re.compile(rf"1 of {len(STYLES)} styles needs more, ({less}|{less + 1}) need less")
    )
    share = 100 * (after["bundle"] / before["bundle"] - 1)
    assert row(page, "bundle")[3] == f"+{share:.1f} %"


def test_of_a_killed_worker(site: Site) -> None:
    """One choice leads to what to write instead, and one press to its code."""
    page = site.styles_page()
    switch(page, "style").select_option("columns")
    expect(page.locator("#costs tr.mine")).to_contain_text("column only, .all()")
    best = better("columns")
    advice = page.locator("#advice")
    assert advice.locator("pre").all_inner_texts() == [STYLES["columns"].code, STYLES[best].code]
    expect(advice).to_contain_text(f"Write instead: {STYLES[best].label}")
    expect(advice.get_by_role("listitem").first).to_contain_text("same values, ")
    assert copied(page, page.get_by_role("button", name="Copy code")) == STYLES[best].code + "\n"


def test_values_in_place_of_objects_and_the_cheapest_of_a_kind(site: Site) -> None:
    page = site.styles_page()
    # What costs no more than the advised style, and is written like it.
    advised, measured = better("full_entity"), peaks()
    cheap = {style: value for style, value in measured.items() if value <= measured[advised]}
    as_dear = {**cheap, advised: measured["full_entity"]}
    values = instead(tasks()[TASK], advised, as_dear, LIMIT, VALUES)
    assert values is not None
    link = page.locator("#advice").get_by_role("link", name=STYLES[values].label, exact=True)
    expect(link.locator("..")).to_contain_text(
        f"only values needed? {mebibytes(values, '2.1.9')} MiB"
    )
    link.click()
    expect(page.locator("#costs tr.mine")).to_contain_text(STYLES[values].label)
    cheapest = min(
        (style for style in MEASURED if STYLES[style].gives == VALUES), key=peaks().__getitem__
    )
    page.locator(f"#costs tr[data-style={cheapest}] td.bar").click()
    expect(page.locator("#advice")).to_contain_text("Nothing of its kind needs less.")
    expect(page.locator("#answer")).to_contain_text("No style that gives the same needs less.")


def test_one_sample_of_seconds_is_told_and_not_judged(site: Site) -> None:
    page = site.styles_page()
    expect(page.locator("#advice")).to_contain_text("(not judged)")
    page = site.styles_page("#metric=time_query")
    expect(page.locator("#answer-more")).to_contain_text("one sample")
    assert row(page, "columns")[3] == "\u2013"
    # What takes a tenth by one sample is no advice.
    expect(page.locator("#answer")).to_contain_text(
        "Of no style that gives the same do the samples"
    )
    assert page.locator("#costs tr.best").count() == 0


def test_what_is_not_comparable_is_said(site: Site) -> None:
    page = site.styles_page("#release=1.4.53&with=1.4.54")
    expect(page.locator("#answer-more")).to_contain_text(
        "not comparable: 1.4.53 ran without SQLAlchemy's compiled extensions"
    )
    assert row(page, "full_entity")[3] == "\u2013"
    assert row(page, "columns")[2] == "failed"
    cell = page.locator("#costs tr[data-style=columns] td.failed")
    assert cell.get_attribute("title") == "out of memory"
    switch(page, "style").select_option("columns")
    expect(page.locator("#answer")).to_contain_text("failed: out of memory")


def test_what_was_not_measured_is_said(site: Site) -> None:
    """1.3 has no mappings(): nothing was measured, and nothing failed."""
    page = site.styles_page("#release=1.3.24&style=core_mappings")
    label = STYLES["core_mappings"].label
    expect(page.locator("#answer")).to_have_text(
        f"“{label}” with SQLAlchemy 1.3.24, 100,000 rows: not measured."
    )
    assert page.locator("#costs tr[data-style=core_mappings]").count() == 0
    option = switch(page, "style").locator("option[value=core_mappings]")
    assert option.inner_text() == f"{label} (not measured)"


def test_memory_of_the_worker(site: Site) -> None:
    page = site.styles_page()
    before = row(page, "full_entity")[4]
    budget = switch(page, "budget")
    budget.fill("much")
    budget.blur()
    expect(page.locator("#budget-wrong")).to_contain_text("“much” is not an amount of memory")
    assert budget.get_attribute("aria-invalid") == "true"
    assert row(page, "full_entity")[4] == before
    budget.fill("2 GiB")
    budget.blur()
    expect(page.locator("#costs thead")).to_contain_text("fit 2 GiB")
    expect(page.locator("#budget-wrong")).to_be_empty()
    assert row(page, "full_entity")[4] != before


def test_growth_has_rows_of_its_own(site: Site) -> None:
    page = site.styles_page("#metric=track_growth&rows=10000")
    left = fake_results.value(TASK, "bundle", 20, "track_growth", "2.1.9")
    assert row(page, "bundle")[2] == f"{left:,.0f}"
    expect(page.locator("#costs thead")).to_contain_text("20 rows")
    # What is about one run comes back as it was chosen.
    switch(page, "metric").select_option("track_heap")
    expect(page.locator("#costs thead")).to_contain_text("10,000 rows")


def test_an_address_restores_what_was_chosen(site: Site) -> None:
    page = site.styles_page()
    for name, value in (
        ("metric", "track_heap"),
        ("rows", "10000"),
        ("release", "2.0.58"),
        ("with", "1.3.24"),
        ("style", "bundle"),
    ):
        switch(page, name).select_option(value)
        expect(page).to_have_url(re.compile(f"{name}={re.escape(value)}"))
    expect(page.locator("#answer-more")).to_contain_text("1.3.24 → 2.0.58")
    shown = page.locator("main").inner_text()
    again = site.styles_page("#" + page.url.partition("#")[2])
    assert again.locator("#costs").inner_text() == page.locator("#costs").inner_text()
    assert again.locator("#advice").inner_text() in shown
    page.go_back()
    expect(page.locator("#costs tr.mine")).to_contain_text("full entity, .all()")


def test_the_copied_link_names_what_nobody_chose(site: Site) -> None:
    page = site.styles_page()
    link = copied(page, page.locator("#advice").get_by_role("button", name="Copy link"))
    named = parse_qs(link.partition("#")[2])
    assert named["release"] == ["2.1.9"]
    assert named["with"] == ["1.4.54"]
    assert named["style"] == ["full_entity"]
    assert named["budget"] == ["512"]
    assert site.styles_page("#" + link.partition("#")[2]).locator("#costs").inner_text() == (
        page.locator("#costs").inner_text()
    )


def test_an_address_that_names_nothing_known_shows_the_first_view(site: Site) -> None:
    styles = "style=constructor&styles=toString,b"
    unknown = f"#task=none&rows=5&metric=x&release=9.9&with=8&{styles}&budget=x&scale=x"
    first, page = (site.styles_page(address) for address in ("", unknown))
    for part in ("#answer", "#answer-more", "#costs", "#advice"):
        assert page.locator(part).inner_text() == first.locator(part).inner_text() != ""


def test_the_view_survives_another_python(site: Site) -> None:
    page = site.styles_page("#rows=10000&metric=track_heap&style=bundle")
    old = switch(page, "platform").locator("option").nth(1).get_attribute("value")
    switch(page, "platform").select_option(old)
    expect(page.locator("#answer-more")).to_contain_text("SQLAlchemy 2.1.9 was not measured with")
    assert switch(page, "release").input_value() == "1.4.54"
    for name, value in (("rows", "10000"), ("metric", "track_heap"), ("style", "bundle")):
        assert switch(page, name).input_value() == value
    page.go_back()
    expect(page.locator("#answer-more")).to_contain_text("1.4.54 → 2.1.9")


def test_an_address_of_a_platform_that_is_gone_says_so(site: Site) -> None:
    page = site.styles_page("#platform=gone/3.11/sqlite")
    expect(page.locator("#answer-more")).to_contain_text("Of gone/3.11/sqlite")


def test_the_table_as_markdown_csv_and_picture(site: Site, tmp_path: Path) -> None:
    page = site.styles_page()
    text = copied(page, page.get_by_role("button", name="Copy table as Markdown"))
    lines = text.splitlines()
    assert lines[2] == "| style | net peak, MiB | since 1.4.54 | fit 512 MiB | time |"
    assert any(
        line.startswith(f"| column only, .all() | {mebibytes('columns', '2.1.9')} |")
        for line in lines
    )
    for evil in (EVIL, EVIL_MACHINE):
        assert evil not in text, "it would be HTML where Markdown is shown"
    (found,) = [
        each
        for each in csv.DictReader(io.StringIO(saved(page, "CSV", tmp_path)))
        if each["style"] == "columns"
    ]
    assert int(found["net peak (bytes)"]) == peaks()["columns"]
    assert found["gives"] == VALUES
    drawing = ElementTree.fromstring(saved(page, "SVG", tmp_path))
    texts = [each.text for each in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {"column only, .all()", EVIL, "you need values"} <= set(texts)
    bars = list(drawing.iter("{http://www.w3.org/2000/svg}rect"))
    assert len(bars) == 1 + len(STYLES)


def saved(page: Page, name: str, folder: Path) -> str:
    with page.expect_download() as downloading:
        page.get_by_role("button", name=name, exact=True).click()
    path = folder / downloading.value.suggested_filename
    downloading.value.save_as(path)
    return path.read_text(encoding="utf-8")


def test_it_opens_from_the_disk(site: Site) -> None:
    page = site.open((site.html / "index.html").as_uri())
    expect(page.locator("#advice .buttons")).to_be_visible()
    switch(page, "metric").select_option("track_heap")
    expect(page.locator("#answer")).to_contain_text("has a heap of")


def test_it_copies_where_the_browser_hands_out_no_clipboard(site: Site) -> None:
    page = site.styles_page()
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    text = copied(page, page.get_by_role("button", name="Copy code"))
    assert text == STYLES[better("full_entity")].code + "\n"
    page.evaluate("() => { document.execCommand = () => false; }")
    page.get_by_role("button", name="Copy table as Markdown").click()
    expect(page.locator("#said")).to_have_text("The browser does not let this page copy.")


def test_addresses_of_asvs_pages_lead_there(site: Site) -> None:
    for address in ("#/regressions", f"#{PEAK}?p-rows=1000"):
        page = site.open(f"index.html{address}")
        page.wait_for_url(re.compile(r"/asv/index\.html#" + re.escape(address[1:])))


def test_an_address_keeps_its_platform_when_another_one_is_published(
    site: Site, tmp_path: Path
) -> None:
    project = site_project.create(tmp_path)
    fake_results.write(project.results, ["1.4.53", "1.4.54"])
    assert project.publish().returncode == 0
    page_file = project.html / "index.html"
    page = site.open(page_file.as_uri())
    switch(page, "rows").select_option("10000")
    expect(page.locator("#costs thead")).to_contain_text("10,000 rows")
    shown, address = page.locator("#costs").inner_text(), page.url
    fake_results.write(project.results, ["2.1.9"], machine="another")
    assert project.publish().returncode == 0
    newest = site.open(page_file.as_uri())
    expect(newest.locator("#advice .buttons")).to_be_visible()
    assert switch(newest, "release").input_value() == "2.1.9"
    # Nothing is there to compare the only release with.
    assert row(newest, "columns")[3] == "\u2013"
    again = site.open(address)
    expect(again.locator("#advice .buttons")).to_be_visible()
    assert again.locator("#costs").inner_text() == shown
