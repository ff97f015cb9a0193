"""The fixture's rows: what they are, and that they stay the same."""

import math
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from email.headerregistry import Address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures import cache, generator, identity, schema, sqlite_file, vocabulary

# Of the rows and no file: whoever changes the data raises GENERATOR (or SCHEMA) with these.
DIGESTS = {
    (1, 2015): "7bc3511a0dc61985ce8613cecf3aedc5a5c00b26d1163e40ecc22b60d7b21b49",
    (1_000, 2015): "fa06d2269254b78fe2d491c2fd1906c8633308e6352567f682c16e16806c6cc1",
    (10_000, 2015): "fe09aacadc4d55c5225fdd4b15846740768caa856288fe7ef20efa116f3575dc",
    (1_000, 7): "e2de50de7fe309a9bee43b4e2df94c76b8e909ec98ca591c8f80dae18f856cc5",
}
ROWS = 20_000
ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
LOCAL_PART = re.compile(rf"{ATOM}(\.{ATOM})*")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("fixture") / "fixture.db"
    return Path(cache.ensure_at(str(file), ROWS))


@pytest.fixture
def database(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


@pytest.mark.parametrize(("rows", "seed"), DIGESTS)
def test_the_same_rows_and_seed_give_the_same_digest_for_ever(
    rows: int, seed: int, tmp_path: Path
) -> None:
    built = cache.ensure_at(str(tmp_path / "fixture.db"), rows, seed)
    assert sqlite_file.describe(built).digest == DIGESTS[rows, seed]
    assert sqlite_file.digest_of(built) == DIGESTS[rows, seed]


@settings(max_examples=8, deadline=None)
@given(rows=st.integers(1, 6_000), seed=st.integers(0, identity.LARGEST_SEED))
def test_every_fixture_keeps_the_rules(rows: int, seed: int) -> None:
    addresses: list[Any] = []
    sends: list[Any] = []
    for chunk in generator.chunks(rows, seed):
        addresses += zip(*chunk.addresses, strict=True)
        sends += zip(*chunk.sends, strict=True)
    assert [row[0] for row in addresses] == list(range(1, generator.count_addresses(rows) + 1))
    assert len({row[1] for row in addresses}) == len(addresses)
    for row in addresses:
        assert_is_valid(row[1])
    assert sum(bounce for *_, bounce in sends) == rows
    history: dict[int, list[tuple[str, str, int]]] = {}
    for email_id, *send in sends:
        history.setdefault(email_id, []).append(tuple(send))
    assert list(history) == [row[0] for row in addresses]
    for number, _, first, last, company, opens, created_at, subscribed in addresses:
        campaigns, times, bounces = zip(*history[number], strict=True)
        assert 1 <= len(campaigns) <= 6
        assert len(set(campaigns)) == len(campaigns)
        assert list(times) == sorted(set(times))
        assert all(DATE_TIME.fullmatch(time) for time in (created_at, *times))
        assert created_at < times[0]
        assert not any(bounces[:-1])
        assert 0 <= opens <= 2 * (len(bounces) - bounces[-1])
        assert subscribed in (0, 1)
        assert first
        assert last
        assert len(first) <= 64
        assert len(last) <= 64
        assert 1 < len(company) <= 128


def assert_is_valid(address: str) -> None:
    """RFC 5321: dot-string @ domain, with its limits; and ASCII, so no extension is needed."""
    local_part, _, domain = address.partition("@")
    assert LOCAL_PART.fullmatch(local_part), address
    assert DOMAIN.fullmatch(domain), address
    assert len(local_part) <= 64
    assert len(address) <= 254


def test_another_parser_takes_every_address(database: sqlite3.Connection) -> None:
    for (address,) in database.execute("SELECT address FROM email_address LIMIT 3000"):
        assert Address(addr_spec=address).addr_spec == address


@pytest.mark.parametrize("seed", [2015, 0, identity.LARGEST_SEED])
def test_no_two_combinations_of_a_person_and_an_ending_are_one_address(seed: int) -> None:
    words = vocabulary.load(seed)
    assert len(set(words.locals)) == len(words.locals) == generator.PEOPLE
    # A local part ends in a letter and an ending begins with what no local part goes on with.
    assert all(re.fullmatch("[a-z]+([._-][a-z]+)?", local) for local in words.locals)
    assert all(re.match(r"@|[._]?\d|\+", ending) for ending in words.endings)
    for block in range(vocabulary.BLOCKS):
        endings = words.endings[block :: vocabulary.BLOCKS]
        assert len(set(endings)) == len(endings) == vocabulary.BLOCK


def test_the_largest_fixture_uses_every_combination_once() -> None:
    assert math.gcd(generator.SHIFT, vocabulary.BLOCK) == 1
    assert generator.PEOPLE % generator.CHUNK == 0
    assert generator.CHUNK % generator.GROUP == 0
    combinations = generator.PEOPLE * vocabulary.BLOCK
    assert generator.count_addresses(identity.LARGEST_ROWS) == combinations


def test_addresses_of_later_turns_are_new() -> None:
    tables = generator._Tables(vocabulary.load(2015), 2015)
    turns = [0, 1, 2, vocabulary.BLOCK // 2, vocabulary.BLOCK - 1]
    addresses = [
        address
        for turn in turns
        for address in generator._chunk(tables, 2015, turn * generator.PEOPLE, 5000).addresses[1]
    ]
    assert len(set(addresses)) == len(turns) * 5000


def test_a_small_fixture_is_the_beginning_of_a_large_one() -> None:
    (small,) = generator.chunks(1_000, 5)
    large = next(iter(generator.chunks(50_000, 5)))
    size = len(small.addresses[0])
    for ours, theirs in zip(small.addresses, large.addresses, strict=True):
        assert list(ours) == list(theirs[:size])
    for ours, theirs in zip(small.sends, large.sends, strict=True):
        assert list(ours) == list(theirs[: len(ours)])


def test_the_query_returns_exactly_the_rows_that_were_asked_for(
    database: sqlite3.Connection,
) -> None:
    bounced = database.execute(
        "SELECT address FROM email_address JOIN send_history ON email_id = id WHERE bounce"
    ).fetchall()
    assert len(bounced) == len(set(bounced)) == ROWS


def test_foreign_keys_and_pages_are_sound(database: sqlite3.Connection) -> None:
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_shares_are_the_documented_ones(database: sqlite3.Connection) -> None:
    sends = Counter(
        count
        for (count,) in database.execute("SELECT count(*) FROM send_history GROUP BY email_id")
    )
    total = sum(sends.values())
    for number, share in enumerate(generator.SENDS_SHARES, 1):
        assert sends[number] / total == pytest.approx(share / 100, abs=0.04)
    (subscribed,) = database.execute("SELECT avg(subscribed) FROM email_address").fetchone()
    assert subscribed == pytest.approx(generator.SUBSCRIBED_SHARE / 100, abs=0.06)
    # Neither all the bounces nor the domains may come in runs.
    (bounced,) = database.execute(
        "SELECT sum(bounce) FROM send_history WHERE email_id <= 5000"
    ).fetchone()
    assert bounced == 4000


def test_lengths_vary_as_those_of_real_addresses(database: sqlite3.Connection) -> None:
    lengths = [
        length for (length,) in database.execute("SELECT length(address) FROM email_address")
    ]
    mean = sum(lengths) / len(lengths)
    spread = math.sqrt(sum((length - mean) ** 2 for length in lengths) / len(lengths))
    assert 20 < mean < 30
    assert 4 < spread < 9
    assert min(lengths) < 16
    assert max(lengths) > 40


def test_names_and_companies_hold_more_than_ascii(database: sqlite3.Connection) -> None:
    rows = database.execute("SELECT first_name, last_name, company FROM email_address").fetchall()
    for place in range(3):
        foreign = sum(not row[place].isascii() for row in rows) / len(rows)
        assert 0.1 < foreign < 0.4


def test_the_file_says_what_it_holds(path: Path) -> None:
    contents = sqlite_file.describe(str(path))
    assert contents.identity == (identity.SCHEMA, identity.GENERATOR, identity.FAKER, ROWS, 2015)
    assert contents.addresses == generator.count_addresses(ROWS) == ROWS * 5 // 4
    header = path.read_bytes()[:100]
    assert header[68:72] == b"SAsv" == schema.APPLICATION_ID.to_bytes(4, "big")
