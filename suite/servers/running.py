"""Everything that measuring a database needs: its driver, a server that answers, and its rows."""

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from benchmarks import databases
from suite.database import SQLITE, Address, Database
from suite.project import ROOT
from suite.servers import loading, local, mariadb, packages, postgresql
from suite.terminal.errors import UserMistake

ANSWER_SECONDS = 10.0
DEFAULT_PORTS = {"postgresql": postgresql.PORT, "mariadb": 3306}
GREETS = {"postgresql": postgresql.greets, "mariadb": mariadb.greets}
# Schemas that a person was told of.
_told_of: set[tuple[str, str]] = set()


@dataclass(frozen=True)
class Ready:
    """What a process needs that measures a database.

    ``packages`` is the folder with its driver, ``variables`` say where it is. ``address`` is None
    where there is no server.
    """

    database: Database = SQLITE
    packages: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    address: Address | None = field(default=None, repr=False)

    def require_server(self) -> None:
        """Raise UserMistake where there is a server that no longer answers."""
        address = self.address
        if address is None:
            return
        dialect, reason = self.database.dialect, "it is starting or ending"
        try:
            with _connected(dialect, address) as connection:
                if GREETS[dialect](connection):
                    return
        except OSError as error:
            reason = str(error.strerror or error)
        raise UserMistake(
            f"the server of {self.database.name} does not answer any more ({reason}): what was"
            " measured is kept; run the same command again to go on"
        )

    def without_secret(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """A record in which no message of a driver repeats the password."""
        secrets = _secrets(self.address) if self.address else ()
        found = dict(record)
        for name in ("failed", "skipped"):
            for secret in secrets if isinstance(found.get(name), str) else ():
                found[name] = found[name].replace(secret, "***")
        return found


@contextmanager
def ready(
    database: Database,
    python: str,
    interpreter: Path,
    paths: Iterable[Path],
    notice: Callable[[str], None],
) -> Iterator[Ready]:
    """Inside, the database can be asked for the fixtures of these files.

    ``python`` ("3.11") and its ``interpreter`` are what the driver is installed for. Raises
    UserMistake.
    """
    if database == SQLITE:
        yield Ready()
        return
    driver = databases.every_driver()[database.driver]
    folder = packages.folder(driver.group, python, interpreter, notice)
    with server(database, notice) as address:
        if address is None:
            yield Ready(database, folder, _variables(database, Address()))
            return
        loaded = loading.ensure(database, address, paths, notice)
        variables = _variables(database, loaded.address, loaded.server)
        found = Ready(database, folder, variables, loaded.address)
        if database.address is not None:
            _tell_of(database, loaded, notice)
            _connect(found, interpreter, next(iter(loaded.schemas.values())))
        yield found


def _connect(found: Ready, interpreter: Path, schema: str) -> None:
    """Raise UserMistake where the driver can't connect: the rows were loaded by another one."""
    ended = subprocess.run(
        [interpreter, "-m", "benchmarks.databases", schema],
        env={**found.variables, "PYTHONPATH": os.pathsep.join([str(ROOT), str(found.packages)])},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        last = " ".join(ended.stderr.strip().splitlines()[-1:])
        why = found.without_secret({"failed": last})["failed"]
        raise UserMistake(
            f"{found.database.name}: its driver can't connect, though the rows could be loaded:"
            f" {why}; correct the options of the URL"
        )


@contextmanager
def server(database: Database, notice: Callable[[str], None]) -> Iterator[Address | None]:
    """Where the server is, which runs inside: the user's own, or one of this suite's.

    None where there is none. Who measures several times holds it around all of them: else it would
    be stopped and started in between. Raises UserMistake.
    """
    if database.address is not None or database.dialect == SQLITE.driver:
        yield database.address
        return
    with local.running(database.dialect, notice) as address:
        yield address


def _tell_of(database: Database, loaded: loading.Loaded, notice: Callable[[str], None]) -> None:
    """Say what is in a user's own server, each schema once in this process."""
    found = {(database.name, schema) for schema in loaded.schemas.values()} - _told_of
    _told_of.update(found)
    if found:
        schemas = " and ".join(sorted(schema for _, schema in found))
        notice(
            f"The data is in {schemas} of {database.name};"
            " scripts/seed --drop with the same --database removes it"
        )


def _variables(database: Database, address: Address, server: str = "") -> dict[str, str]:
    said = {"driver": database.driver, "server": server, **address.as_json()}
    return {databases.VARIABLE: json.dumps(said)}


def _secrets(address: Address) -> list[str]:
    """The password as it is, as URLs have it, and as Python and JSON write it; longest first."""
    password = address.password
    forms = {
        password,
        quote(password),
        quote(password, safe=""),
        quote_plus(password),
        repr(password)[1:-1],
        ascii(password)[1:-1],
        password.encode("utf-8").decode("latin-1"),
        json.dumps(password)[1:-1],
    }
    return sorted(forms - {""}, key=len, reverse=True)


def _connected(dialect: str, address: Address) -> socket.socket:
    """A connection to where the server listens. Raises OSError."""
    port = address.port or DEFAULT_PORTS[dialect]
    if not address.socket:
        return socket.create_connection((address.host or "localhost", port), ANSWER_SECONDS)
    is_folder = dialect == "postgresql"
    path = postgresql.socket_in(address.socket, port) if is_folder else address.socket
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(ANSWER_SECONDS)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection
