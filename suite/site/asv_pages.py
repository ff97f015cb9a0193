"""asv's own pages, as `asv publish` copied them: made to speak of releases, and to open anywhere.

What has a door is in static/asv-pages.js and in labels.py. asv has none for its pages' text, so the
lines below of asv 0.6.6's files are replaced. Each says why.
"""

import json
import re
import shutil
from dataclasses import dataclass
from html import escape
from pathlib import Path

from suite.site import feed, page_libraries

FOLDER = "asv"
"""Where asv's pages lie within the site."""

INDEX = "index.html"
ADDED = ("asv-pages.css", "asv-pages.js")
FORWARD = "query-styles.html"
"""The address that the site's first page had before; it leads to it."""

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Replacement:
    """``old`` in asv's ``file`` becomes ``new``, wherever it stands."""

    file: str
    old: str
    new: str


REPLACEMENTS = (
    # A phone shows pages at its own width.
    Replacement(
        INDEX,
        "<title>airspeed velocity</title>",
        "<title>airspeed velocity</title>\n"
        '    <meta name="viewport" content="width=device-width">\n'
        '    <link rel="stylesheet" href="asv-pages.css">',
    ),
    # The site's first page stands first.
    Replacement(
        INDEX,
        '<li id="nav-li-" class="active">',
        '<li><a href="../index.html">Query styles</a></li>\n\t<li id="nav-li-" class="active">',
    ),
    # After asv's own scripts.
    Replacement(
        INDEX,
        '<link href="asv.css"',
        '<script src="asv-pages.js"></script>\n    <link href="asv.css"',
    ),
    # A revision is a release here, and has dots in its name.
    Replacement("graphdisplay.js", "/^([a-z0-9]+)-([a-z0-9]+)$/", "/^([a-z0-9.]+)-([a-z0-9.]+)$/"),
    # A label's own parentheses stay whole.
    Replacement("summarylist.js", r"match(/(.*)\(.*$/)", r"match(/^([^(]*)\(/)"),
    # asv draws the first eight styles at the smallest size, most of which is noise: the largest.
    Replacement(
        "graphdisplay.js",
        "for (var j = 0; j < param_values.length && (j+1)*count <= max_curves; ++j) {",
        "var largest = param_name === 'rows' ? param_values.length - 1 : 0;\n"
        "                    for (var j = largest;"
        " j < param_values.length && (j-largest+1)*count <= max_curves; ++j) {",
    ),
)

# Where the site has no address that the links of a feed could begin with: see feed.py.
WITHOUT_FEED = (
    Replacement(
        INDEX,
        '<link rel="alternate" type="application/atom+xml" title="Regressions"'
        ' href="regressions.xml"/>',
        "",
    ),
    Replacement("regressions.js", "main_div.append(feed_div);", ""),
)

# Nothing is asked of another host, and no text from results is run as a script, wherever asv puts
# some into the page as HTML. asv sets styles within HTML; a page from the disk has no self.
POLICY = "default-src 'self' file: data:; style-src 'self' file: 'unsafe-inline'"
# What asv's first page says of files of other hosts.
LOAD_FAILURE = re.compile(
    r'<script type="text/javascript">\s*function js_load_failure.*?</script>', re.DOTALL
)
FOR_OTHER_HOSTS = re.compile(
    r' (integrity="sha\d+-[^"]*"|crossorigin="\w+"|referrerpolicy="[\w-]+"'
    r'|onerror="js_load_failure\(\)")'
)


def complete(site: Path, address: str | None) -> str | None:
    """Make the pages that asv published into the site's FOLDER part of it.

    ``address`` is where others open the site. Returns why asv's pages still load from other hosts,
    or None.
    """
    html_dir = site / FOLDER
    for replacement in REPLACEMENTS if address else REPLACEMENTS + WITHOUT_FEED:
        _replace(html_dir / replacement.file, replacement)
    for name in ADDED:
        shutil.copyfile(STATIC / name, html_dir / name)
    shutil.copyfile(STATIC / FORWARD, site / FORWARD)
    feed.finish(html_dir, address and f"{address}{FOLDER}/")
    _escape_machines(html_dir / "index.json")
    _write_scripts(html_dir)
    try:
        page_libraries.copy(page_libraries.installed(), html_dir)
    except page_libraries.NotInstalledError as reason:
        return f"asv's pages keep loading their libraries from other hosts: {reason}"
    _use_local_files(html_dir / INDEX)
    return None


def _replace(path: Path, replacement: Replacement) -> None:
    text = path.read_text(encoding="utf-8")
    if replacement.old not in text:
        raise ValueError(f"asv's {replacement.file} has no {replacement.old!r}: another asv?")
    path.write_text(text.replace(replacement.old, replacement.new), encoding="utf-8")


def _escape_machines(path: Path) -> None:
    """Escape what asv's pages show of machines as HTML; it gives its index to no publisher."""
    index = json.loads(path.read_text(encoding="utf-8"))
    index["machines"] = {
        name: {escape(key): escape(str(value)) for key, value in described.items()}
        for name, described in index["machines"].items()
    }
    path.write_text(json.dumps(index, separators=(",", ":")), encoding="utf-8")


def _write_scripts(html_dir: Path) -> None:
    """Write each of asv's files of data as a script beside it, for pages opened from the disk."""
    for path in html_dir.rglob("*.json"):
        text = path.read_text(encoding="utf-8")
        path.with_name(path.name + ".js").write_text(f"asvFile({text});\n", encoding="utf-8")


def _use_local_files(page: Path) -> None:
    """Point the page's links at the site itself; what is for other hosts' files goes with them."""
    text = page.read_text(encoding="utf-8")
    for address, path in page_libraries.FILES.items():
        text = text.replace(f'"{address}"', f'"{page_libraries.local(path)}"')
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    text = FOR_OTHER_HOSTS.sub("", LOAD_FAILURE.sub(policy, text))
    page.write_text(text, encoding="utf-8")
