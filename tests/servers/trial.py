"""Servers that tests load fixtures into, and asking them besides the suite."""

import importlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from fixtures import cache, sqlite_file, stores
from fixtures.identity import identity_of
from fixtures.stores import LOADED_BY
from suite.database import Address, Database, named
from suite.servers import loading, local, packages
from tests.fixtures.fixture_files import notices
from tests.servers import owners

ROWS = 1_200
DIALECTS = ("postgresql", "mariadb")
PASSWORD = "S3cret#ü %"


@dataclass(frozen=True)
class Trial:
    """A server of the suite's own, and a fixture file with ROWS rows."""

    database: Database
    address: Address
    path: Path

    @property
    def is_postgresql(self) -> bool:
        return self.database.dialect == "postgresql"

    @property
    def schema(self) -> str:
        return str(stores.schema_name(identity_of(ROWS)))

    @property
    def as_users(self) -> Database:
        """The same server, as one that a user runs."""
        return replace(self.database, address=self.address)

    def ensure(self, path: Path | None = None) -> loading.Loaded:
        return loading.ensure(self.database, self.address, [path or self.path], print)

    def check(self) -> loading.Loaded:
        return loading.check(self.database, self.address, [self.path], print)

    def drop(self) -> tuple[list[str], list[str]]:
        """What was dropped, and what was said."""
        said, notice = notices()
        return loading.drop(self.database, self.address, notice), said

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A cursor of an administrator's, each of whose statements counts at once."""
        folder = packages.folder(LOADED_BY[self.database.dialect])
        with pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(str(folder))
            driver = importlib.import_module(LOADED_BY[self.database.dialect])
        user, socket = self.address.user, self.address.socket
        if self.is_postgresql:
            opened = driver.connect(user=user, host=socket, dbname="postgres")
        else:
            opened = driver.connect(user=user, unix_socket=socket)
        with closing(opened) as connection:
            connection.autocommit = True
            if not self.is_postgresql:
                connection.autocommit_mode = True
                connection.cursor().execute("SET autocommit = 1")
            with connection.cursor() as cursor:
                yield cursor

    def ask(self, *statements: str) -> list[tuple[Any, ...]]:
        """Execute statements one by one, and return the rows of the last one."""
        with self.session() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def rows(self, table: str, where: str = "true") -> int:
        """How many rows a table of the fixture has."""
        return int(self.ask(f"SELECT count(*) FROM {self.schema}.{table} WHERE {where}")[0][0])


@pytest.fixture(scope="session")
def fixture_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fixture with ROWS rows."""
    return Path(cache.ensure_at(str(tmp_path_factory.mktemp("rows") / "fixture.db"), ROWS))


@pytest.fixture(scope="module", params=DIALECTS)
def running(
    request: pytest.FixtureRequest, fixture_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Trial]:
    """A server for the tests of one module."""
    owners.require(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SQLALCHEMY_ASV_CACHE", str(tmp_path_factory.mktemp("cache")))
        with local.running(request.param) as address:
            yield Trial(named(request.param), address, fixture_path)


@pytest.fixture
def trial(running: Trial) -> Trial:
    """The server, without anything of a test before."""
    running.ask(f"DROP SCHEMA IF EXISTS {running.schema}{' CASCADE' * running.is_postgresql}")
    return running


def changed(path: Path, folder: Path, *statements: str, signed: bool = True) -> Path:
    """A changed copy of a fixture file; if ``signed``, it says the digest of its rows."""
    copied = folder / "changed.db"
    shutil.copy(path, copied)
    with closing(sqlite3.connect(copied)) as database, database:
        for statement in statements:
            database.execute(statement)
    if signed:
        digest = sqlite_file.digest_of(str(copied))
        with closing(sqlite3.connect(copied)) as database, database:
            database.execute("UPDATE fixture SET digest = ?", (digest,))
    return copied
