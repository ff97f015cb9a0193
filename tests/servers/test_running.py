"""What measuring a database needs: a server that answers, told of once; and no secret."""

import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from suite.database import Address, Database, named
from suite.servers import running as needs
from suite.servers.running import Ready
from suite.terminal.errors import UserMistake
from tests.fixtures.fixture_files import notices
from tests.servers.trial import ROWS, Trial, fixture_path, running, trial

__all__ = ["fixture_path", "running", "trial"]

POSTGRESQL, MARIADB = named("postgresql"), named("mariadb")
# A quote, a backslash, what URLs write in another way, and no ASCII.
SECRET = "it's \\ 50%/a@b:ü"


def gone(database: Database, address: Address) -> str:
    with pytest.raises(UserMistake) as raised:
        Ready(database, address=address).require_server()
    said = raised.value.message
    assert "\n" not in said
    assert SECRET not in said
    return said


READY = {"postgresql": b"R\0\0\0\x08\0\0\0\0", "mariadb": b"\x0a10.11.14-MariaDB\0"}
ENDING = {"postgresql": b"E\0\0\0\x20SFATAL\0C57P03\0Mthe ...\0\0", "mariadb": b""}


@contextmanager
def answering(listening: socket.socket, words: bytes) -> Iterator[None]:
    """What listens says this to one who connects."""

    def answer() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(words)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1024):
                continue

    thread = threading.Thread(target=answer)
    thread.start()
    yield
    thread.join()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One whose path is short enough for a socket's."""
    return tmp_path_factory.mktemp("s")


def test_sqlite_has_no_server_to_lose() -> None:
    Ready().require_server()


@pytest.mark.parametrize("database", [POSTGRESQL, MARIADB], ids=lambda database: database.dialect)
def test_a_server_that_is_killed_or_ends_is_told(database: Database, folder: Path) -> None:
    is_postgresql = database is POSTGRESQL
    path = folder / (".s.PGSQL.5432" if is_postgresql else "m.sock")
    address = Address("me", SECRET, socket=str(folder if is_postgresql else path))
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        with answering(listening, READY[database.dialect]):
            Ready(database, address=address).require_server()
        with answering(listening, ENDING[database.dialect]):
            assert "(it is starting or ending)" in gone(database, address)
    # The file of a killed server's socket stays.
    assert path.exists()
    assert gone(database, address) == (
        f"the server of {database.name} does not answer any more (Connection refused):"
        " what was measured is kept; run the same command again to go on"
    )


def test_a_port_that_is_closed_is_told() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        address = Address("me", SECRET, "127.0.0.1", int(listening.getsockname()[1]))
        with answering(listening, READY["postgresql"]):
            Ready(POSTGRESQL, address=address).require_server()
    assert "(Connection refused)" in gone(POSTGRESQL, address)


@pytest.mark.parametrize(
    "shown",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        repr({"password": SECRET}),
        ascii(SECRET),
        SECRET.encode("utf-8").decode("latin-1"),
        json.dumps(SECRET),
    ],
)
def test_no_record_holds_the_password(shown: str) -> None:
    ready = Ready(POSTGRESQL, address=Address("me", SECRET, "db"))
    for name in ("failed", "skipped"):
        record = ready.without_secret({name: f"it was {shown}, or so", "rows": 1})
        assert "***" in record[name]
        assert "it" in record[name]
        for part in ("50%", "b:", "a@b", "a%40b"):
            assert part not in record[name]
        assert record["rows"] == 1


def test_where_there_is_no_password_nothing_is_left_out() -> None:
    record = {"failed": "it was refused", "peak": 1.0}
    assert Ready(POSTGRESQL, address=Address("me")).without_secret(record) == record
    assert Ready().without_secret(record) == record


@pytest.fixture
def as_users(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A server of a user's, of which nobody was told yet."""
    monkeypatch.setattr(needs, "_told_of", set())
    return replace(trial.as_users, name=f"{trial.database.name}@localhost")


def told(database: Database, path: Path, times: int = 1) -> list[str]:
    said, notice = notices()
    for _ in range(times):
        with needs.ready(database, "3.11", Path(sys.executable), [path], notice):
            pass
    return [line for line in said if "sqlalchemy_asv_" in line]


def test_where_the_data_is_in_a_users_server_is_said_once(trial: Trial, as_users: Database) -> None:
    assert told(as_users, trial.path, times=2) == [
        f"The data is in {trial.schema} of {as_users.name};"
        " scripts/seed --drop with the same --database removes it"
    ]
    assert trial.rows("email_address") >= ROWS


def test_an_option_that_the_driver_does_not_know_is_said_before_anything_is_measured(
    trial: Trial, as_users: Database
) -> None:
    assert as_users.address is not None
    wrong = replace(as_users, address=replace(as_users.address, options={"no_such": "1"}))
    with pytest.raises(UserMistake) as raised:
        told(wrong, trial.path)
    said = raised.value.message
    assert said.startswith(f"{as_users.name}: its driver can't connect")
    assert "no_such" in said
    assert "\n" not in said


def test_a_server_of_our_own_is_nobodys_business(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needs, "_told_of", set())
    assert told(trial.database, trial.path) == []
