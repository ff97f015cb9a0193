"""Whether every style gives the answer that it gives on SQLite, by a driver of a database."""

import json
import os
from typing import Any

from benchmarks import databases, registry
from suite import database
from suite.measuring import environments
from suite.project import ROOT
from suite.servers import running
from tests.environments import run
from tests.inside import answers
from tests.inside.test_styles import NEEDS_ASYNC, NO_SERVER, reason_to_skip
from tests.inside.truth import built, truth
from tests.servers import owners

# mysqlclient has no wheel for Linux.
DRIVERS = [name for name in databases.every_driver() if name not in ("sqlite", "mariadb+mysqldb")]
BY_SQLITE = (None, NEEDS_ASYNC, NO_SERVER)
# What speaks to every release, on older ones too.
OLDER = [
    ("1.3.24", "postgresql+psycopg2"),
    ("1.3.24", "mariadb+pymysql"),
    ("1.4.54", "postgresql+psycopg2"),
    ("1.4.54", "postgresql+asyncpg"),
    ("1.4.54", "mariadb+pymysql"),
    ("1.4.54", "mariadb+asyncmy"),
    ("2.0.58", "postgresql+psycopg"),
]


def asked(of_mariadb: bool) -> list[tuple[str, str]]:
    """Releases and drivers to try: those of MariaDB, or all others."""
    every = [*(("2.1.9", name) for name in DRIVERS), *OLDER]
    return [each for each in every if each[1].startswith("mariadb") is of_mariadb]


def check(release: str, name: str) -> None:
    """Fail where a style's answer is another."""
    if not name.startswith("sqlite"):
        owners.require(name.partition("+")[0])
    driver = databases.every_driver()[name]
    given = _answers(release, name)
    expected = truth()
    assert list(given) == list(expected)
    for task, by_style in given.items():
        styles = registry.load(task).styles
        assert list(by_style) == list(styles)
        for style, answer in by_style.items():
            reason = _reason_to_skip(styles[style], release, driver)
            if reason is None:
                assert answer == answers.described(expected[task]), f"{task}, {style}: {answer}"
            else:
                assert reason in answer["skipped"]


def _answers(release: str, name: str) -> dict[str, Any]:
    environment = environments.for_release(release)
    paths = built().values()
    with running.ready(
        database.named(name), environment.python, environment.interpreter, paths, print
    ) as ready:
        path = os.pathsep.join([str(ROOT), str(ready.packages)])
        ended = run(
            environment.interpreter,
            *("-m", "tests.inside.answers"),
            variables={**ready.variables, "PYTHONPATH": path},
        )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def _reason_to_skip(style: Any, release: str, driver: Any) -> str | None:
    if (of_the_release := reason_to_skip(style, release)) not in BY_SQLITE:
        return of_the_release
    if style.nested and not driver.nests:
        return "can't ask again"
    if style.name == "server_cursor":
        by_sql = driver.name.startswith("postgresql")
        can = by_sql or driver.group in ("pymysql", "mysqldb", "mysqlconnector")
        return None if can else "has no"
    if style.name == "engines_not_disposed":
        return "leaves more connections open"
    return NEEDS_ASYNC if style.is_async and not driver.is_async else None
