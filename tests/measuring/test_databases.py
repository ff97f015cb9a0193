"""How measuring processes connect: by every driver, with any password, and with options."""

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import pytest

from benchmarks import databases
from fixtures import cache
from suite.database import Address, named
from suite.measuring import environments
from suite.project import ROOT
from suite.servers import loading, local, packages
from suite.servers import running as needs
from tests.commands.databases import make_cache
from tests.environments import run
from tests.servers import owners
from tests.servers.test_loading import reload_rules
from tests.servers.trial import Trial

pytestmark = pytest.mark.network

# What URLs, SQL, Python and Latin-1 write in another way.
SECRET = "it's 50%/a@b:c?#&=ü€"
OPTION = "it's 50% & a=b/c"
CONNECT = """
import sys
from benchmarks import databases
database = databases.current()
def ask(engine):
    connection = engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute(sys.argv[2])
    print(cursor.fetchall()[0][0])
database.run(ask, database.make_engine([sys.argv[1]]))
"""
# mysqlclient has no wheel for Linux.
NAMES = [
    name
    for name in databases.every_driver()
    if not name.startswith("sqlite") and name != "mariadb+mysqldb"
]


@dataclass(frozen=True)
class Users:
    """A server whose user needs a password."""

    url: str
    address: Address
    schema: str

    def ask(self, name: str, sql: str, release: str = "2.1.9", **options: str) -> str:
        """What a measuring process of a release gets by a driver."""
        environment = environments.for_release(release)
        database = named(f"{name}://{self.url.partition('://')[2]}")
        group = databases.every_driver()[name].group
        found = packages.folder(group, environment.python, environment.interpreter)
        address = replace(self.address, options=options)
        variables = {**needs._variables(database, address), "PYTHONPATH": f"{ROOT}:{found}"}
        done = run(environment.interpreter, "-c", CONNECT, self.schema, sql, variables=variables)
        assert SECRET not in done.stderr
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = make_cache(tmp_path_factory.mktemp("databases"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SQLALCHEMY_ASV_CACHE", str(path))
        yield path


@pytest.fixture(scope="module")
def users(folder: Path) -> Iterator[Callable[[str], Users]]:
    """The server of a dialect, started when it is first asked for."""
    with ExitStack() as stack:
        yield functools.cache(lambda dialect: stack.enter_context(users_of(dialect)))


@contextmanager
def users_of(dialect: str) -> Iterator[Users]:
    path = Path(cache.ensure(1))
    with local.running(dialect) as address:
        trial = Trial(named(dialect), address, path)
        word = SECRET.replace("'", "''")
        if trial.is_postgresql:
            trial.ask(f"CREATE ROLE keeper LOGIN SUPERUSER PASSWORD '{word}'")
            rules = Path(trial.ask("SHOW hba_file")[0][0])
            before = rules.read_text(encoding="utf-8")
            rules.write_text(f"local all keeper scram-sha-256\n{before}", encoding="utf-8")
            reload_rules(trial)
            rest = f"postgres?host={address.socket}"
        else:
            trial.ask(f"GRANT ALL ON *.* TO keeper@localhost IDENTIFIED BY '{word}'")
            rest = f"?unix_socket={address.socket}"
        url = f"{dialect}://keeper:{quote(SECRET, '')}@/{rest}"
        database = named(url)
        assert database.address is not None
        assert database.address.password == SECRET
        loaded = loading.ensure(database, database.address, [path], print)
        yield Users(url, loaded.address, loaded.schemas[path])


@pytest.mark.parametrize("name", NAMES)
def test_every_driver_takes_any_password(users: Callable[[str], Users], name: str) -> None:
    dialect = name.partition("+")[0]
    owners.require(dialect)
    assert users(dialect).ask(name, "SELECT current_user").startswith("keeper")


@pytest.mark.parametrize("release", ["1.3.24", "2.1.9"])
def test_options_of_a_url_reach_the_driver(users: Callable[[str], Users], release: str) -> None:
    asked = users("postgresql").ask
    sql = "SHOW application_name"
    found = asked("postgresql+psycopg2", sql, release, application_name=OPTION)
    assert found == OPTION
