"""axe-core, which finds what keeps people from reading a page; a package of the npm registry."""

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from suite.releases import catalogue
from tests.lacking import lacks

PACKAGE = "axe-core@4.14.1"
TIMEOUT_SECONDS = 120


def script() -> str:
    """axe's program; it is fetched once, into the user's cache folder."""
    kept = catalogue.cache_file().with_name(f"{PACKAGE}.js")
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as file:
            file.write(_fetched())
        Path(file.name).replace(kept)
    return kept.read_text(encoding="utf-8")


def _fetched() -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        lacks("Node.js with npm is not on PATH")
    with tempfile.TemporaryDirectory() as folder:
        try:
            ended = subprocess.run(
                [npm, "pack", "--silent", "--fetch-retries=1", PACKAGE],
                cwd=folder,
                env={**os.environ, "NO_UPDATE_NOTIFIER": "1"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            lacks(f"npm took longer than {TIMEOUT_SECONDS} s")
        packed = list(Path(folder).glob("*.tgz"))
        if ended.returncode != 0 or not packed:
            lacks(f"{PACKAGE} could not be fetched: no registry")
        with tarfile.open(fileobj=io.BytesIO(packed[0].read_bytes())) as archive:
            member = archive.extractfile("package/axe.min.js")
            assert member is not None
            return member.read()


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds on a page, by all of its rules, with where it is."""
    page.evaluate(script())
    found: list[dict[str, Any]] = page.evaluate(
        """async () => (await axe.run()).violations.map(({ id, help, nodes }) =>
          ({ id, help, where: nodes.slice(0, 5).map(({ html, failureSummary }) =>
            [html.slice(0, 200), failureSummary]) }))"""
    )
    return found
