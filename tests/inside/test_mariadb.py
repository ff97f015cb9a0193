"""Every style gives the answer that it gives on SQLite, by every driver of MariaDB.

Apart from the others, so that they run beside each other.
"""

import pytest

from tests.inside import by_driver


@pytest.mark.network
@pytest.mark.parametrize(("release", "name"), by_driver.asked(of_mariadb=True))
def test_every_style_gives_the_same_answer(release: str, name: str) -> None:
    by_driver.check(release, name)
