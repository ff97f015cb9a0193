"""The front page where several databases and drivers were measured."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, quote

import pytest
from playwright.sync_api import Page, expect

from suite.figures import tasks
from tests import fake_results
from tests.site import axe, browser_site, site_project
from tests.site.browser_site import EVIL, ON_A_PAGE, PHONE, TASK, Site, switch
from tests.site.site_project import SiteProject

pytestmark = ON_A_PAGE

STREAMING = tasks.tasks()["streaming"]
RELEASES = ["2.1.8", "2.1.9"]
PSYCOPG2, ASYNCPG, PYMYSQL = "postgresql+psycopg2", "postgresql+asyncpg", "mariadb+pymysql"
# Its name becomes one that could do harm.
REPLACED = "postgresql+pg8000"
# What a chart has room for.
CUT = "<img src=x onerror=window.\u2026"
FIGURES = "#drivers-chart .mark-text.role-mark text"
LABELS = ["SQLite", "PostgreSQL, psycopg2", "PostgreSQL, asyncpg", "MariaDB, PyMySQL", EVIL]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> SiteProject:
    """Five databases, of which PyMySQL ran one release only, and SQLite alone on another Python."""
    project = site_project.create(tmp_path_factory.mktemp("databases"))
    both, flat = (TASK, "streaming"), ("core_stream", "async_core_stream")
    fake_results.write(project.results, ["1.4.54"], python="3.8")
    fake_results.write(project.results, RELEASES, both, flat=(*flat, "core_iterated"))
    for name in (PSYCOPG2, ASYNCPG, REPLACED):
        folder = fake_results.write(project.results, RELEASES, both, database=name, flat=flat)
    fake_results.write(project.results, RELEASES[:1], both, database=PYMYSQL, flat=flat)
    for path in folder.glob(f"*{REPLACED}.json"):
        path.write_text(path.read_text().replace(REPLACED, EVIL))
    published = project.publish()
    assert published.returncode == 0, published.stdout
    return project


@pytest.fixture(scope="module")
def served(project: SiteProject) -> Iterator[Site]:
    """In the place of the site of the other modules."""
    with browser_site.serve(project.html) as opened:
        yield opened


def opened(site: Site, state: str, viewport: dict[str, int] = browser_site.DESKTOP) -> Page:
    page = site.styles_page(state, viewport=viewport)
    page.locator("#drivers").scroll_into_view_if_needed()
    expect(page.locator("#drivers-chart svg.marks")).to_be_visible()
    return page


def bars(page: Page) -> dict[str, str]:
    """The figures of the bars, by what stands before them; from the top."""
    labels = page.locator("#drivers-chart .role-axis-label text").all_text_contents()
    names = [label for label in labels if not re.fullmatch(r"[\d.]+ MiB", label)]
    figures = page.locator(FIGURES).all_text_contents()
    return dict(zip(names, figures, strict=True))


def streams(page: Page, style: str, database: str) -> str:
    place = page.locator("#streams-table thead th").all_inner_texts().index(database)
    row = page.locator("#streams-table tbody tr", has_text=STREAMING.label(style)).first
    return row.locator("th, td").nth(place).inner_text()


def net_peak(style: str, database: str, release: str = "2.1.9") -> str:
    value = fake_results.value("streaming", style, 100_000, "track_peak", release, database) / 2**20
    return f"{value:.1f} MiB"


def test_the_database_has_a_switch_of_its_own_that_keeps_the_rest(site: Site) -> None:
    state = "metric=track_heap&rows=10000&release=2.1.8&styles=columns,scalars&style=bundle"
    page = site.styles_page(f"#platform=quiet/3.11/sqlite&task={TASK}&{state}")
    shown = switch(page, "database")
    assert shown.locator("option").all_inner_texts() == LABELS
    assert switch(page, "platform").locator("option").count() == 2
    shown.select_option(label="PostgreSQL, asyncpg")
    expect(page.locator("#footer")).to_contain_text("PostgreSQL, asyncpg")
    address = parse_qs(page.url.partition("#")[2])
    assert address["platform"] == [f"quiet/3.11/{ASYNCPG}"]
    before = parse_qs(f"task={TASK}&{state}")
    assert {name: address[name] for name in before} == before
    again = site.styles_page("#" + page.url.partition("#")[2])
    assert switch(again, "database").input_value() == f"quiet/3.11/{ASYNCPG}"
    assert again.locator("#costs").inner_text() == page.locator("#costs").inner_text()
    again.get_by_role("navigation").get_by_role("link", name="Which release?").click()
    expect(again.locator("#changes [name=platform]")).to_have_value(f"quiet/3.11/{ASYNCPG}")


def test_a_view_that_no_address_names_stays_too(site: Site) -> None:
    """The defaults of another database can be others."""
    page = site.styles_page()
    switch(page, "database").select_option(label="MariaDB, PyMySQL")
    expect(page.locator("#footer")).to_contain_text("MariaDB, PyMySQL")
    expect(page.locator("#answer-more")).to_contain_text("SQLAlchemy 2.1.9 was not measured with")
    assert switch(page, "release").input_value() == "2.1.8"
    switch(page, "database").select_option(label="SQLite")
    expect(page.locator("#answer-more")).not_to_contain_text("was not measured")
    assert switch(page, "release").input_value() == "2.1.9"


def test_the_view_survives_another_task(site: Site) -> None:
    state = "rows=10000&metric=track_heap&style=core_iterated&release=2.1.8&styles=bundle"
    page = site.styles_page(f"#{state}")
    switch(page, "task").select_option("streaming")
    page.wait_for_function("current.task.name === 'streaming'")
    expect(page.locator("#costs tr.mine")).to_have_attribute("data-style", "core_iterated")
    assert "core_iterated" in page.evaluate("current.styles"), "it has no bundle to colour"
    kept = {"rows": "10000", "metric": "track_heap", "release": "2.1.8", "style": "core_iterated"}
    assert {name: switch(page, name).input_value() for name in kept} == kept
    switch(page, "style").select_option("async_core_stream")
    switch(page, "task").select_option(TASK)
    # What the other task lacks falls back, and comes back with it.
    expect(page.locator("#costs tr.mine")).to_have_attribute("data-style", "full_entity")
    switch(page, "task").select_option("streaming")
    expect(switch(page, "style")).to_have_value("async_core_stream")


def test_another_python_has_its_own_databases(site: Site) -> None:
    page = site.styles_page(f"#task={TASK}")
    label = switch(page, "platform").locator("option").nth(1)
    assert label.inner_text() == "Fake Processor, 2 cores, Python 3.8"
    switch(page, "platform").select_option("quiet/3.8/sqlite")
    expect(switch(page, "database")).to_be_hidden()
    expect(page.locator("#drivers")).to_be_hidden()


def test_two_databases_at_one_release(site: Site) -> None:
    """Every driver after the first one needs a tenth more, as the figures have it."""
    sides = f"platform=quiet/3.11/sqlite&other=quiet/3.11/{quote(ASYNCPG)}"
    page = site.view("compare", f"#compare=2.1.9..2.1.9&{sides}")
    answer = page.locator("#compare h2.answer")
    expect(answer).to_contain_text("SQLite → 2.1.9, ")
    expect(answer).to_contain_text("PostgreSQL, asyncpg: ")
    expect(answer).to_contain_text(re.compile(r"[1-9]\d* of \d+ styles need more"))
    lacking = page.locator("#compare details", has_text="Not measured with 2.1.9, ")
    expect(lacking).to_contain_text("SQLite")
    lacking.locator("summary").click()
    expect(lacking).to_contain_text(STREAMING.label("async_core_stream"))
    page.locator("#compare [name=platform]").select_option(f"quiet/3.11/{ASYNCPG}")
    expect(answer).to_contain_text("2.1.9 → 2.1.9: nothing got worse.")
    page.locator("#compare [name=other]").select_option("quiet/3.11/sqlite")
    expect(answer).to_contain_text("PostgreSQL, asyncpg → 2.1.9, ")


def test_one_style_over_the_drivers(site: Site) -> None:
    page = opened(site, "#task=streaming")
    assert bars(page) == {
        "SQLite": "2.00 MiB",
        "PostgreSQL, psycopg2": net_peak("core_iterated", PSYCOPG2),
        "PostgreSQL, asyncpg": net_peak("core_iterated", ASYNCPG),
        CUT: net_peak("core_iterated", REPLACED),
    }
    expect(page.locator("#drivers-about")).to_contain_text("“Core, iterated” with SQLAlchemy 2.1.9")
    expect(page.locator("#drivers-about")).to_contain_text("Not measured: MariaDB, PyMySQL.")
    page.locator("#drivers [name=compared]").select_option("async_core_stream")
    expect(page.locator(FIGURES)).to_have_count(1)
    assert bars(page) == {"PostgreSQL, asyncpg": "2.00 MiB"}
    page.locator("#drivers-table summary").click()
    expect(page.locator("#drivers-table tbody tr")).to_have_count(len(LABELS))
    again = opened(site, "#" + page.url.partition("#")[2])
    assert bars(again) == {"PostgreSQL, asyncpg": "2.00 MiB"}


def test_which_pairs_stream(site: Site) -> None:
    page = opened(site, "#task=streaming")
    assert streams(page, "core_stream", "PostgreSQL, psycopg2") == "yes"
    assert streams(page, "core_iterated", "SQLite") == "yes"
    small, large = (
        fake_results.value("streaming", "core_iterated", rows, "track_peak", "2.1.9", PSYCOPG2)
        for rows in (10_000, 100_000)
    )
    expected = f"no, {(large - small) / 90_000:,.0f} B"
    assert streams(page, "core_iterated", "PostgreSQL, psycopg2") == expected
    assert streams(page, "async_core_stream", "SQLite") == "can\u2019t"
    assert streams(page, "async_core_stream", "MariaDB, PyMySQL") == "\u2013"
    expect(page.locator("#streams-notes")).to_contain_text(
        "async_core_stream needs an async driver: SQLite; PostgreSQL, psycopg2"
    )
    switch(page, "release").select_option("2.1.8")
    expect(page.locator("#streams-about")).to_contain_text("SQLAlchemy 2.1.8")
    assert streams(page, "core_stream", "MariaDB, PyMySQL") == "yes"


def test_a_task_that_keeps_its_rows_leads_to_the_one_that_does_not(site: Site) -> None:
    page = opened(site, f"#task={TASK}")
    expect(page.locator("#streams")).to_be_hidden()
    page.locator("#drivers-about").get_by_role("link", name="Streaming").click()
    expect(page.locator("#streams")).to_be_visible()


def test_without_the_file_of_another_database_the_rest_is_shown(
    served: Site, project: SiteProject
) -> None:
    (lost,) = [one for one in project.index()["platforms"] if one["key"].endswith(ASYNCPG)]
    name = f"site/data/{lost['file']}-r-2.1.9.js"
    page = served.context().new_page()
    page.on("pageerror", lambda error: served.trouble.append(str(error)))
    page.route(f"**/{name}", lambda route: route.fulfill(status=404))
    page.goto(f"{served.address}index.html#task=streaming")
    page.locator("#drivers").scroll_into_view_if_needed()
    expect(page.locator("#drivers-about")).to_contain_text(f"The file {name} is missing")
    expect(page.locator("#drivers-chart svg.marks")).to_be_visible()
    assert list(bars(page)) == ["SQLite", "PostgreSQL, psycopg2", CUT]
    assert streams(page, "core_stream", "PostgreSQL, psycopg2") == "yes"
    assert served.trouble == []


def test_for_everyone(site: Site) -> None:
    page = opened(site, "#task=streaming", PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    chart = page.locator("#drivers-chart svg").bounding_box()
    assert chart is not None
    for figure in page.locator(FIGURES).all():
        box = figure.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= chart["x"] + chart["width"]
    drawing = page.locator("#drivers-chart")
    assert drawing.get_attribute("role") == "img"
    assert "Bar chart: net peak of Core, iterated" in (drawing.get_attribute("aria-label") or "")
    assert axe.violations(page) == []
    switch(page, "database").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#footer")).to_contain_text("PostgreSQL, psycopg2")
    expect(switch(page, "database")).to_be_focused()
