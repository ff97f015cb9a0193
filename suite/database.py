"""The database that is asked: its name in results, its driver, and where its server is."""

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from suite.terminal.errors import UserMistake


@dataclass(frozen=True)
class Address:
    """How a server is reached. A path or host and port; ``socket`` is PostgreSQL's folder of
    sockets, or MariaDB's socket itself.

    ``database`` is the one to connect to; ``options`` are those of a URL's query, for the driver.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: int | None = None
    socket: str = ""
    database: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For a process that connects; holds the password."""
        return asdict(self)


@dataclass(frozen=True)
class Database:
    """Which database, by which driver.

    ``name`` is what results and pages call it: "sqlite", "postgresql+asyncpg", or with the host of
    a user's own server "postgresql+asyncpg@db.example.com". ``driver`` is the key of a
    benchmarks.databases driver. ``address`` is that of a user's own server; None where this suite
    starts one, or none is needed. ``text`` is what `named` was given, with a URL's password.
    """

    name: str
    driver: str
    address: Address | None = field(default=None, repr=False)
    text: str = field(default="", repr=False, compare=False)

    @property
    def dialect(self) -> str:
        """The database without its driver: "sqlite", "postgresql" or "mariadb"."""
        return self.driver.partition("+")[0]


SQLITE = Database("sqlite", "sqlite")

# Which one `asv run` measures: a name or URL.
VARIABLE = "SQLALCHEMY_ASV_DATABASE"
# What is named without a driver, and what people call the same.
ALIASES = {"postgres": "postgresql", "mysql": "mariadb"}
# Parts of a URL's query that say where a socket is: of PostgreSQL its folder, of MariaDB itself.
SOCKETS = ("host", "unix_socket", "unix_sock")
EXAMPLE = "postgresql+psycopg2://USER:PASSWORD@HOST:PORT/NAME"


def named(text: str) -> Database:
    """The database of a name ("postgresql", "postgresql+asyncpg") or of a URL of SQLAlchemy's.

    A name without a driver means the first of benchmarks.databases. Raises UserMistake, which
    repeats nothing of a URL but its beginning.
    """
    if "://" not in text:
        driver = _driver(text)
        return Database(driver, driver, text=driver)
    words = text.partition("://")[0]
    driver = _driver(words)
    if driver.startswith("sqlite"):
        raise UserMistake(f"--database: SQLite's data is a file of the cache: write {driver}")
    address = _address(text, driver)
    return Database(f"{driver}@{_where(address)}", driver, address, text)


def _driver(text: str) -> str:
    """The key of a driver. Raises UserMistake."""
    from benchmarks import databases

    word, plus, own = text.strip().lower().partition("+")
    database = ALIASES.get(word, word)
    if database in databases.NAMES:
        drivers = list(databases.drivers(database))
        if not plus:
            return str(drivers[0])
        if (name := f"{database}+{own}") in drivers:
            return name
    else:
        drivers = list(databases.every_driver())
    shown = text[:60] if re.fullmatch(r"[\w+.-]*", text[:60]) else "what is named"
    close = difflib.get_close_matches(f"{database}{plus}{own}", drivers, n=1)
    known = f'; did you mean "{close[0]}"?' if close else f": {', '.join(drivers)}"
    raise UserMistake(f"--database: {shown} is no database and driver{known}")


def _address(text: str, driver: str) -> Address:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
        if "@" in (url.host or ""):
            raise ValueError("a part of the password")
    except (ArgumentError, ValueError):
        raise UserMistake(
            f"--database: the URL that begins with {driver} can't be read: write it as {EXAMPLE},"
            " with %40 for an @ within a password"
        ) from None
    options = {name: value for name, value in url.query.items() if isinstance(value, str)}
    # libpq takes it there too.
    in_query = options.pop("password", "")
    socket = next((options.pop(name) for name in SOCKETS if name in options), "")
    host = "" if socket else url.host or ""
    if socket and not socket.startswith("/"):
        host, socket = socket, ""
    port = options.pop("port", "")
    return Address(
        url.username or "",
        str(url.password or "") or in_query,
        host,
        int(port) if port.isdecimal() else url.port,
        socket,
        url.database or "",
        options,
    )


def _where(address: Address) -> str:
    """What tells a server from others in a name; of a socket, its path in short."""
    if address.socket:
        return f"socket-{hashlib.sha256(address.socket.encode()).hexdigest()[:8]}"
    host = re.sub(r"[^a-z0-9.-]+", "_", (address.host or "localhost").lower())
    return f"{host}:{address.port}" if address.port else host
