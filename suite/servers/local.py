"""Servers of this suite's own: started when needed, shared by what runs at the same time, stopped.

Who uses a server holds a lock that the kernel gives back whatever ends the process; when nobody
does any more, its keeper stops it. A keeper that was killed takes the server with it; what is left
all the same, `stop_left_over` ends.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from fixtures import cache
from suite.database import Address
from suite.servers.home import POLL_SECONDS, STATE, Home, Lock, Server
from suite.terminal.errors import UserMistake

ROOT = Path(__file__).resolve().parents[2]
ANSWER_SECONDS = 60.0
# Who waits for longer is told.
WORTH_A_LINE = 2.0


def _tell(line: str) -> None:
    click.echo(f"sqlalchemy-asv: {line}", err=True)


@contextmanager
def running(dialect: str, notice: Callable[[str], None] = _tell) -> Iterator[Address]:
    """Inside, a server of "postgresql" or "mariadb" runs, which others may use as well.

    ``notice(line)`` is called where something is worth a line. Raises UserMistake.
    """
    from suite.servers.keeper import SERVERS

    server = SERVERS[dialect].find(notice)
    home = Home(_folder() / server.name)
    with _foreseen(home):
        home.folder.mkdir(parents=True, exist_ok=True)
        users = Lock(home.users)
    with users:
        try:
            with _foreseen(home):
                address = _Door(server, home, notice).enter(users)
            yield address
        finally:
            users.give_back()


def stop_left_over() -> None:
    """End servers whose keepers were killed; what can't be ended is left to `running`.

    Takes no time where there was no server.
    """
    states = list(_folder().glob(f"*/{STATE}"))
    if not states:
        return
    from suite.servers.keeper import SERVERS

    for path in states:
        server = SERVERS.get(path.parent.name.partition("-")[0])
        home = Home(path.parent)
        with suppress(OSError), Lock(home.starting) as starting, Lock(home.keeper) as keeper:
            if server and starting.try_take() and keeper.try_take():
                home.end_left_over(server)


def _folder() -> Path:
    # One name for it: what is left over is told by its command line.
    return Path(cache.folder()).resolve() / "servers"


@contextmanager
def _foreseen(home: Home) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserMistake(
            f"no server can be kept in {home.folder}: {error.strerror or error}:"
            " name another folder with SQLALCHEMY_ASV_CACHE"
        ) from error


class _Door:
    """Lets one in who wants to use a server."""

    def __init__(self, server: Server, home: Home, notice: Callable[[str], None]) -> None:
        self._server, self._home, self._notice = server, home, notice

    def enter(self, users: Lock) -> Address:
        """Where the server is, which is kept for who holds ``users``. Raises UserMistake."""
        server, home = self._server, self._home
        with Lock(home.starting) as starting:
            if not starting.take_within(WORTH_A_LINE):
                self._notice(f"waiting for another process that is starting {server.title}")
                starting.take()
            users.share()
            deadline = time.monotonic() + ANSWER_SECONDS
            while True:
                with Lock(home.keeper) as keeper:
                    if keeper.try_take():
                        return server.address(self._start(keeper, starting))
                sockets = home.sockets()
                if sockets and server.answers(sockets):
                    return server.address(sockets)
                # It is about to end, or comes back after one of its processes was killed.
                if time.monotonic() > deadline:
                    raise UserMistake(
                        f"the {server.title} of {home.folder} does not answer this process: end"
                        " what uses it, or name another folder with SQLALCHEMY_ASV_CACHE"
                    )
                time.sleep(POLL_SECONDS)

    def _start(self, keeper: Lock, starting: Lock) -> Path:
        """Start a keeper, which takes over both locks, and wait until its server is ready."""
        home = self._home
        reads, says = os.pipe()
        with os.fdopen(reads, encoding="utf-8") as heard:
            try:
                self._start_keeper(keeper.descriptor, starting.descriptor, says)
            finally:
                os.close(says)
            for line in heard:
                said = json.loads(line)
                if "notice" in said:
                    self._notice(said["notice"])
                elif "failed" in said:
                    raise UserMistake(said["failed"])
                else:
                    return Path(said["sockets"])
        raise UserMistake(
            f"{self._server.title} was not started, as the process that keeps it was killed: run"
            f" the same command again; the last that is known: {home.last_words()} ({home.log})"
        )

    def _start_keeper(self, *passed: int) -> None:
        home, server = self._home, self._server
        which = (home.folder.name.partition("-")[0], server.program, str(home.folder))
        module = [sys.executable, "-m", "suite.servers.keeper"]
        path = os.environ.get("PYTHONPATH")
        log = os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        try:
            subprocess.run(
                [*module, *which, *map(str, passed)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep + path if path else ''}"},
                pass_fds=passed,
                start_new_session=True,
                check=False,
            )
        finally:
            os.close(log)
