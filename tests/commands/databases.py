"""Commands that measure a server, in a folder and a cache of their own, and are ended meanwhile."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fixtures import cache, stores
from fixtures.identity import identity_of
from suite.database import VARIABLE, named
from suite.measuring import store
from suite.measuring.processes import Unit
from suite.project import ROOT
from suite.servers import loading, local
from tests.environments import run
from tests.scratch_project import ScratchProject
from tests.servers import owners
from tests.servers.owners import Running, wait_until
from tests.servers.trial import Trial

OLD, NEW = "2.1.8", "2.1.9"
TASK, STYLE = "bounced_addresses", "core_iterated"
FEW, MANY = 1000, 10000
# What is measured at these sizes, and no growth.
METRICS = ("--metric", "heap", "--metric", "net peak")
SIZES = ("--rows", str(FEW), "--rows", str(MANY))
WORDS = (OLD, NEW, "--style", f"{TASK}.{STYLE}", *SIZES, *METRICS)


def make_cache(folder: Path) -> Path:
    """A cache folder with servers and fixtures of its own, and the user's environments."""
    owners.share_packages(folder)
    environments = Path(owners.USERS_CACHE) / "environments"
    environments.mkdir(exist_ok=True)
    (folder / "environments").symlink_to(environments)
    return folder


@dataclass(frozen=True)
class Measured(ScratchProject):
    """A project whose commands measure a database."""

    database: str

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.folder / "home"),
            VARIABLE: self.database,
        }

    def command(self, module: str, *words: str) -> list[str]:
        where = [] if module == "seed" else ["--config", str(self.configuration)]
        return [sys.executable, "-m", f"suite.commands.{module}", *where, *words]

    def run(self, module: str, *words: str) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return run(*self.command(module, *words), variables=self.environment())

    @contextmanager
    def started(self, module: str, *words: str) -> Iterator[subprocess.Popen[str]]:
        """A command beside the test, as the leader of a group of processes; killed afterwards."""
        with subprocess.Popen(
            self.command(module, *words),
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def journals(self) -> list[Path]:
        """What is written while a release is measured, once it has all figures of few rows."""
        paths = self.results.glob("*/*.run")
        # The first line names the place, and each of the two instruments writes one.
        return [path for path in paths if path.read_text(encoding="utf-8").count("\n") == 3]

    def stored(self) -> dict[tuple[str, Unit], Mapping[str, object]]:
        """What is stored, by the file's name and what was measured."""
        return {
            (path.stem, unit): record
            for path in self.results.glob("*/*.records")
            for unit, record in store.load_records(path).items()
        }


def create(folder: Path, database: str = "postgresql") -> Measured:
    project = Measured(folder, database)
    project.write_configuration()
    (folder / "home").mkdir()
    return project


@contextmanager
def served(database: str) -> Iterator[Trial]:
    """A server of the suite's own, with the rows that are measured, kept running inside."""
    paths = [Path(cache.ensure(rows)) for rows in (1, FEW, MANY)]
    with local.running(database) as address:
        loading.ensure(named(database), address, paths, print)
        yield Trial(named(database), address, paths[-1])


@contextmanager
def held_up(
    project: Measured, module: str = "check_upgrade", words: tuple[str, ...] = WORDS
) -> Iterator[tuple[subprocess.Popen[str], Running]]:
    """A command that has the figures of few rows, and waits for those of many in vain.

    Comes with its server, which nobody else uses.
    """
    table = f"{stores.schema_name(identity_of(MANY))}.email_address"
    with ExitStack() as stack:
        with served(project.database) as trial:
            cursor = stack.enter_context(trial.session())
            if trial.is_postgresql:
                cursor.execute("BEGIN")
                cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            else:
                cursor.execute(f"LOCK TABLES {table} WRITE")
            process = stack.enter_context(project.started(module, *words))
            wait_until(lambda: bool(project.journals()) or process.poll() is not None)
            assert process.poll() is None, process.communicate()
            server = Running(project.database, Path(cache.folder()))
        yield process, server
