"""Styles that write have copies of the data for themselves, of which none is left."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from benchmarks.databases.sqlite import COPIES
from fixtures import cache, seal, sqlite_file, stores
from suite.database import SQLITE, Address, Database, named
from suite.figures.tasks import tasks
from suite.measuring import environments, pool
from suite.measuring.environments import Environment
from suite.measuring.pool import Batch
from suite.measuring.processes import Unit
from suite.measuring.surroundings import Surroundings
from suite.project import ROOT
from suite.servers import loading, local
from suite.servers import running as needs
from tests.commands.databases import make_cache
from tests.environments import run
from tests.servers import owners
from tests.servers.trial import Trial

pytestmark = pytest.mark.network

ROWS = 1000
WARM_UP = tasks()["insert"].warm_up
NAMES = ("sqlite", "postgresql", "mariadb")

# Two styles that no task should have.
MISBEHAVING = f'''
@task.style()
def fails(engine, rows):
    """fails after it has written"""
    core_executemany(engine, rows)
    if rows > {WARM_UP}:
        raise ValueError("as it should")


@task.style()
def hangs(engine, rows):
    """never ends but in the warm-up"""
    import time

    core_executemany(engine, rows)
    time.sleep(0 if rows == {WARM_UP} else 3600)


class Styles'''

# Two units at once: what is written to one copy is not seen in the other.
TWO = """
import json, sys
from contextlib import closing
from benchmarks import databases

ADD = (
    "INSERT INTO email_address"
    " (address, first_name, last_name, company, opens, created_at, subscribed)"
    " VALUES ('%d@new', '', '', '', 0, '2026-01-02 03:04:05', {})"
)

def execute(place, *statements):
    def each(engine):
        with closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)
            found = cursor.fetchall() if cursor.description else None
            connection.commit()
            return found
    return database.run(each, database.make_engine([place]))

database, other = databases.current(), databases.current()
place = database.fixture(int(sys.argv[1]), "mailing")
first, second = database.copy(place, "mailing"), other.copy(place, "mailing")
add = ADD.format(0 if database.driver.name == "sqlite" else "false")
execute(first, add % 1, add % 2)
execute(second, add % 3)
new = "SELECT id FROM email_address WHERE opens = 0 AND first_name = '' ORDER BY id"
print(json.dumps([[row[0] for row in execute(copy, new)] for copy in (first, second, place)]))
database.remove_copies()
other.remove_copies()
"""

COPY = """
import sys
from benchmarks import databases
database = databases.current()
try:
    database.copy(database.fixture(int(sys.argv[1]), "mailing"), "mailing")
except Exception as error:
    print(type(error).__name__, error)
database.remove_copies()
"""


@dataclass(frozen=True)
class Place:
    """A database with a fixture of ROWS rows, and a folder for copies of files."""

    database: Database
    address: Address | None
    folder: Path
    environment: Environment

    @property
    def paths(self) -> list[Path]:
        return [Path(cache.ensure(rows)) for rows in (WARM_UP, ROWS)]

    def measure(
        self, *styles: str, root: Path = ROOT, timeout: float = 600.0
    ) -> dict[str, str | None]:
        """Why each style failed, or None, after all were measured at once."""
        units = tuple(
            Unit("insert", style, ROWS, instrument)
            for style in styles
            for instrument in ("heap", "resident")
        )
        variables = {COPIES: str(self.folder)}
        batch = Batch(self.environment, units, self.database, root, variables, timeout)
        return {outcome.unit.style: outcome.failed for outcome in pool.measure(batch)}

    def program(self, text: str, address: Address | None = None) -> str:
        """What a program prints that connects as a measuring process does."""
        environment = self.environment
        with needs.ready(
            self.database, environment.python, environment.interpreter, self.paths, print
        ) as ready:
            variables = dict(ready.variables)
            if address is not None:
                variables = dict(needs._variables(self.database, address))
            found = f"{ROOT}:{ready.packages}" if ready.packages else str(ROOT)
            variables |= {"PYTHONPATH": found, COPIES: str(self.folder)}
            done = run(environment.interpreter, "-c", text, str(ROWS), variables=variables)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def require_unchanged(self) -> None:
        """Fail where a row of the shared fixture is another than it was."""
        if self.address is not None:
            loading.check(self.database, self.address, self.paths, print)
        for path in self.paths:
            assert seal.fits(str(path))
            assert sqlite_file.digest_of(str(path)) == sqlite_file.describe(str(path)).digest

    def copies(self) -> list[str]:
        """The names of all copies that are there now."""
        if self.address is None:
            return sorted(path.name for path in self.folder.iterdir())
        trial = Trial(self.database, self.address, self.paths[0])
        query = "SELECT schema_name FROM information_schema.schemata"
        return sorted(name for (name,) in trial.ask(query) if stores.is_copy(name))


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Place]]:
    """The databases, with servers of their own that are started when they are asked for."""
    servers: dict[str, Address | None] = {"sqlite": None}
    environment = environments.for_release("2.1.9")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        folder = make_cache(tmp_path_factory.mktemp("cache"))
        patch.setenv("SQLALCHEMY_ASV_CACHE", str(folder))

        def place(name: str) -> Place:
            if name not in servers:
                owners.require(name)
                servers[name] = stack.enter_context(local.running(name))
            copies = tmp_path_factory.mktemp("copies")
            database = SQLITE if name == "sqlite" else named(name)
            return Place(database, servers[name], copies, environment)

        yield place


@pytest.fixture(params=NAMES)
def place(request: pytest.FixtureRequest, places: Callable[[str], Place]) -> Place:
    return places(request.param)


@pytest.fixture
def misbehaving(tmp_path: Path) -> Path:
    """The folder of a suite with styles that fail and never end."""
    for folder in ("benchmarks", "fixtures"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    source = tmp_path / "benchmarks" / "tasks" / "insert.py"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("\nclass Styles", MISBEHAVING), encoding="utf-8")
    return tmp_path


def test_the_fixture_is_not_written_and_no_copy_is_left(place: Place) -> None:
    styles = ("add_all", "core_executemany", "from_select")
    assert place.measure(*styles) == dict.fromkeys(styles)
    place.require_unchanged()
    assert place.copies() == []


def test_a_style_that_fails_leaves_no_copy(place: Place, misbehaving: Path) -> None:
    assert place.measure("fails", root=misbehaving) == {"fails": "ValueError: as it should"}
    place.require_unchanged()
    assert place.copies() == []


def test_one_that_is_killed_leaves_what_is_found_by_its_name(
    place: Place, misbehaving: Path
) -> None:
    failed = place.measure("hangs", root=misbehaving, timeout=10)
    assert failed == {"hangs": "timed out after 10 s"}
    place.require_unchanged()
    assert len(place.copies()) == 4
    if place.address is not None:
        assert not any(map(stores.is_left_over, place.copies()))
        left = set(place.copies())
        assert left <= set(loading.drop(place.database, place.address, print))
        assert place.copies() == []


def test_two_at_once_write_into_copies_of_their_own(place: Place) -> None:
    first, second, shared = json.loads(place.program(TWO))
    assert (len(first), len(second), shared) == (2, 1, [])
    # The ids are the database's, and none that the fixture has.
    assert min(first) == min(second) > ROWS + ROWS // 4
    assert place.copies() == []


def test_copies_of_files_lie_in_the_folder_that_ends_with_the_batch(places: object) -> None:
    environment = environments.for_release("2.1.9")
    with Surroundings(environment.folder, ROOT) as surrounded:
        folder = Path(surrounded.variables[COPIES])
        assert folder == surrounded.folder
        (folder / "copy-left-over.db").write_bytes(b"left over")
    assert not folder.exists()


@pytest.mark.parametrize("name", ["postgresql", "mariadb"])
def test_a_user_who_may_only_read_is_told_what_is_lacking(
    places: Callable[[str], Place], name: str
) -> None:
    place = places(name)
    assert place.address is not None
    trial = Trial(place.database, place.address, place.paths[1])
    with needs.server(place.database, print):
        loading.ensure(place.database, place.address, place.paths, print)
    fixtures = [stores.schema_name(sqlite_file.describe(str(p)).identity) for p in place.paths]
    if trial.is_postgresql:
        trial.ask("CREATE ROLE reader LOGIN")
        for schema in fixtures:
            trial.ask(f"GRANT USAGE ON SCHEMA {schema} TO reader")
            trial.ask(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader")
    else:
        trial.ask("CREATE USER reader@localhost")
        for schema in fixtures:
            trial.ask(f"GRANT SELECT ON {schema}.* TO reader@localhost")
    said = place.program(COPY, replace(place.address, user="reader", database="postgres"))
    assert said.startswith("FixtureError no copy of the data can be made for a style that writes (")
    assert "denied" in said
    assert ("GRANT CREATE ON DATABASE" if trial.is_postgresql else "GRANT ALL ON `sqlal") in said
    assert "\n" not in said
    assert place.copies() == []
