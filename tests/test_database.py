"""What --database takes: names, URLs, and mistakes in them."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import databases
from suite.database import SQLITE, Address, Database, named
from suite.terminal.errors import UserMistake

SECRET = "s3cr:t/@?"
ENCODED = "s3cr%3At%2F%40%3F"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("sqlite", "sqlite"),
        ("sqlite+aiosqlite", "sqlite+aiosqlite"),
        ("postgresql", "postgresql+psycopg2"),
        ("PostgreSQL+asyncpg", "postgresql+asyncpg"),
        ("postgres", "postgresql+psycopg2"),
        ("mariadb", "mariadb+pymysql"),
        ("mysql+asyncmy", "mariadb+asyncmy"),
    ],
)
def test_a_name_means_a_driver(text: str, name: str) -> None:
    assert named(text) == Database(name, name)


def test_sqlite_is_what_nobody_has_to_name() -> None:
    assert named("sqlite") == SQLITE


def test_a_url_names_a_server_and_no_secret() -> None:
    found = named(f"postgresql+asyncpg://me:{ENCODED}@DB.example.com:5433/mail?ssl=require")
    assert found.name == "postgresql+asyncpg@db.example.com:5433"
    assert found.address == Address(
        "me", SECRET, "DB.example.com", 5433, database="mail", options={"ssl": "require"}
    )
    assert (found.dialect, found.driver) == ("postgresql", "postgresql+asyncpg")
    for shown in (repr(found), str(found), repr(found.address), found.name):
        assert SECRET not in shown
        assert ENCODED not in shown


@pytest.mark.parametrize(
    ("text", "name", "socket"),
    [
        ("postgresql:///mail?host=/run/pg", "postgresql+psycopg2", "/run/pg"),
        ("mysql://me@db/?unix_socket=/run/m.sock", "mariadb+pymysql", "/run/m.sock"),
    ],
)
def test_a_url_can_name_a_socket(text: str, name: str, socket: str) -> None:
    found, another = named(text), named(text.replace("/run/", "/tmp/"))
    assert found.address is not None
    assert (found.address.socket, found.address.host) == (socket, "")
    assert re.fullmatch(rf"{re.escape(name)}@socket-[0-9a-f]{{8}}", found.name)
    assert found.name != another.name


def test_a_port_can_stand_in_the_query() -> None:
    found = named("postgresql://me@/mail?host=db.example.com&port=5433")
    assert found.name == "postgresql+psycopg2@db.example.com:5433"
    assert found.address is not None
    assert (found.address.port, found.address.options) == (5433, {})


def test_a_password_in_the_query_is_one() -> None:
    found = named(f"postgresql://me@db/mail?password={ENCODED}&sslmode=require")
    assert found.address == Address(
        "me", SECRET, "db", database="mail", options={"sslmode": "require"}
    )
    assert SECRET not in repr(found.address)


def test_an_address_is_plain_data_for_the_process_that_connects() -> None:
    address = Address("me", SECRET, "db", 5433)
    assert Address(**json.loads(json.dumps(address.as_json()))) == address


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("postgresql+psycopg3", 'did you mean "postgresql+psycopg'),
        ("oracle", "oracle is no database and driver: sqlite, "),
        ("mariadb+psycopg2", "mariadb+psycopg2 is no database and driver"),
        ("", "is no database and driver: sqlite"),
        ("sqlite:///x.db", "SQLite's data is a file of the cache: write sqlite"),
        (f"oracle://me:{ENCODED}@db/x", "oracle is no database and driver"),
        (f"postgresql://me:{ENCODED}@db:port/x", "can't be read: write it as postgresql"),
        ("postgresql://me:a@s3cr@db/x", "can't be read: write it as postgresql"),
        (f"postgresql//me:{ENCODED}@db/x", "what is named is no database and driver"),
    ],
)
def test_a_mistake_is_told_in_one_line_without_a_secret(text: str, said: str) -> None:
    with pytest.raises(UserMistake) as raised:
        named(text)
    message = raised.value.message
    assert said in message
    assert message.startswith("--database: ")
    assert "\n" not in message
    assert "s3cr" not in message


@given(st.text(max_size=60))
def test_whatever_is_named_ends_in_a_database_or_in_one_line(text: str) -> None:
    said = _said_of(text)
    assert "\n" not in said
    assert said in databases.every_driver() or said.startswith("--database: ")


def _said_of(text: str) -> str:
    try:
        return named(text).driver
    except UserMistake as mistake:
        return mistake.message
