"""How soon the published page shows its figures, in a browser on a quick and on a slow line."""

import contextlib
import functools
import http.server
import shutil
import statistics
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from suite.measuring.results import Figure
from suite.measuring.traces import Trace
from suite.reports.tables import Column, Table
from suite.terminal.errors import UserMistake

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HEADINGS = (
    "releases",
    "line",
    "figures, s",
    "interactive, s",
    "chart, s",
    "tick, ms",
    "first load, KiB",
    "requests",
)
PROGRAMS = ("chromium", "chromium-browser", "chrome", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
VIEWPORT = {"width": 1280, "height": 800}
PATIENCE_MILLISECONDS = 120_000

# Looks at every frame what stands on the page, from its beginning on: milliseconds of what was seen
# first, after the frame in which it was painted.
WATCH = """() => {
  const wanted = {
    figures: "#costs tr[data-style] td:nth-child(3)",
    interactive: "#advice button",
    chart: "#history-chart svg path",
  };
  window.seen = {};
  const look = () => {
    for (const [name, selector] of Object.entries(wanted)) {
      if (!(name in seen) && document.querySelector(selector)?.getBoundingClientRect().height) {
        seen[name] = null;
        requestAnimationFrame(() => { seen[name] = performance.now(); });
      }
    }
    requestAnimationFrame(look);
  };
  look();
}"""
LOADED = """() => {
  const all = [...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource")];
  return { bytes: all.reduce((sum, entry) => sum + entry.transferSize, 0), requests: all.length };
}"""
SCROLL = """() => {
  document.getElementById("history").scrollIntoView();
  return performance.now();
}"""
# From the click on to the end of the frame that shows it.
TICK = """() => new Promise((resolve) => {
  const box = document.querySelector("#history input[type=checkbox]:not(:checked)");
  const before = performance.now();
  box.click();
  addEventListener("hashchange", () => setTimeout(() => requestAnimationFrame(() =>
    setTimeout(() => resolve(performance.now() - before)))), { once: true });
})"""


@dataclass(frozen=True)
class Line:
    """How a page is reached: bits a second and milliseconds of latency, none where it is local.

    ``slowdown`` is how many times slower the processor is made.
    """

    words: str
    bits: float | None = None
    latency: float = 0
    slowdown: float = 1


LINES = (Line("this machine's"), Line("1.6 Mbit/s, 150 ms, processor ÷ 4", 1.6e6, 150, 4))


@dataclass(frozen=True)
class Speed:
    """One opening of the page: in seconds from its address on; the chart from the scrolling on.

    ``tick`` is in seconds too; ``loaded`` are the bytes of the first load, before any scrolling.
    """

    figures: float
    interactive: float
    chart: float
    tick: float
    loaded: int
    requests: int


def thinned(
    figures: Sequence[Figure], traces: Sequence[Trace], wanted: int
) -> tuple[int, list[Figure], list[Trace]]:
    """What was measured of so many releases, evenly spaced up to the newest, and their number."""
    releases = sorted({figure.release for figure in figures}, key=Version, reverse=True)
    count = min(wanted, len(releases))
    kept = {releases[place * len(releases) // count] for place in range(count)}
    return (
        count,
        [figure for figure in figures if figure.release in kept],
        [trace for trace in traces if trace.release in kept],
    )


@contextlib.contextmanager
def browser() -> Iterator["Browser"]:
    """The system's Chromium, or Playwright's. Raises UserMistake where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise UserMistake(
            "this study opens the page with Playwright, which is not installed: scripts/in-venv"
            " pip install playwright"
        ) from None
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        program = next(filter(None, map(shutil.which, PROGRAMS)), own)
        if not Path(program).exists():
            raise UserMistake(
                "this study opens the page in Chromium, which is not installed:"
                " apt install chromium, or playwright install chromium"
            )
        opened = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        try:
            yield opened
        finally:
            opened.close()


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder, on this machine; files are sent as they are, uncompressed."""
    handler = functools.partial(_Silent, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: the server's own standard error is the user's terminal."""


def measure(browser: "Browser", address: str, line: Line, repeat: int) -> Speed:
    """The medians of ``repeat`` openings, each with an empty cache."""
    runs = [_open(browser, address, line) for _ in range(repeat)]
    return Speed(
        figures=statistics.median(run.figures for run in runs),
        interactive=statistics.median(run.interactive for run in runs),
        chart=statistics.median(run.chart for run in runs),
        tick=statistics.median(run.tick for run in runs),
        loaded=runs[0].loaded,
        requests=runs[0].requests,
    )


def _open(browser: "Browser", address: str, line: Line) -> Speed:
    context = browser.new_context(viewport=VIEWPORT)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.add_init_script(f"({WATCH})()")
        _throttle(page, line)
        page.goto(address, wait_until="commit")
        page.wait_for_function("() => seen.figures && seen.interactive")
        page.wait_for_load_state("networkidle")
        loaded = page.evaluate(LOADED)
        scrolled = page.evaluate(SCROLL)
        page.wait_for_function("() => seen.chart")
        seen = page.evaluate("() => seen")
        tick = page.evaluate(TICK)
    finally:
        context.close()
    return Speed(
        figures=seen["figures"] / 1000,
        interactive=seen["interactive"] / 1000,
        chart=(seen["chart"] - scrolled) / 1000,
        tick=tick / 1000,
        loaded=loaded["bytes"],
        requests=loaded["requests"],
    )


def _throttle(page: "Page", line: Line) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": line.slowdown})
    if line.bits is not None:
        speed = {"downloadThroughput": line.bits / 8, "uploadThroughput": line.bits / 8}
        session.send("Network.enable")
        session.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": line.latency, **speed},
        )


def table(found: Iterable[tuple[int, Line, Speed]]) -> Table:
    """The openings as a table, by number of releases and line."""
    kinds = {"line": "text"}
    return Table(
        "How soon the page shows its figures",
        [Column(title, kinds.get(title, "number")) for title in HEADINGS],
        [
            [
                f"{releases}",
                line.words,
                f"{speed.figures:.2f}",
                f"{speed.interactive:.2f}",
                f"{speed.chart:.2f}",
                f"{speed.tick * 1000:.0f}",
                f"{speed.loaded / 1024:,.0f}",
                f"{speed.requests}",
            ]
            for releases, line, speed in found
        ],
    )
