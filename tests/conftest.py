"""What all tests share."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from asv.machine import MachineCollection

from fixtures import cache
from tests.fixtures.fixture_files import ROWS
from tests.package_index import CLOSED_PORT, Index, serve
from tests.site import browser_site
from tests.site.browser_site import Site

# A shell starts what runs in its background with SIGINT ignored, and nohup with SIGHUP; children
# inherit that, and tests that send such a signal to a command would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
for number in (signal.SIGHUP, signal.SIGTERM):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)

# Tables are as wide as the terminal, whoever runs the tests.
os.environ["COLUMNS"] = "140"


@pytest.fixture(scope="session", autouse=True)
def users_machines_untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """asv's file of machines is another than the user's, but where a test names a home."""
    path_now = MachineCollection.get_machine_file_path
    users, ours = path_now(), str(tmp_path_factory.mktemp("machines") / ".asv-machine.json")

    def path() -> str:
        return ours if path_now() == users else str(path_now())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MachineCollection, "get_machine_file_path", staticmethod(path))
        yield


@pytest.fixture
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of this test alone; it is not there yet."""
    path = tmp_path / "cache"
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(path))
    return path


@pytest.fixture
def built(cache_folder: Path) -> Path:
    """A fixture with ROWS rows, in this test's cache."""
    return Path(cache.ensure(ROWS))


@pytest.fixture
def offline(cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No index is reachable, and no release was looked up; where those would be kept."""
    monkeypatch.setenv("PIP_INDEX_URL", CLOSED_PORT)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return cache_folder / "releases.json"


@pytest.fixture
def index(offline: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """An index that the installer is configured for."""
    with serve() as served:
        monkeypatch.setenv("PIP_INDEX_URL", served.url)
        yield served


@pytest.fixture(scope="session")
def published_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the pages that all browser tests look at."""
    return browser_site.publish(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def served(published_pages: Path) -> Iterator[Site]:
    """The pages behind an address, with a browser for the tests of one module."""
    with browser_site.serve(published_pages) as opened:
        yield opened


@pytest.fixture
def site(served: Site) -> Iterator[Site]:
    """The site; afterwards, no page may have erred, or asked another host for anything."""
    served.trouble.clear()
    yield served
    for context in served.browser.contexts:
        for page in context.pages:
            assert not page.evaluate("Boolean(window.harmed)"), "content from results was executed"
        context.close()
    assert served.trouble == []
