"""Everything that measuring a database needs: its driver, a server that answers, and its rows."""

import json
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from benchmarks import databases
from suite.database import SQLITE, Address, Database
from suite.servers import loading, local, packages
from suite.terminal.errors import UserMistake

ANSWER_SECONDS = 10.0
DEFAULT_PORTS = {"postgresql": 5432, "mariadb": 3306}


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
        try:
            with _connected(self.database.dialect, address):
                return
        except OSError as error:
            raise UserMistake(
                f"the server of {self.database.name} does not answer any more"
                f" ({error.strerror or error}): what was measured is kept;"
                " run the same command again to go on"
            ) from error

    def without_secret(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """A record in which no message of a driver repeats the password."""
        password = self.address.password if self.address else ""
        forms = {form for form in (password, quote(password), quote_plus(password)) if form}
        found = dict(record)
        for name in ("failed", "skipped"):
            for form in forms if isinstance(found.get(name), str) else ():
                found[name] = found[name].replace(form, "***")
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
    folder = packages.folder(driver.package, python, interpreter, notice)
    with server(database, notice) as address:
        if address is None:
            yield Ready(database, folder, _variables(database, Address()))
            return
        loaded = loading.ensure(database, address, paths, notice)
        variables = _variables(database, loaded.address, loaded.server)
        yield Ready(database, folder, variables, loaded.address)


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


def _variables(database: Database, address: Address, server: str = "") -> dict[str, str]:
    said = {"driver": database.driver, "server": server, **address.as_json()}
    return {databases.VARIABLE: json.dumps(said)}


def _connected(dialect: str, address: Address) -> socket.socket:
    """A connection to where the server listens. Raises OSError."""
    port = address.port or DEFAULT_PORTS[dialect]
    if not address.socket:
        return socket.create_connection((address.host or "localhost", port), ANSWER_SECONDS)
    path = f"{address.socket}/.s.PGSQL.{port}" if dialect == "postgresql" else address.socket
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(ANSWER_SECONDS)
    connection.connect(path)
    return connection
