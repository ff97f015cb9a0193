"""The front page as a comparison of two releases, and as the list of what each release changed."""

import re
from collections import Counter

from packaging.version import Version
from playwright.sync_api import Page, expect

from suite.figures import limits
from suite.figures.tasks import tasks
from suite.figures.verdicts import Verdict, judged
from tests import fake_results
from tests.fake_results import SIZES, WORSE
from tests.site.browser_site import EVIL, ON_A_PAGE, TASK, Site, copied

pytestmark = ON_A_PAGE

STYLES = tasks()[TASK].styles
LIMITS = limits.chosen(limits.load())
LABEL = STYLES[WORSE].label


def verdicts(old: str, new: str) -> Counter[Verdict]:
    """By styles that both releases have: worse where any figure is."""
    found: Counter[Verdict] = Counter()
    for style in STYLES.values():
        if style.since and Version(style.since) > Version(old):
            continue
        own = {
            judged(metric, before, after, limit)
            for metric, limit in LIMITS.items()
            for rows in ((tasks()[TASK].repeated,) if "growth" in metric else SIZES)
            for before, after in [
                [fake_results.value(TASK, style.name, rows, metric, side) for side in (old, new)]
            ]
        }
        order = (Verdict.WORSE, Verdict.BETTER, Verdict.SAME)
        found[next(verdict for verdict in order if verdict in own)] += 1
    return found


def answer(page: Page, view: str) -> str:
    return page.locator(f"#{view} h2.answer").inner_text()


def rows_of(page: Page, view: str) -> list[str]:
    return page.locator(f"#{view} table").first.locator("tbody tr").all_inner_texts()


def test_of_a_team_that_upgrades(site: Site) -> None:
    """One press leads to the differences of the newest release to the last of the series before."""
    page = site.styles_page()
    page.get_by_role("navigation").get_by_role("link", name="Upgrade").click()
    expect(page.locator("#compare h2.answer")).to_contain_text("1.4.54 → 2.1.9: ")
    expected = verdicts("1.4.54", "2.1.9")
    worse, less = expected[Verdict.WORSE], expected[Verdict.BETTER]
    assert worse == 1
    assert f"1 of {expected.total()} styles needs more, {less} need less" in answer(page, "compare")
    assert f"fewer rows fit in 512 MiB for 1 of {expected.total()} styles, by" in answer(
        page, "compare"
    )
    shown = rows_of(page, "compare")
    assert len(shown) == worse + less
    assert LABEL in shown[0], "what is worse comes first"
    assert "▲ +" in shown[0]
    assert all("▼ \u2212" in each for each in shown[1:])
    expect(page.locator("#answer")).to_be_hidden()


def test_only_worse_only_better_and_a_budget(site: Site) -> None:
    page = site.view("compare", "#compare=1.4.54..2.1.9")
    form = page.locator("#compare form")
    form.locator("[name=only]").select_option("worse")
    expect(page.locator("#compare table").first.locator("tbody tr")).to_have_count(1)
    page.reload()
    expect(page.locator("#compare table").first.locator("tbody tr")).to_have_count(1)
    form.locator("[name=only]").select_option("better")
    expect(page.locator("#compare table").first).not_to_contain_text("▲")
    form.locator("[name=of]").select_option("track_growth")
    expect(page.locator("#compare")).to_contain_text("Nothing of what is chosen differs.")
    form.locator("[name=budget]").focus()
    form.locator("[name=budget]").select_option("2048")
    expect(page.locator("#compare h2.answer")).to_contain_text("rows fit in 2 GiB")
    expect(form.locator("[name=budget]")).to_be_focused()


def test_the_differences_as_markdown(site: Site) -> None:
    page = site.view("compare", "#compare=1.4.54..2.1.9&only=worse")
    text = copied(page, page.get_by_role("button", name="Copy as Markdown"))
    assert text.startswith("**1.4.54 → 2.1.9: 1 of ")
    (line,) = [each for each in text.splitlines() if LABEL in each]
    assert line.count(" | ") == 5


def test_releases_are_chosen_and_the_address_says_which(site: Site) -> None:
    page = site.view("compare", "#compare=1.4.54..2.1.9")
    form = page.locator("#compare form")
    form.locator("[name=before]").select_option("2.0.58")
    expect(page.locator("#compare h2.answer")).to_contain_text("2.0.58 → 2.1.9: ")
    form.locator("[name=after]").select_option("2.0.57")
    expect(page.locator("#compare h2.answer")).to_contain_text("2.0.58 → 2.0.57: nothing got worse")
    assert "compare=2.0.58..2.0.57" in page.url
    expect(page.locator("#compare")).to_contain_text("No figure differs by more than its limit.")


def test_two_pythons_at_one_release(site: Site) -> None:
    state = "#compare=1.4.54..1.4.54&platform=quiet/3.11/sqlite&other=quiet/3.8/sqlite"
    page = site.view("compare", state)
    said = answer(page, "compare")
    assert "Python 3.11" in said
    assert "Python 3.8" in said
    assert "nothing needs more" in said


def test_what_cannot_be_compared_and_what_was_not_measured_is_said(site: Site) -> None:
    page = site.view("compare", "#compare=1.4.53..1.4.54")
    assert "not comparable: 1.4.53 ran without SQLAlchemy's compiled" in answer(page, "compare")
    assert page.locator("#compare table").count() == 0
    page = site.view("compare", "#compare=1.3.24..2.1.9")
    expected = verdicts("1.3.24", "2.1.9").total()
    assert f" of {expected} styles" in answer(page, "compare")
    lacking = page.locator("#compare details", has_text="Not measured with 1.3.24")
    expect(lacking).to_contain_text(f"{len(STYLES) - expected} styles")
    lacking.locator("summary").click()
    expect(lacking).to_contain_text(STYLES["core_mappings"].label)


def test_of_a_maintainer(site: Site) -> None:
    """One press leads to the releases that changed something, and to the command to copy."""
    page = site.styles_page()
    page.get_by_role("navigation").get_by_role("link", name="Which release?").click()
    groups = page.locator("#changes section.release")
    expect(groups.locator("h3")).to_contain_text(["2.1.8", "2.0.57"])
    first = groups.first
    less = verdicts("2.0.58", "2.1.8")[Verdict.BETTER]
    expect(first.locator("h3")).to_have_text(f"2.1.8 1 worse, {less} better")
    expect(first).to_contain_text(re.compile(r"Against 2\.0\.58\. \d+ releases between were not"))
    link = first.get_by_role("link", name="change log").get_attribute("href") or ""
    assert link.endswith("changelog_21.html#change-2.1.8")
    row = first.locator("tbody tr", has_text=LABEL).first
    expect(row).to_contain_text("▲ +")
    command = copied(page, row.get_by_role("button", name="Copy command"))
    assert command == f"scripts/find-regression {TASK}.{WORSE} 2.0.58 2.1.8"


def test_a_style_leads_to_the_releases_that_changed_it(site: Site) -> None:
    page = site.styles_page(f"#style={WORSE}")
    page.get_by_role("link", name="Which release changed it?").click()
    tables = page.locator("#changes section.release table")
    expect(tables).to_have_count(2)
    assert all(LABEL in row for row in tables.locator("tbody tr").all_inner_texts())
    assert page.locator("#changes [name=key]").input_value() == WORSE
    page.locator("#changes [name=in]").select_option("")
    expect(tables.first.locator("tbody tr").nth(1)).to_be_visible()
    page.locator("#changes [name=only]").select_option("worse")
    expect(tables.first.locator("tbody tr")).to_have_count(1)
    page.locator("#changes [name=of]").select_option("track_leaked")
    expect(page.locator("#changes h2.answer")).to_have_text(
        "None of the changes is of what is chosen."
    )


def test_a_hostile_name_is_quoted_for_the_shell(site: Site) -> None:
    page = site.view("changes", "#changes=")
    row = page.locator("#changes tbody tr", has_text=EVIL).first
    command = copied(page, row.get_by_role("button", name="Copy command"))
    assert command == f"scripts/find-regression '{TASK}.{EVIL}' 2.0.58 2.1.8"
    assert page.evaluate('shellWord("it\'s")') == "'it'\\''s'"


def test_the_command_looks_at_what_changed(site: Site) -> None:
    page = site.view("changes", "#changes=")
    found = page.evaluate(
        """() => [["track_heap", 1000, ""], ["track_growth", 20, "postgresql+asyncpg"],
            ["time_query", 100000, "mariadb+pymysql@host"]].map(([metric, rows, asked]) =>
          findCommand({ platform: { ...chosen().platform, asked }, task: "bounced_addresses",
            style: "columns", metric, rows, previous: "2.0.1", release: "2.0.2" })
            .replace("scripts/find-regression bounced_addresses.columns 2.0.1 2.0.2", ""))"""
    )
    assert found == [
        " --rows 1000",
        " --database postgresql+asyncpg",
        " --metric time --database URL",
    ]


def test_one_release_has_nothing_to_be_set_against(site: Site) -> None:
    page = site.view("changes", "#changes=&platform=quiet/3.8/sqlite")
    assert answer(page, "changes").startswith("Only SQLAlchemy 1.4.54 was measured")


def test_the_ticket_behind_a_change_is_named(site: Site) -> None:
    page = site.view("changes", "#changes=")
    page.evaluate("document.body.append(ticketItem([13363, 'no Row for each <b>entity</b>']))")
    item = page.locator("body > li")
    expect(item).to_have_text("#13363 no Row for each <b>entity</b>")
    link = item.get_by_role("link", name="#13363")
    assert (link.get_attribute("href") or "").endswith("sqlalchemy/issues/13363")


def test_a_release_that_was_not_measured_is_not_silently_another(site: Site) -> None:
    page = site.view("compare", "#compare=1.4.50..2.1.9")
    assert answer(page, "compare").startswith("SQLAlchemy 1.4.50 was not measured with ")
    assert "1.4.54 → 2.1.9: " in answer(page, "compare")
