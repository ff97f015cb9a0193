"""How much the first screen has to load, whatever the number of releases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.metrics import METRICS
from suite.figures import limits
from suite.figures.identity import Platform
from suite.figures.tasks import tasks
from suite.measuring.results import Figure
from suite.site import page
from tests import fake_results

KILOBYTE = 1000


def figures(releases: list[str]) -> Iterator[Figure]:
    """The last two releases whole, as the page shows no more of them at first; of others a bit."""
    where, whole = Platform("box", "3.11"), releases[-2:]
    for release in releases:
        for task in tasks().values():
            for metric in METRICS:
                for rows in task.sizes(metric.instrument):
                    for style in list(task.styles) if release in whole else list(task.styles)[:1]:
                        value = fake_results.value(task.name, style, rows, metric.name, release)
                        yield Figure(
                            platform=where,
                            release=release,
                            task=task.name,
                            style=style,
                            rows=rows,
                            metric=metric.name,
                            value=value,
                            version="1",
                            samples=(value, value * 1.1, value * 1.2)
                            if metric.unit == "seconds" and release in whole
                            else (),
                        )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    found = figures(fake_results.newest(190))
    page.write(folder, found, [], folder, limits.load())
    return folder


def test_the_page_is_small(folder: Path) -> None:
    size = (folder / "index.html").stat().st_size
    assert 30 * KILOBYTE < size < 130 * KILOBYTE


def test_a_release_is_small(folder: Path) -> None:
    largest = max(path.stat().st_size for path in (folder / "site" / "data").glob("*-r-*.js"))
    assert 30 * KILOBYTE < largest < 80 * KILOBYTE


def test_the_page_asks_for_no_chart_before_one_comes_near(folder: Path) -> None:
    text = (folder / "index.html").read_text()
    assert text.count("<script src=") == 1
    assert '<script src="site/page.js" defer>' in text
    assert "<link rel=" not in text.replace('<link rel="icon"', "")
