"""The charts of the front page in a browser: when they load, how a style looks, their words."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Page, expect

from suite.figures.tasks import tasks
from suite.studies import page_speed
from tests import fake_results
from tests.site import axe, site_project
from tests.site.browser_site import EVIL, ON_A_PAGE, PHONE, TASK, Site, mebibytes, picture

pytestmark = ON_A_PAGE

# A screen that the table of styles fills.
LOW = {"width": 1280, "height": 600}
COLUMNS = tasks()[TASK].label("columns")
FULL_ENTITY = tasks()[TASK].label("full_entity")

# The style's line in a chart, as the browser paints it.
PAINTED = """([chart, style]) => {
  const own = lookOf(chosen().task, style).own;
  const line = document.querySelector(`#${chart}-chart path[stroke="${own}"]`);
  return getComputedStyle(line).stroke;
}"""
TRANSPARENT = "rgba(0, 0, 0, 0)"


def chart(page: Page, name: str = "history") -> Locator:
    """A chart, scrolled to and drawn."""
    drawn = page.locator(f"#{name}-chart svg.marks")
    page.locator(f"#{name}").scroll_into_view_if_needed()
    expect(drawn).to_be_visible()
    return drawn


def box(page: Page, style: str, section: str = "history") -> Locator:
    return page.locator(f'#{section} input[value="{style}"]')


def painted(page: Page, style: str, name: str = "history") -> str:
    colour: str = page.evaluate(PAINTED, [name, style])
    return colour


def hover(page: Page, name: str, style: str, place: str) -> Locator:
    """Rest the pointer on a figure of a style; what names it."""
    page.locator(f"#{name}-chart").scroll_into_view_if_needed()
    point = page.evaluate(
        """([name, style, place]) => {
          const chart = CHARTS.find(({ id }) => id === name);
          const { view } = chart.drawn;
          const figure = view.data("figures").find((one) => one.key === style
            && one.words.includes(place));
          const frame = document.querySelector(`#${name}-chart`).getBoundingClientRect();
          const across = { history: "release", byrows: "rows" }[name] ?? "seconds";
          return [frame.left + view.origin()[0] + view.padding().left
              + view.scale("x")(figure[across]),
            frame.top + view.origin()[1] + view.padding().top + view.scale("y")(figure.value)];
        }""",
        [name, style, place],
    )
    page.mouse.move(point[0], point[1] + 1)
    return page.locator(f"#{name}-chart .tip")


def test_who_does_not_scroll_loads_no_chart(site: Site) -> None:
    page = site.context(LOW).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(f"{site.address}index.html")
    expect(page.locator("#advice .buttons")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#history-title")).to_be_attached()
    late = [name for name in asked if name in ("vega.js", "charts.js") or "-s-" in name]
    assert late == []
    chart(page)
    assert {"vega.js", "charts.js"} <= set(asked)
    assert len([name for name in asked if "-s-" in name]) == 1


def test_a_tick_changes_colours_and_draws_nothing_anew(site: Site) -> None:
    page = site.styles_page("#styles=full_entity")
    drawn = chart(page).element_handle()
    chart(page, "byrows")
    before = picture(page)
    assert painted(page, "columns") == TRANSPARENT
    box(page, "columns").scroll_into_view_if_needed()
    box(page, "columns").check()
    expect(page.locator("#byrows .legend li:visible")).to_have_text(
        [FULL_ENTITY, COLUMNS, "the other styles"], use_inner_text=True
    )
    assert painted(page, "columns") == painted(page, "columns", "byrows") != TRANSPARENT
    assert picture(page) == before
    assert page.evaluate("svg => svg.isConnected", drawn)
    assert parse_qs(page.url.partition("#")[2])["styles"] == ["full_entity,columns"]
    expect(box(page, "columns", "releases")).to_be_checked()
    box(page, "columns", "releases").uncheck()
    expect(box(page, "columns")).not_to_be_checked()
    assert painted(page, "columns") == TRANSPARENT


def test_a_style_has_its_colour_whatever_is_ticked(site: Site) -> None:
    colours = []
    for styles in ("columns", "full_entity,columns", "columns,yield_per,core_fetchall"):
        page = site.styles_page(f"#styles={styles}&release=1.4.54")
        chart(page)
        colours.append(painted(page, "columns"))
    assert len(set(colours)) == 1
    page = site.styles_page("#styles=columns", scheme="dark")
    chart(page)
    assert painted(page, "columns") not in (colours[0], TRANSPARENT)


def test_styles_are_told_apart_without_colour(site: Site) -> None:
    looks = site.styles_page().evaluate("""() => [...Array(32).keys()].map((place) => {
        const { dash, shape, own } = lookOf({ places: new Map([["a", place]]) }, "a");
        return { lined: `${dash} ${shape}`, coloured: `${dash} ${colourOf(place)}`, own };
    })""")
    for told in ("lined", "coloured", "own"):
        assert len({look[told] for look in looks}) == len(looks), told


def test_every_line_is_named_with_its_figure(site: Site) -> None:
    page = site.styles_page("#styles=columns")
    chart(page)
    assert painted(page, "full_entity") == TRANSPARENT
    tip = hover(page, "history", "full_entity", "1.4.54")
    expect(tip.locator("strong, span")).to_have_text(
        [FULL_ENTITY, "1.4.54", f"{mebibytes('full_entity', '1.4.54')} MiB"]
    )
    assert painted(page, "full_entity") != TRANSPARENT
    page.locator("#history h2").hover()
    expect(tip).to_be_hidden()
    assert painted(page, "full_entity") == TRANSPARENT
    tip = hover(page, "history", EVIL, "2.1.9")
    expect(tip).to_contain_text(EVIL)


def test_scales(site: Site) -> None:
    page = site.styles_page("#styles=columns&scale=log")
    labels = page.locator("#history-chart .role-axis-label text")
    chart(page)
    expect(labels.filter(has_text="200 MiB")).to_have_count(1)
    scale = page.locator("#history select[name=scale]")
    scale.focus()
    scale.select_option("relative")
    expect(labels.filter(has_text="100 %")).to_have_count(1)
    expect(scale).to_be_focused()
    share = fake_results.value(TASK, "columns", 100_000, "track_peak", "2.1.9") / (
        fake_results.value(TASK, "columns", 100_000, "track_peak", "1.3.24")
    )
    tip = hover(page, "history", "columns", "2.1.9")
    expect(tip).to_contain_text(f"{100 * share:.1f} % of the first")
    scale.select_option("linear")
    expect(labels.filter(has_text="0 MiB").first).to_be_visible()
    metric = page.locator("#history select[name=metric]")
    metric.focus()
    metric.select_option("track_heap")
    expect(page.locator("#history-about")).to_contain_text("Heap for 100,000 rows")
    expect(metric).to_be_focused()
    again = site.styles_page("#" + page.url.partition("#")[2])
    chart(again)
    assert picture(again) == picture(page)


def test_what_is_too_small_for_a_share_is_not_drawn_as_one(site: Site) -> None:
    page = site.styles_page("#metric=track_growth&scale=relative")
    page.locator("#history").scroll_into_view_if_needed()
    expect(page.locator("#history-about")).to_contain_text(
        f"Left out are {len(tasks()[TASK].styles)} styles of which the first release needs too"
        " little, less than 1.0 KiB."
    )
    expect(page.locator("#history-chart")).to_be_hidden()
    page.locator("#history select[name=scale]").select_option("linear")
    chart(page)
    expect(page.locator("#history-about")).not_to_contain_text("Left out")


def test_small_figures_have_small_units(site: Site) -> None:
    page = site.styles_page("#metric=track_leaked&rows=1000&scale=linear")
    chart(page)
    labels = page.locator("#history-chart .role-axis-label text")
    expect(labels.filter(has_text="KiB").first).to_be_visible()
    expect(labels.filter(has_text="MiB")).to_have_count(0)
    value = fake_results.value(TASK, "full_entity", 1000, "track_leaked", "2.1.9")
    expect(hover(page, "history", "full_entity", "2.1.9")).to_contain_text(
        f"{value / 1024:.1f} KiB"
    )


def test_against_rows(site: Site) -> None:
    page = site.styles_page("#styles=columns&release=1.4.54")
    assert "net peak of each style against the number of rows" in (
        chart(page, "byrows").locator("xpath=ancestor::*[@role='img']").get_attribute("aria-label")
        or ""
    )
    expect(page.locator("#byrows-about")).to_contain_text("1.4.54 at 1,000, 10,000, 100,000 rows")
    tip = hover(page, "byrows", "columns", "10,000 rows")
    expect(tip).to_contain_text(f"{mebibytes('columns', '1.4.54', 10_000)} MiB")
    page.locator("#byrows-table summary").click()
    row = page.locator("#byrows-table tr", has_text=COLUMNS).first
    expect(row).to_contain_text(f"{mebibytes('columns', '1.4.54', 1000)} MiB")


def test_a_table_behind_a_chart_says_what_was_not_measured(site: Site) -> None:
    page = site.styles_page()
    chart(page)
    assert page.locator("#history-table td").count() == 0
    page.locator("#history-table summary").click()
    expect(page.locator("#history-table tbody tr").first).to_be_visible()
    headings = page.locator("#history-table th[scope=col]").all_inner_texts()
    row = page.locator("#history-table tbody tr").first.locator("th, td")
    assert row.first.inner_text() == "1.3.24"
    assert row.nth(headings.index(COLUMNS)).inner_text() == f"{mebibytes('columns', '1.3.24')} MiB"
    missing = row.nth(headings.index(tasks()[TASK].label("core_mappings")))
    expect(missing).to_have_text("\u2013")
    expect(missing).to_have_attribute("title", "not measured")


def test_the_table_of_releases(site: Site) -> None:
    page = site.styles_page("#release=1.4.53")
    page.locator("#releases").scroll_into_view_if_needed()
    assert cost(page, COLUMNS, "2.1.9") == mebibytes("columns", "2.1.9")
    assert cost(page, COLUMNS, "1.4.53 \u2021") == "failed"
    expect(page.locator("#releases-about")).to_contain_text("out of memory")
    page.locator("#releases [name=unit]").select_option("row")
    large, small = (
        fake_results.value(TASK, "columns", rows, "track_peak", "2.1.9") for rows in (10**5, 10**4)
    )
    expect(page.locator("#releases-about")).to_contain_text("bytes a row")
    assert int(cost(page, COLUMNS, "2.1.9").replace(",", "")) == round((large - small) / 90_000)
    page.locator("#releases [name=unit]").select_option("factor")
    expect(page.locator("#releases-about")).to_contain_text("times the cheapest style")
    cells = page.locator("#releases tbody td:last-child").all_inner_texts()
    assert "1.00\u00d7" in cells


def cost(page: Page, label: str, release: str) -> str:
    """A cell of the heat table."""
    headings = page.locator("#releases thead th")
    expect(headings.filter(has_text=release)).to_have_count(1)
    row = page.locator("#releases tbody tr", has_text=label).first
    place = headings.all_inner_texts().index(release)
    return row.locator("th, td").nth(place).inner_text()


def test_what_was_not_measured_is_said(site: Site) -> None:
    page = site.styles_page("#release=2.1.8")
    page.locator("#traces").scroll_into_view_if_needed()
    expect(page.locator("#traces-about")).to_contain_text("2.1.8 was not watched")
    chart(page, "traces")
    page = site.styles_page("#platform=quiet/3.8/sqlite&release=1.4.54")
    page.locator("#traces").scroll_into_view_if_needed()
    expect(page.locator("#traces-about")).to_contain_text("No run of this task was watched")
    expect(page.locator("#traces-chart")).to_be_hidden()
    expect(page.locator("#drivers")).to_be_hidden()


def test_a_phone_shows_every_chart_without_scrolling_sideways(site: Site) -> None:
    page = site.styles_page(viewport=PHONE)
    for name in ("history", "byrows", "tradeoff", "traces"):
        frame = chart(page, name).bounding_box()
        assert frame is not None
        assert 250 < frame["width"] <= PHONE["width"]
    assert page.evaluate(
        "CHARTS.every(({ section }) => section.getBoundingClientRect().right <= innerWidth"
        " && section.scrollWidth <= section.clientWidth)"
    )
    page.set_viewport_size({"width": 800, "height": 600})
    page.wait_for_function(
        "document.querySelector('#traces-chart svg').getBoundingClientRect().width > 500"
    )


# A scheme moves nothing, and a width changes no colour.
@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", LOW), ("dark", PHONE)], ids=["desktop", "phone"]
)
def test_axe_finds_nothing_with_all_charts_and_tables(
    site: Site, scheme: str, viewport: dict[str, int]
) -> None:
    page = site.styles_page(scheme=scheme, viewport=viewport)
    for name in ("history", "byrows", "tradeoff", "traces"):
        chart(page, name)
        page.locator(f"#{name}-table summary").click()
        expect(page.locator(f"#{name}-table table")).to_be_attached()
    expect(page.locator("#releases table")).to_be_attached()
    assert axe.violations(page) == []


def test_charts_open_from_the_disk_and_stay_in_print(site: Site) -> None:
    page = site.open((site.html / "index.html").as_uri() + "#styles=columns,full_entity", LOW)
    chart(page)
    assert page.locator("#history .legend li:visible").count() == len(tasks()[TASK].styles)
    page.emulate_media(media="print")
    expect(page.locator("#history .legend li:visible")).to_have_count(2)
    expect(page.locator("#history-chart svg.marks")).to_be_visible()
    expect(page.locator("#history select[name=scale]")).to_be_hidden()


@pytest.mark.parametrize("lost", ["site/vega.js", "site/data/charts.js"])
def test_a_missing_file_is_named(served: Site, lost: str) -> None:
    page = served.context(LOW).new_page()
    page.route(f"**/{lost}", lambda route: route.fulfill(status=404))
    page.goto(f"{served.address}index.html")
    page.locator("#history").scroll_into_view_if_needed()
    expect(page.locator("#history-about")).to_contain_text(f"The file {lost} is missing")
    expect(page.locator("#releases tbody tr").first).to_be_attached()


@pytest.fixture
def with_samples(served: Site, tmp_path: Path) -> Iterator[Site]:
    """A site of one release, of which one style's seconds have samples."""
    project = site_project.create(tmp_path)
    folder = fake_results.write(project.results, ["2.1.9"])
    path = fake_results.path_of(folder, "2.1.9").with_suffix(".records")
    stored = json.loads(path.read_text())
    for record in stored["records"]:
        if record["instrument"] == "seconds" and record["style"] == "columns":
            record["samples"] = [record["seconds"] * (1 + part / 100) for part in range(-5, 6)]
    path.write_text(json.dumps(stored))
    assert project.publish().returncode == 0
    with page_speed.served(project.html) as address:
        yield Site(project.html, address, served.browser)


def test_seconds_have_their_interval_where_one_is_stored(with_samples: Site) -> None:
    page = with_samples.styles_page("#styles=columns,full_entity")
    chart(page, "tradeoff")
    page.locator("#tradeoff-table summary").click()
    table = page.locator("#tradeoff-table")
    seconds = fake_results.value(TASK, "columns", 100_000, "time_query", "2.1.9")
    interval = table.locator("tr", has_text=COLUMNS).first.locator("td").last.inner_text()
    low, high = (float(part.partition(" ")[0]) for part in interval.split(" to "))
    unit = 1 if interval.endswith(" s") else 1000
    assert low < seconds * unit < high
    expect(table.locator("tr", has_text=FULL_ENTITY).first.locator("td").last).to_have_text(
        "\u2013"
    )
    ends = page.evaluate("""() => Object.fromEntries(["columns", "full_entity"].map((style) => {
      const own = lookOf(chosen().task, style).own;
      const [line, point] = ["line", "path"].map((tag) =>
        document.querySelector(`#tradeoff-chart ${tag}[stroke="${own}"]`).getBoundingClientRect());
      const middle = (point.left + point.right) / 2;
      return [style, [middle - line.left, line.right - middle]];
    }))""")
    assert min(ends["columns"]) > 5 > 1 > max(ends["full_entity"])
