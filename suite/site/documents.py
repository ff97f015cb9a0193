"""The project's documents as pages of the site, and the source of the styles."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from suite.project import ROOT
from suite.site import templates

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
# A link to a document of this project, and where in it.
_DOCUMENT = re.compile(r"(?!\w+:)([^#]*)\.md(#.*)?")


def write(html_dir: Path) -> None:
    """Write README.md and docs/; what is no Markdown is copied as it is."""
    listed: dict[str, dict[str, str]] = {}
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.*"))]:
        address = path.relative_to(ROOT)
        if path.suffix != ".md":
            (html_dir / address).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, html_dir / address)
            continue
        title, text = rendered(path.read_text(encoding="utf-8"))
        page = address.with_suffix(".html").as_posix()
        listed.setdefault(address.parent.as_posix(), {})[PurePosixPath(page).name] = title
        templates.write(html_dir, page, "document.html", title=title, text=Markup(text))
    del listed["."]
    for folder, documents in listed.items():
        name = PurePosixPath(folder).name.capitalize()
        templates.write(
            html_dir, f"{folder}/index.html", "folder.html", title=name, documents=documents
        )


def rendered(markdown: str) -> tuple[str, str]:
    """The title, and the HTML: headings have GitHub's anchors, and links lead to pages."""
    tokens = _MARKDOWN.parse(markdown)
    _name_headings(tokens)
    for start, inner, end in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if start.type == "th_open" and not inner.content:
            start.tag = end.tag = "td"  # an empty heading is none
    for token in tokens:
        if token.type == "table_open":
            token.attrSet("tabindex", "0")  # a wide one scrolls
        for each in token.children or ():
            if each.type == "link_open":
                each.attrSet("href", _page(str(each.attrGet("href"))))
    titles = [after.content for token, after in _headings(tokens) if token.tag == "h1"]
    return next(iter(titles), ""), _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})


def _page(link: str) -> str:
    if link.endswith("/") and ":" not in link:
        return f"{link}index.html"
    matched = _DOCUMENT.fullmatch(link)
    return f"{matched[1]}.html{matched[2] or ''}" if matched else link


def _headings(tokens: list[Token]) -> list[tuple[Token, Token]]:
    """Each heading, with the text that follows."""
    places = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
    return [(tokens[place], tokens[place + 1]) for place in places]


def _name_headings(tokens: list[Token]) -> None:
    taken: dict[str, int] = {}
    for heading, text in _headings(tokens):
        words = "".join(
            each.content
            for each in text.children or ()
            if each.type in ("text", "code_inline", "softbreak")
        )
        anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        count = taken[anchor] = taken.get(anchor, -1) + 1
        heading.attrSet("id", f"{anchor}-{count}" if count else anchor)


def write_source(html_dir: Path, files: Iterable[str]) -> None:
    """Write files of the project, by their path, as pages of which each line has an address."""
    for file in files:
        lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
        templates.write(html_dir, source(file), "source.html", title=file, lines=lines)


def source(file: str) -> str:
    """The address of a file of the project."""
    return f"source/{file}.html"
