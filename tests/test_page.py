"""The published pages in a real browser that can reach no host but ours."""

import functools
import http.server
import json
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    expect,
    sync_playwright,
)

from suite import styles, traces
from suite.site import asv_pages
from tests import fake_results, site_project
from tests.test_site import trace

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
EVIL = "<img src=x onerror=window.harmed=1>"
EVIL_MACHINE = "<script>window.harmed=1</script> Processor"
RELEASES = ["1.3.24", "1.4.53", "1.4.54", "2.0.57", "2.0.58", "2.1.8", "2.1.9"]
TASK = "bounced_addresses"
PEAK = "memory.BouncedAddresses.track_peak"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("page"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt install chromium"),
]


@dataclass
class Site:
    """The published pages, served on this machine, and what browsers asked for beyond it."""

    html: Path
    address: str
    browser: Browser
    scheme: str = "light"
    trouble: list[str] = field(default_factory=list)

    def context(self, viewport: dict[str, int] = DESKTOP, scheme: str = "light") -> BrowserContext:
        context = self.browser.new_context(
            viewport=viewport,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        context.set_default_timeout(20_000)
        context.route("**/*", self._guard)
        return context

    def open(self, address: str, viewport: dict[str, int] = DESKTOP, scheme: str = "light") -> Page:
        page = self.context(viewport, scheme).new_page()
        page.on("console", lambda message: self._listen(message.type, message.text))
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.goto(address if "://" in address else self.address + address)
        return page

    def styles_page(self, state: str = "", **options: Any) -> Page:
        page = self.open(f"query-styles.html{state}", **options)
        expect(page.locator("#history-chart svg")).to_be_visible()
        expect(page.locator("#footer")).not_to_be_empty()
        return page

    def _guard(self, route: Route) -> None:
        if route.request.url.startswith((self.address, "file://", "data:")):
            route.continue_()
        else:
            self.trouble.append(f"asked for {route.request.url}")
            route.abort()

    def _listen(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.trouble.append(f"{kind}: {text}")


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    project = site_project.create(tmp_path_factory.mktemp("page"))
    folder = fake_results.write(project.results, RELEASES)
    fake_results.write(project.results, ["1.4.54"], python="3.8")
    traces.store(folder, [trace("columns"), trace("full_entity")])
    mark_one_release(folder)
    for path in [
        *folder.glob("*.json"),
        *folder.glob("*.journal"),
        *project.results.glob("*.json"),
    ]:
        # A style that the catalogue lacks is shown by its name, as the results have it.
        text = path.read_text().replace("dbapi_iterated", EVIL)
        path.write_text(text.replace("Fake Processor", EVIL_MACHINE))
    published = project.publish()
    assert published.returncode == 0, published.stdout
    if not (project.html / "vendor").exists():
        pytest.skip("asv's page libraries could not be installed: no npm, or no registry")
    handler = functools.partial(Handler, directory=str(project.html))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield Site(project.html, f"http://127.0.0.1:{server.server_port}/", browser)
        browser.close()
    server.shutdown()


def mark_one_release(folder: Path) -> None:
    """Let 1.4.53 have run without extensions, sampled, and with a style that failed."""
    result, journal = (folder / f"1.4.53-uv-py3.11.{kind}" for kind in ("json", "journal"))
    stored, told = json.loads(result.read_text()), json.loads(journal.read_text())
    names = [style.strip("'") for style in stored["results"][PEAK][1][0]]
    place = names.index("columns") * len(fake_results.SIZES) + len(fake_results.SIZES) - 1
    stored["results"][PEAK][0][place] = None
    told["measured_with"][0]["compiled_extensions"] = False
    for record in told["records"]:
        if record["measures"] == "resident":
            record["instrument"] = "sampled"
            if record["style"] == "columns" and record["rows"] == fake_results.SIZES[-1]:
                record["failed"] = "out of memory"
    result.write_text(json.dumps(stored))
    journal.write_text(json.dumps(told))


@pytest.fixture
def site(served: Site) -> Iterator[Site]:
    """The site; afterwards, no page may have erred, or asked another host for anything."""
    served.trouble.clear()
    yield served
    for context in served.browser.contexts:
        for page in context.pages:
            assert not page.evaluate("Boolean(window.harmed)"), "content from results was executed"
        context.close()
    assert served.trouble == []


def mebibytes(style: str, release: str, rows: int = 100000, metric: str = "track_peak") -> str:
    value = fake_results.value(TASK, style, rows, metric, release) / 2**20
    return (
        f"{value:.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"
    )


def switch(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name)


def cost(page: Page, label: str, release: str) -> str:
    """A cell of the heat table."""
    headings = page.locator("#costs-table thead th").all_inner_texts()
    row = page.locator("#costs-table tbody tr", has_text=label).first
    return row.locator("th, td").nth(headings.index(release)).inner_text()


def picture(page: Page, chart: str = "history") -> str:
    return page.locator(f"#{chart}-chart svg").inner_html()


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
    page = site.open("index.html#memory.BouncedAddresses.track_peak?python=3.11&machine=quiet")
    expect(page.locator("#main-graph canvas").first).to_be_visible()
    legend = page.locator("#main-graph .legend")
    expect(legend).to_contain_text("full entity, .all()")
    shown = legend.locator(".legendLabel").all_inner_texts()
    assert len(shown) == len(styles.tasks()[TASK].styles)
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
    label = styles.tasks()[TASK].label(fake_results.WORSE)
    link = page.get_by_role("link", name=f"memory.BouncedAddresses.track_peak({label}, 100000)")
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


def test_query_styles_shows_the_figures(site: Site) -> None:
    page = site.styles_page()
    assert cost(page, "column only, .all()", "2.1.9") == mebibytes("columns", "2.1.9")
    assert cost(page, "full entity, .all()", "1.3.24") == mebibytes("full_entity", "1.3.24")
    # 1.3 has no mappings(): nothing was measured, and nothing failed.
    assert cost(page, "Core, mappings().all()", "1.3.24") == "\u2013"
    expect(page.locator("#summary")).to_contain_text("SQLAlchemy 2.1.9")
    for chart in ("history", "tradeoff", "traces"):
        expect(page.locator(f"#{chart}-chart svg")).to_be_visible()
    expect(page.locator("#fit-table tbody tr")).to_have_count(len(styles.tasks()[TASK].styles))
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
    page = site.styles_page("#task=none&rows=5&metric=x&release=9.9&environment=7&styles=a,b")
    expect(page.locator("#costs-table")).to_contain_text("2.1.9")


def test_bytes_a_row_and_rows_that_fit(site: Site) -> None:
    page = site.styles_page("#unit=row")
    big, small = (
        fake_results.value(TASK, "columns", rows, "track_peak", "2.1.9") for rows in (100000, 10000)
    )
    shown = int(cost(page, "column only, .all()", "2.1.9").replace(",", ""))
    assert shown == pytest.approx((big - small) / 90000, abs=1)
    row = page.locator("#fit-table tbody tr", has_text="full entity, .all()").first
    process = [
        fake_results.value(TASK, "full_entity", rows, "peakmem_process", "2.1.9")
        for rows in (10000, 100000)
    ]
    slope = (process[1] - process[0]) / 90000
    expected = (256 * 2**20 - (process[1] - slope * 100000)) / slope
    fits = int(row.locator("td").nth(2).inner_text().replace(",", ""))
    assert fits == pytest.approx(expected, rel=0.1)
    assert fits <= expected


def test_changes_link_to_asvs_graph(site: Site) -> None:
    page = site.styles_page("#task=bounced_addresses")
    label = styles.tasks()[TASK].label(fake_results.WORSE)
    row = page.locator("#changes-table tbody tr", has_text=label).first
    expect(row).to_contain_text("▲")
    row.get_by_role("link", name="graph").click()
    legend = page.locator("#main-graph .legendLabel")
    expect(legend.first).to_contain_text(label)
    assert legend.count() == 1


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
    for chart in ("history", "tradeoff", "traces"):
        drawing = page.locator(f"#{chart}-chart")
        assert drawing.get_attribute("role") == "img"
        assert "chart" in (drawing.get_attribute("aria-label") or "")
        page.locator(f"#{chart}-table summary").click()
        expect(page.locator(f"#{chart}-table td").first).to_be_visible()
    value = mebibytes("columns", "2.1.9")
    expect(page.locator("#history-table")).to_contain_text(f"{value} MiB")
    expect(page.locator("#traces-table")).to_contain_text("50.0 MiB")
    assert page.locator("select:visible").count() == page.locator("label:visible select").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(site: Site, scheme: str) -> None:
    page = site.styles_page(scheme=scheme)
    lowest = page.evaluate(LOWEST_CONTRAST)
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
  for (const element of document.querySelectorAll("p, td, th, a, label, legend, h1, h2, summary")) {
    if (!element.offsetWidth || !element.innerText.trim()) continue;
    const both = [getComputedStyle(element).color, behind(element)];
    const [dark, light] = both.map(luminance).sort((one, other) => one - other);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < lowest.ratio) lowest = { ratio, both, text: element.innerText.slice(0, 40) };
  }
  return lowest;
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


def test_it_opens_from_the_disk(site: Site) -> None:
    page = site.open((site.html / "query-styles.html").as_uri())
    expect(page.locator("#history-chart svg")).to_be_visible()
    switch(page, "metric").select_option("track_heap")
    expect(page.locator("#history-about")).to_contain_text("Heap")


def test_asvs_pages_open_from_the_disk(site: Site) -> None:
    page = site.open((site.html / "index.html").as_uri())
    tile = page.locator(".benchmark-container", has_text="bounced addresses, net peak")
    expect(tile.locator("canvas").first).to_be_visible()
    tile.click()
    expect(page.locator("#main-graph .legendLabel").first).to_be_visible()
    page.get_by_role("link", name="Regressions", exact=True).click()
    expect(page.get_by_role("link", name="track_peak").first).to_be_visible()


def test_each_line_of_asvs_files_that_is_replaced_says_something_new() -> None:
    for replacement in asv_pages.REPLACEMENTS:
        assert replacement.old != replacement.new
