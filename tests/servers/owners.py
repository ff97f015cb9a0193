"""Processes that use a server of the suite's own, for tests that end them."""

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import pytest

from fixtures import cache
from suite.project import ROOT
from suite.servers import home, mariadb, packages
from suite.servers.home import Home, Server
from suite.servers.keeper import SERVERS
from suite.servers.postgresql import BINARIES, GROUP
from suite.terminal.errors import UserMistake
from tests.lacking import lacks

LIMIT = 120.0
# What is installed stays in the user's cache, whichever one a test is given.
USERS_CACHE = cache.folder()

OWNER = """
import sys
from suite.servers import local
from suite.terminal import interruption
from suite.terminal.errors import UserMistake

try:
    with interruption.raised(), local.running(sys.argv[1], lambda line: None) as address:
        print(address.socket, flush=True)
        sys.stdin.read()
except UserMistake as mistake:
    print("mistake:", mistake.message, flush=True)
"""
ASK_MARIADB = """
import sys, pymysql
with pymysql.connect(unix_socket=sys.argv[1], user="root", autocommit=True) as connection:
    with connection.cursor() as cursor:
        cursor.execute(sys.argv[2])
        for row in cursor.fetchall():
            print(*row)
"""


def require(database: str) -> type[Server]:
    """What the server is; skips the test where this machine lacks it."""
    if database == "mariadb":
        try:
            mariadb.MariaDB.find(print)
        except UserMistake as mistake:
            lacks(mistake.message)
    return SERVERS[database]


def share_packages(folder: Path, link: bool = True) -> None:
    """Let the cache ``folder`` have PostgreSQL's programs without installing them again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SQLALCHEMY_ASV_CACHE", USERS_CACHE)
        found = packages.folder(GROUP, notice=print)
    folder.mkdir(parents=True, exist_ok=True)
    if link:
        (folder / "packages").symlink_to(found.parent)
    else:
        shutil.copytree(found, folder / "packages" / found.name, copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)


def home_of(database: str, folder: Path) -> Home:
    """Where the server is in the cache ``folder``."""
    return Home(folder / "servers" / SERVERS[database].find(print).name)


class Owner:
    """A process that uses a server until it is told to end."""

    def __init__(
        self,
        database: str,
        folder: Path,
        variables: Mapping[str, str] | None = None,
        prefix: tuple[str, ...] = (),
    ) -> None:
        self.database, self.folder = database, folder
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-c", OWNER, database],
            cwd="/",
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "SQLALCHEMY_ASV_CACHE": str(folder),
                **(variables or {}),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.said = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.process.kill()
        self.process.communicate()

    def ready(self) -> str:
        """The address of its server, or why there is none."""
        assert self.process.stdout is not None
        self.said = self.said or self.process.stdout.readline().strip()
        return self.said

    def end(self) -> None:
        """Let it end normally."""
        self.process.communicate(timeout=LIMIT)


class Running:
    """The processes of a server that runs, and its keeper."""

    def __init__(self, database: str, folder: Path) -> None:
        self.home = home_of(database, folder)
        self.server, self.keeper = server_and_keeper(database, self.home)
        sockets = self.home.sockets()
        assert sockets is not None
        self.sockets = sockets
        helpers = processes(SERVERS[database].is_helper, self.home)
        self._watched: dict[int, int] = {}
        for pid in (self.server, self.keeper, *helpers):
            # One that served a single connection may have ended already.
            with suppress(ProcessLookupError):
                self._watched[pid] = os.pidfd_open(pid)
        self.helpers = [pid for pid in helpers if pid in self._watched]

    def require_gone(self, *pids: int) -> None:
        """Wait until these processes are gone, or all; fail where one is not."""
        for pid in pids or list(self._watched):
            gone = select.select([self._watched[pid]], [], [], LIMIT)[0]
            assert gone, Path(f"/proc/{pid}/cmdline").read_bytes()

    def require_nothing_left(self) -> None:
        """Wait until it is stopped; fail where it leaves anything."""
        self.require_gone()
        assert not self.sockets.exists()
        assert not self.home.state.exists()


def processes(of_it: Callable[[list[str], Path], bool], where: Home) -> list[int]:
    return home._processes(of_it, where.data)


def server_and_keeper(database: str, where: Home) -> tuple[int, int]:
    # One that the server is just starting has its command line for a moment.
    found = {pid: _parent(pid) for pid in processes(SERVERS[database].is_server, where)}
    ((server, keeper),) = [pair for pair in found.items() if pair[1] not in found]
    return server, keeper


def _parent(pid: int) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        return int(status.rpartition(")")[2].split()[1])
    return pid  # it has ended


def ask(database: str, sockets: str, sql: str) -> list[str]:
    """The lines that a statement gives."""
    if database == "postgresql":
        psql = packages.folder(GROUP) / BINARIES / "psql"
        asked = [str(psql), "-h", sockets, "-U", "postgres", "-qAtX", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run([*asked, "-c", sql], capture_output=True, text=True, check=False)
    else:
        drivers = {**os.environ, "PYTHONPATH": str(packages.folder("pymysql"))}
        asked = [sys.executable, "-c", ASK_MARIADB, sockets, sql]
        done = subprocess.run(asked, env=drivers, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """A process that does nothing inside, not even end."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def wait_until(true: Callable[[], bool]) -> None:
    """For what the kernel tells nobody."""
    deadline = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def modes(path: Path) -> dict[Path, int]:
    """Who may do what with the folders on the way to ``path``."""
    return {folder: folder.stat().st_mode for folder in (path, *path.parents)}
