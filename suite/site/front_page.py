"""The front page: its template is told what the first screen shows, and gets the index."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from benchmarks.metrics import METRICS
from suite.figures.scaling import DEFAULT_BUDGET
from suite.site import (
    data_files,
    documents,
    first_advice,
    first_screen,
    first_view,
    index,
    style_pages,
    templates,
    wording,
)
from suite.site.first_view import View
from suite.site.page_data import PlatformData
from suite.site.shown import ShownTask

# The sections of charts, in the page's order.
SECTIONS = ("history", "releases", "byrows", "tradeoff", "drivers", "traces")

# What the page carries with it; the charts have one of their own.
STYLESHEETS = ("page.css", "charts.css")


def write(
    html_dir: Path,
    platforms: list[PlatformData],
    tasks: list[ShownTask],
    described: dict[str, Any],
) -> None:
    """Write index.html; ``described`` is the index."""
    view = first_view.of_site(platforms, tasks)
    screen = _screen(view, tasks, described) if view else None
    templates.write(
        html_dir,
        "index.html",
        "index.html",
        index=Markup(data_files.within_html(described)),
        css=Markup("\n".join(_read(name) for name in STYLESHEETS)),
        sections=SECTIONS,
        published=described["published"],
        screen=screen,
        description="".join(text for text, _ in screen["answer"]) if screen else "",
    )


def _read(name: str) -> str:
    return (templates.STATIC / name).read_text(encoding="utf-8")


def _screen(view: View, tasks: list[ShownTask], described: dict[str, Any]) -> dict[str, Any]:
    platform, data = view.platform, view.data
    release, other = platform.releases[view.place], first_screen.other_release(view)
    words = described["platforms"][0]
    known = view.task.known
    return {
        "release": release,
        "measured": f"Python {platform.platform.python} · {words['database']}",
        "upgrade": [other, release] if other else None,
        "series": [".".join(each.split(".")[:2]) for each in (other or release, release)],
        "source": documents.source(known[view.style].file)
        if view.style in known
        else "README.html",
        "rows": [(size, wording.whole(size)) for size in index.sizes(data, view.metric)],
        "chosen_rows": view.rows,
        # The script adds the others, of which there can be many.
        "releases": [(release, release)],
        "others": [(other, other)] if other else [],
        "other": other,
        "kinds": _options(view),
        "style": view.style,
        "budget": wording.budget(DEFAULT_BUDGET),
        "tasks": [(task.name, task.label) for task in tasks if task.name in platform.tasks],
        "task": view.task.name,
        "metrics": [(each.name, each.label) for each in METRICS if each.name in data.values],
        "metric": view.metric,
        "database": _if_several(described, "database", "installation"),
        "installation": _if_several(described, "installationLabel", None),
        "answer": first_screen.answer(view),
        "since": first_screen.since_words(view),
        "headings": first_screen.headings(view),
        "groups": first_screen.groups(view),
        "pages": {style: _page(view, style) for style in known},
        "codes": _codes(view),
        "remarks": _remarks(view),
        "platform": words["label"],
    }


def _if_several(described: dict[str, Any], name: str, alike: str | None) -> list[tuple[str, str]]:
    """The first platform by one of its words, where others that are ``alike`` have another one."""
    first, *others = described["platforms"]
    differ = [
        other
        for other in others
        if other[name] != first[name] and (alike is None or other[alike] == first[alike])
    ]
    return [(first["key"], first[name])] if differ else []


def _options(view: View) -> dict[str, list[tuple[str, str]]]:
    """The styles by their kind, for a choice of them."""
    missing = {
        style: "" if style in view.values else " (not measured)" for style in view.task.styles
    }
    return {
        kind: [(style, view.task.styles[style] + missing[style]) for style in styles]
        for kind, styles in first_screen.by_kind(view.task).items()
    }


def _page(view: View, style: str) -> str | None:
    return style_pages.address(view.task.name, style) if style in view.task.known else None


def _codes(view: View) -> list[tuple[str, dict[str, Any] | None]]:
    """What they write, and what to write instead, if anything."""
    better = view.instead()
    return [
        ("You write", _code(view, view.style)),
        ("Write instead", _code(view, better) if better else None),
    ]


def _code(view: View, style: str) -> dict[str, Any]:
    known = view.task.known.get(style)
    return {
        "label": view.task.styles[style],
        "page": _page(view, style),
        "code": known.code if known else None,
    }


def _remarks(view: View) -> list[tuple[str, str, str | None]]:
    """Words, the words of a link behind them, and where it leads."""
    said: list[tuple[str, str, str | None]] = [
        (words, view.task.styles[style] if style else "", _page(view, style) if style else None)
        for words, style in first_advice.remarks(view)
    ]
    return [*said, ("", "Which release changed it?", _page(view, view.style) or "#changes=")]
