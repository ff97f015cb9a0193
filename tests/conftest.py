"""What all tests share."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures import cache
from tests.fixtures.fixture_files import ROWS
from tests.package_index import CLOSED_PORT, Index, serve
from tests.site import browser_site
from tests.site.browser_site import Site

# A shell starts what runs in its background with SIGINT ignored, and children inherit that: tests
# that send Ctrl-C to a command would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


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
