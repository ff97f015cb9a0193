"""MariaDB as a server of this suite's own: with the programs that are installed on the machine."""

import functools
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Self

from suite.database import Address
from suite.servers.home import Server
from suite.terminal.errors import UserMistake

PROGRAMS = ("mariadbd", "mysqld")
# Where a system has its servers, and an ordinary user's PATH does not look.
FURTHER_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/libexec")
SOCKET = "mariadb.sock"
USER = "root"

# SQL that makes the system's own tables; in the names of MariaDB 11 and newer, and of older ones.
SQL = ("system_tables.sql", "performance_tables.sql", "system_tables_data.sql")
SPELLINGS = ("mariadb", "mysql")
SQL_BEGINS = b"CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n"

SETTINGS = (
    "--skip-networking",
    "--skip-log-bin",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_bin",
    "--default-time-zone=+00:00",
    "--local-infile=1",
    "--max-allowed-packet=1G",
    # One for each process that measures, and some for commands beside it.
    f"--max-connections={50 + (os.cpu_count() or 1)}",
    "--performance-schema=0",
    "--innodb-buffer-pool-size=256M",
    # Some releases take terabytes of addresses to be able to grow, which a limit may forbid.
    "--loose-innodb-buffer-pool-size-max=256M",
    # Written to the kernel after each transaction: a killed server has lost nothing.
    "--innodb-flush-log-at-trx-commit=2",
    "--log-warnings=1",
)


class MariaDB(Server):
    """The MariaDB of a program."""

    title = "MariaDB"
    ends = ((signal.SIGTERM, 30.0),)

    @classmethod
    def find(cls, notice: Callable[[str], None]) -> Self:
        """That on PATH, or where systems have their servers. Raises UserMistake."""
        folders = os.pathsep.join([os.environ.get("PATH", os.defpath), *FURTHER_FOLDERS])
        for name in PROGRAMS:
            program = shutil.which(name, path=folders)
            # MySQL's server has one of these names as well.
            if program and "MariaDB" in _version_of(program):
                return cls(program)
        raise UserMistake(
            "mariadbd is not on PATH: install MariaDB's server"
            " (Debian, Ubuntu: apt-get install mariadb-server-core)"
        )

    @property
    def name(self) -> str:
        """See `home.Server`."""
        found = re.search(r"(\d+\.\d+)\.\d+-MariaDB", _version_of(self.program))
        return f"mariadb-{found[1] if found else 'unknown'}"

    def make_command(self, data: Path) -> list[str]:
        """What mariadb-install-db does, which is no part of every package and reads no odd path."""
        fast = ("--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite")
        return self._command(data, "--bootstrap", "--max-allowed-packet=8M", *fast)

    def make_input(self) -> bytes:
        """The SQL of the system's own tables. Raises UserMistake."""
        prefix = Path(os.path.realpath(self.program)).parent.parent
        for name in SPELLINGS:
            for share in ("share/mariadb", "share/mysql", "share"):
                paths = [prefix / share / f"{name}_{rest}" for rest in SQL]
                if all(path.is_file() for path in paths):
                    return SQL_BEGINS + b"".join(path.read_bytes() for path in paths)
        raise UserMistake(
            f"{self.program} has no {prefix}/share/mysql/mysql_{SQL[0]}: install MariaDB's server"
            " again (Debian, Ubuntu: apt-get install --reinstall mariadb-server-core)"
        )

    def command(self, data: Path, sockets: Path) -> list[str]:
        """See `home.Server`."""
        files = (f"--socket={sockets / SOCKET}", f"--pid-file={sockets / 'mariadb.pid'}")
        return self._command(data, *files, *SETTINGS)

    def _command(self, data: Path, *options: str) -> list[str]:
        # Nothing of /etc/mysql or the user's own file.
        root = [] if os.geteuid() else ["--user=root"]
        # A server that starts removes what it takes for its own in the folder of temporary files.
        folders = [f"--datadir={data}", f"--tmpdir={data}"]
        return [self.program, "--no-defaults", *root, *folders, *options]

    def address(self, sockets: Path) -> Address:
        """See `home.Server`."""
        return Address(user=USER, socket=str(sockets / SOCKET))

    def answers(self, sockets: Path) -> bool:
        """Whether it greets; it does so once it is ready."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(10.0)
                connection.connect(str(sockets / SOCKET))
                return greets(connection)
        except OSError:
            return False

    @classmethod
    def is_server(cls, arguments: list[str], data: Path) -> bool:
        """See `home.Server`."""
        return f"--datadir={data}" in arguments and any(
            Path(word).name in PROGRAMS for word in arguments
        )


def greets(connection: socket.socket) -> bool:
    """Whether what was just connected to is a server that is ready. Raises OSError."""
    return bool(connection.recv(4096))


@functools.cache
def _version_of(program: str) -> str:
    try:
        return subprocess.run(
            [program, "--no-defaults", "--version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            errors="replace",
            check=False,
        ).stdout
    except OSError:
        return ""
