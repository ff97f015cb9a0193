"""The documents as pages: every link leads somewhere, and nothing in them is run."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from suite.figures.tasks import tasks
from suite.site import documents


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents and the sources, without the rest of the site."""
    folder = tmp_path_factory.mktemp("site")
    documents.write(folder)
    files = {style.file for task in tasks().values() for style in task.styles.values()}
    documents.write_source(folder, files)
    return folder


class Page(HTMLParser):
    """What a page links to, and what can be linked to in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("href", "src") and value:
                self.links.append(value)
            elif name == "id" and value:
                self.anchors.add(value)


# What other parts of the site write.
ELSEWHERE = re.compile(r"(\.\./)*(index\.html|site/page\.css|asv/.*)(#.*)?")


def test_every_link_leads_to_a_page_and_a_place_in_it(site: Path) -> None:
    pages = {path: Page(path) for path in site.rglob("*.html")}
    checked = 0
    for path, page in pages.items():
        for link in page.links:
            if re.match("https?://", link) or ELSEWHERE.fullmatch(link):
                continue
            address, _, anchor = link.partition("#")
            target = (path.parent / address).resolve() if address else path
            assert target.is_file(), f"{path}: {link}"
            assert not anchor or anchor in pages[target].anchors, f"{path}: {link}"
            checked += 1
    assert checked > 100
    assert site / "docs" / "evidence" / "measuring.html" in pages
    assert site / "README.html" in pages


def test_html_in_a_document_is_text() -> None:
    title, text = documents.rendered("# A *title*\n\n<script>alert(1)</script> [x](y.md#z)\n")
    assert "<script>" not in text
    assert '<h1 id="a-title">' in text
    assert '<a href="y.html#z">' in text
    assert title == "A *title*"


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("../using/upgrade.md#the-limits", "../using/upgrade.html#the-limits"),
        ("figures/", "figures/index.html"),
        ("https://example.org/read.md", "https://example.org/read.md"),
        ("worse/literals.py", "worse/literals.py"),
    ],
)
def test_links_lead_to_pages(link: str, leads_to: str) -> None:
    assert f'href="{leads_to}"' in documents.rendered(f"[words]({link})")[1]


def test_a_second_heading_of_the_same_words_has_an_anchor_of_its_own() -> None:
    _, text = documents.rendered("## In `CI`, too\n\n## In `CI`, too\n")
    assert re.findall(r'id="([^"]*)"', text) == ["in-ci-too", "in-ci-too-1"]


def test_a_line_of_a_source_has_an_address(site: Path) -> None:
    style = tasks()["bounced_addresses"].styles["columns"]
    page = (site / documents.source(style.file)).read_text()
    first = re.findall(rf'<span id="L{style.line}">(.*)', page)
    assert first
    assert "style" in first[0] or "def columns" in first[0]


def test_an_empty_heading_of_a_table_is_none() -> None:
    _, text = documents.rendered("| | a |\n|---|---|\n| x | 1 |\n")
    assert "<td></td>" in text
    assert "<th>a</th>" in text
