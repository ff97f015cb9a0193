"""What keeps a server running while anybody uses it: a process of its own, not seen by a person.

``python -m suite.servers.keeper DATABASE PROGRAM FOLDER KEEPER STARTING OUTPUT``, of which the last
three are descriptors: two locks that `local` has taken and hands over, and a pipe for a line of
JSON each: {"notice": ...} while it is started, then {"sockets": ...} or {"failed": ...}.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from suite.servers.home import POLL_SECONDS, Home, Lock, Runner, Server, telling
from suite.servers.mariadb import MariaDB
from suite.servers.postgresql import PostgreSQL
from suite.terminal.errors import UserMistake

SERVERS: dict[str, type[Server]] = {"postgresql": PostgreSQL, "mariadb": MariaDB}

MAKE_SECONDS = 300.0
START_SECONDS = 60.0
STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


class _StopError(Exception):
    """The server is to be stopped."""


def main() -> None:
    """Start the server, wait until nobody uses it, and stop it."""
    database, program, folder, *descriptors = sys.argv[1:]
    # So that it is nobody's child, which who has started it would have to wait for.
    if os.fork():
        os._exit(0)
    held, starting, output = map(int, descriptors)
    for number in STOPS:
        signal.signal(number, _stop)
    keeper = _Keeper(SERVERS[database](program), Home(Path(folder)), output)
    try:
        keeper.keep(lambda: os.close(starting))
    except _StopError:
        return
    except UserMistake as mistake:
        keeper.say("failed", mistake.message)
    except OSError as error:
        keeper.say("failed", _unwritable(keeper.home, keeper.server, error))
    finally:
        # Before it gives back `users`, as it does at its end: who gets that starts another.
        os.close(held)


def _unwritable(home: Home, server: Server, error: OSError) -> str:
    return (
        f"{server.title} can't be run in {home.folder}: {error.filename or ''}"
        f" {error.strerror or error}: name another folder with SQLALCHEMY_ASV_CACHE"
    )


def _stop(*unused: object) -> NoReturn:
    _stop_once()
    raise _StopError


def _stop_once() -> None:
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)


class _Keeper:
    def __init__(self, server: Server, home: Home, output: int) -> None:
        self.server, self.home = server, home
        self._output = output

    def say(self, what: str, text: str) -> None:
        """Tell who has started this; who was killed meanwhile hears nothing."""
        with suppress(OSError):
            os.write(self._output, (json.dumps({what: text}) + "\n").encode())

    def keep(self, started: Callable[[], None]) -> None:
        """Returns once the server has ended, by itself or as nobody uses it any more."""
        server, home = self.server, self.home
        home.end_left_over(server)
        runner = server.runner(home.folder)
        self._ensure_data(runner)
        server.before(home.data)
        try:
            sockets = home.make_sockets(runner)
            process = self._start(runner, server.command(home.data, sockets), server.ends[0][0])
            try:
                self._wait_until_ready(process, sockets)
                self.say("sockets", str(sockets))
                os.close(self._output)
                started()
                threading.Thread(target=_wait_for_users, args=[home], daemon=True).start()
                process.wait()
            finally:
                _stop_once()
                self._end(process)
        finally:
            _stop_once()
            home.end_left_over(server)

    def _ensure_data(self, runner: Runner) -> None:
        server, home = self.server, self.home
        if home.has_data(runner):
            return
        self.say("notice", f"making a {server.title} server in {home.folder}")
        new = home.empty_data(runner)
        try:
            self._make(runner, new)
            home.take_data(new)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _make(self, runner: Runner, new: Path) -> None:
        server, folder = self.server, self.home.folder
        given = server.make_input()
        process = self._start(runner, server.make_command(new), signal.SIGKILL, subprocess.PIPE)
        try:
            said = process.communicate(given, MAKE_SECONDS)[0]
        except subprocess.TimeoutExpired as error:
            raise UserMistake(
                f"{server.title}'s data could not be made in {folder} within {MAKE_SECONDS:g} s:"
                " name a folder on a faster disk with SQLALCHEMY_ASV_CACHE"
            ) from error
        finally:
            process.kill()
            process.wait()
        if process.returncode:
            free = shutil.disk_usage(folder).free // 2**20
            raise UserMistake(
                f"{server.title}'s data can't be made in {folder}, which has {free:,} MiB left:"
                f" {telling(said.decode('utf-8', 'replace'))}"
            )

    def _start(
        self, runner: Runner, command: list[str], ends: int, pipe: int | None = None
    ) -> subprocess.Popen[bytes]:
        """A child that gets the signal ``ends`` when this process is killed."""
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        return subprocess.Popen(
            runner.command(*command),
            stdin=pipe or subprocess.DEVNULL,
            stdout=pipe,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={**kept, "LC_ALL": "C", "TZ": "UTC"},
            preexec_fn=_ending_with_this(ends),
            **runner.identity(),
        )

    def _wait_until_ready(self, process: subprocess.Popen[bytes], sockets: Path) -> None:
        server, home = self.server, self.home
        deadline = time.monotonic() + START_SECONDS
        while not server.answers(sockets):
            with suppress(subprocess.TimeoutExpired):
                process.wait(POLL_SECONDS)
                raise UserMistake(
                    f"{server.title} does not start: {home.last_words()}; if this comes again,"
                    f" remove {home.folder}"
                )
            if time.monotonic() > deadline:
                raise UserMistake(
                    f"{server.title} is not ready after {START_SECONDS:g} s:"
                    f" {home.last_words()} (in {home.log})"
                )

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        for number, seconds in self.server.ends:
            process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
                return
        process.kill()
        process.wait()


def _wait_for_users(home: Home) -> None:
    main_thread = threading.main_thread().ident
    assert main_thread is not None
    try:
        # Kept to the end of this process: who comes in between waits until the server has stopped.
        Lock(home.users).take()
    finally:
        signal.pthread_kill(main_thread, signal.SIGTERM)


def _ending_with_this(number: int) -> Callable[[], None] | None:
    """What makes a child end when this process does: prctl(2), on Linux."""
    if not sys.platform.startswith("linux"):
        return None
    library, parent = ctypes.CDLL(None), os.getpid()

    def ask() -> None:
        library.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os._exit(1)

    return ask


if __name__ == "__main__":
    main()
