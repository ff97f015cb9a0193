"""The published pages in a real browser that can reach no host but ours: what its tests share."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
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

from suite.measuring import names
from suite.studies import page_speed
from tests import fake_results
from tests.lacking import lacks
from tests.site import site_project

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
PEAK = names.build(TASK, "track_peak")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

ON_A_PAGE = [pytest.mark.browser]


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
        """The front page, drawn for an address."""
        page = self.open(f"index.html{state}", **options)
        expect(page.locator("#advice .buttons")).to_be_visible()
        return page

    def view(self, name: str, state: str, **options: Any) -> Page:
        """The front page as "compare" or "changes"."""
        page = self.open(f"index.html{state}", **options)
        expect(page.locator(f"#{name} h2.answer")).not_to_be_empty()
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


def publish(folder: Path) -> Path:
    """Publish results of which some are marked and some are hostile; the folder of the pages."""
    project = site_project.create(folder)
    stored = fake_results.write(project.results, RELEASES)
    fake_results.write(project.results, ["1.4.54"], python="3.8")
    fake_results.watch(stored, "2.1.9", "columns", "full_entity")
    mark_one_release(stored)
    for path in [
        *stored.glob("*.json"),
        *stored.glob("*.records"),
        *project.results.glob("*.json"),
    ]:
        # A style that the catalogue lacks is shown by its name, as the results have it.
        text = path.read_text().replace("dbapi_iterated", EVIL)
        path.write_text(text.replace("Fake Processor", EVIL_MACHINE))
    published = project.publish()
    assert published.returncode == 0, published.stdout
    if not (project.html / "asv" / "vendor").exists():
        lacks("asv's page libraries could not be installed: no npm, or no registry")
    return project.html


@contextmanager
def serve(html: Path) -> Iterator[Site]:
    """Serve the pages here, with a browser to open them: the system's, or Playwright's."""
    with page_speed.served(html) as address, sync_playwright() as playwright:
        program = CHROMIUM or playwright.chromium.executable_path
        if not Path(program).exists():
            lacks("Chromium is not installed: apt install chromium, or playwright install chromium")
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield Site(html, address, browser)
        browser.close()


def mark_one_release(folder: Path) -> None:
    """Let 1.4.53 have run without extensions, sampled, and with a style that failed."""
    path = fake_results.path_of(folder, "1.4.53")
    stored, told = (json.loads(file.read_text()) for file in (path, path.with_suffix(".records")))
    styles = [names.style_name(style) for style in stored["results"][PEAK][1][0]]
    place = styles.index("columns") * len(fake_results.SIZES) + len(fake_results.SIZES) - 1
    stored["results"][PEAK][0][place] = None
    told["measured_with"][0]["compiled_extensions"] = []
    for record in told["records"]:
        if record["instrument"] == "resident":
            record["method"] = "sampled"
            if record["style"] == "columns" and record["rows"] == fake_results.SIZES[-1]:
                record["failed"] = "out of memory"
    path.write_text(json.dumps(stored))
    path.with_suffix(".records").write_text(json.dumps(told))


def mebibytes(style: str, release: str, rows: int = 100000, metric: str = "track_peak") -> str:
    value = fake_results.value(TASK, style, rows, metric, release) / 2**20
    return f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"


def switch(page: Page, name: str) -> Locator:
    """A choice of the first screen, by the name that it has in the address."""
    return page.locator(f"#ask [name={name}]")


def row(page: Page, style: str) -> list[str]:
    """A row of the first screen's table: label, bar, figure, since, rows that fit, time."""
    found = page.locator(f'#costs tr[data-style="{style}"]')
    return found.locator("th, td").all_inner_texts()


def copied(page: Page, button: Locator) -> str:
    """What a button puts into the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button.click()
    expect(page.locator("#said")).to_have_text("Copied.")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def picture(page: Page, chart: str = "history") -> str:
    return page.locator(f"#{chart}-chart svg").inner_html()
