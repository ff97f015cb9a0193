"""Every style gives the answer that it gives on SQLite, by every driver but those of MariaDB."""

import re

import pytest

from benchmarks import databases
from suite.project import ROOT
from tests.inside import by_driver


@pytest.mark.network
@pytest.mark.parametrize(("release", "name"), by_driver.asked(of_mariadb=False))
def test_every_style_gives_the_same_answer(release: str, name: str) -> None:
    by_driver.check(release, name)


def test_the_documentation_lists_every_driver_and_its_first_release() -> None:
    document = (ROOT / "docs" / "using" / "databases.md").read_text()
    row = re.compile(r"^\| `([a-z0-9_+]+)` \| [^|]+ \| ([\d.]+|every) \|", re.MULTILINE)
    listed = row.findall(document)
    drivers = databases.every_driver()
    assert listed == [(name, driver.since or "every") for name, driver in drivers.items()]
