"""asv's own pages, as `asv publish` copied them: made to speak of releases, and to open anywhere.

asv has no hook for its pages' text, so lines of asv 0.6.6's files are replaced. Each says why.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from suite.site import page_libraries

PAGES = ("index.html", "error.html")
FROM_DISK = "from-disk.js"
STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Replacement:
    """``old`` in asv's ``file`` becomes ``new``, wherever it stands."""

    file: str
    old: str
    new: str


# Navigation: our page stands first. A phone shows pages at its own width.
NAVIGATION = (
    Replacement(
        "index.html",
        '<li id="nav-li-" class="active">',
        '<li id="nav-li-query-styles"><a href="query-styles.html">Query styles</a></li>\n'
        '\t<li id="nav-li-" class="active">',
    ),
    Replacement(
        "index.html",
        "<title>airspeed velocity</title>",
        '<title>airspeed velocity</title>\n    <meta name="viewport" content="width=device-width">',
    ),
)

# Opened from the disk, asv's pages get their data from scripts: see from-disk.js.
DISK = (
    Replacement(
        "index.html",
        '<script language="javascript" type="text/javascript" src="jquery.flot.axislabels.js">',
        f'<script src="{FROM_DISK}"></script>\n    '
        '<script language="javascript" type="text/javascript" src="jquery.flot.axislabels.js">',
    ),
)

# A revision is a release here, and has dots in its name: 2.0.5 is not short for 2.0.50.
RELEASES = (
    Replacement("index.html", "            commits\n", "            releases\n"),
    Replacement("index.html", "even commit spacing", "even release spacing"),
    Replacement("index.html", "Space commits evenly", "Space releases evenly"),
    Replacement("index.html", "Space commits by commit date", "Space releases by their date"),
    Replacement("graphdisplay.js", "axisLabel = 'commits'", "axisLabel = 'releases'"),
    Replacement("graphdisplay.js", "axisLabel = 'commit date'", "axisLabel = 'release date'"),
    Replacement("graphdisplay.js", "/^([a-z0-9]+)-([a-z0-9]+)$/", "/^([a-z0-9.]+)-([a-z0-9.]+)$/"),
    Replacement("graphdisplay.js", '"commit"', '"release"'),
    Replacement("asv.js", "_commit_hash.startsWith(commit_hash)", "_commit_hash === commit_hash"),
    Replacement("regressions.js", ">Commit<", ">Release<"),
    Replacement("regressions.js", ">Commits<", ">Releases<"),
)

# Sizes in the unit of everything else here, and labels whose own parentheses stay whole.
READABLE = (
    Replacement("asv.js", "['k', 'kilobytes', 1000]", "[' KiB', 'KiB', 1024]"),
    Replacement("asv.js", "['M', 'megabytes', 1000000]", "[' MiB', 'MiB', 1048576]"),
    Replacement("asv.js", "['G', 'gigabytes', 1000000000]", "[' GiB', 'GiB', 1073741824]"),
    Replacement("asv.js", "['T', 'terabytes', 1000000000000]", "[' TiB', 'TiB', 1099511627776]"),
    Replacement("summarylist.js", r"match(/(.*)\(.*$/)", r"match(/^([^(]*)\(/)"),
    Replacement(
        "graphdisplay.js",
        'parts.push(key + "-" + value);',
        "parts.push((key === 'style' ? '' : key + ' ') + value);",
    ),
    # Flot's ticks are round numbers of bytes, which are crooked numbers of MiB.
    Replacement(
        "graphdisplay.js",
        "options.yaxis.axisLabel = unit_name;",
        "options.yaxis.axisLabel = unit_name;\n"
        "                options.yaxis.ticks = log_scale ? options.yaxis.ticks :\n"
        "                        function (axis) {\n"
        "                    var span = (axis.max - axis.min) / multiplier, ticks = [];\n"
        "                    var step = Math.pow(10, Math.floor(Math.log10(span)));\n"
        "                    step /= span / step < 2.5 ? 5 : span / step < 5 ? 2 : 1;\n"
        "                    for (var k = Math.ceil(axis.min / multiplier / step);\n"
        "                            k * step * multiplier <= axis.max; ++k) {\n"
        "                        ticks.push(k * step * multiplier);\n"
        "                    }\n"
        "                    return ticks;\n"
        "                };",
    ),
    # One line of the legend for each style, in columns above the lines.
    Replacement(
        "graphdisplay.js",
        "labels[param_names[axis-1]] =",
        "if (axis > 1 && benchmark_param_selection[axis].length < 2) {\n"
        "                                        delete different[param_names[axis-1]];\n"
        "                                    }\n"
        "                                    labels[param_names[axis-1]] =",
    ),
    Replacement("graphdisplay.js", 'position: "nw",', 'position: "nw", noColumns: 3,'),
    Replacement(
        "graphdisplay.js", "options.yaxis.max = max * 1.3;", "options.yaxis.max = max * 1.5;"
    ),
)

# asv draws the first eight lines of the first size. Here: every style, at the largest size.
ALL_STYLES = (
    Replacement("graphdisplay.js", "var max_curves = 8;", "var max_curves = 8, largest = false;"),
    Replacement(
        "graphdisplay.js",
        "for (var j = 0; j < param_values.length && (j+1)*count <= max_curves; ++j) {",
        "largest = param_name === 'rows';\n"
        "                    for (var j = largest ? param_values.length - 1 : 0;"
        " j < param_values.length; ++j) {",
    ),
)

# What comes from results and docstrings is text: asv puts these four into the page as HTML.
ESCAPED = (
    Replacement("summarygrid.js", "title: bm.code,", "title: $('<i>').text(bm.code).html(),"),
    Replacement("graphdisplay.js", "title: bm.code,", "title: $('<i>').text(bm.code).html(),"),
    Replacement(
        "summarygrid.js",
        """'<div class="benchmark-text">' + display_name + '</div>');""",
        """'<div class="benchmark-text"/>').text(display_name);""",
    ),
    Replacement(
        "graphdisplay.js",
        """'">' + name + '</li>');""",
        """'"></a></li>');\n            top.children('a').text(name);""",
    ),
    Replacement(
        "summarylist.js",
        "details.push(key + ': ' + val);",
        "details.push($('<i>').text(key + ': ' + val).html());",
    ),
    Replacement(
        "graphdisplay.js",
        "details.push(key + ': ' + val);",
        "details.push($('<i>').text(key + ': ' + val).html());",
    ),
)

REPLACEMENTS = NAVIGATION + DISK + RELEASES + READABLE + ALL_STYLES + ESCAPED


def adapt(html_dir: Path) -> str | None:
    """Change the copied pages. Returns why they still load from other hosts, or None."""
    for replacement in REPLACEMENTS:
        path = html_dir / replacement.file
        text = path.read_text(encoding="utf-8")
        if replacement.old not in text:
            raise ValueError(f"asv's {replacement.file} has no {replacement.old!r}: another asv?")
        path.write_text(text.replace(replacement.old, replacement.new), encoding="utf-8")
    shutil.copyfile(STATIC / FROM_DISK, html_dir / FROM_DISK)
    try:
        page_libraries.copy(page_libraries.installed(), html_dir)
    except page_libraries.NotInstalledError as reason:
        return f"asv's pages keep loading their libraries from other hosts: {reason}"
    for page in PAGES:
        _use_local_files(html_dir / page)
    return None


def write_scripts(html_dir: Path) -> None:
    """Write each of asv's files of data as a script beside it, when asv has written the last."""
    for path in html_dir.rglob("*.json"):
        text = path.read_text(encoding="utf-8")
        path.with_name(path.name + ".js").write_text(f"asvFile({text});\n", encoding="utf-8")


def _use_local_files(page: Path) -> None:
    """Point the page's links at the site itself; what fixes their content goes with the host."""
    text = page.read_text(encoding="utf-8")
    for address, path in page_libraries.FILES.items():
        text = text.replace(f'"{address}"', f'"{page_libraries.local(path)}"')
    text = re.sub(
        r' (integrity="sha\d+-[^"]*"|crossorigin="\w+"|referrerpolicy="[\w-]+")', "", text
    )
    page.write_text(text, encoding="utf-8")
