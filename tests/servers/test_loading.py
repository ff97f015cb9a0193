"""Fixtures in servers, as the suite puts them there; and what it says where that can't be done."""

import socket
import subprocess
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fixtures import cache, stores
from fixtures.stores.source import Source
from suite.database import Address, Database
from suite.servers import loading
from suite.terminal.errors import UserMistake
from tests.fixtures.fixture_files import notices, wait_until
from tests.servers.trial import PASSWORD, ROWS, Trial, fixture_path, running, trial

__all__ = ["fixture_path", "running", "trial"]


def refused(database: Database, address: Address, path: Path) -> str:
    """What is said where the fixture can't be loaded; never the password."""
    with pytest.raises(UserMistake) as raised:
        loading.ensure(database, address, [path], print)
    said = raised.value.message
    assert PASSWORD not in said
    assert quote(PASSWORD) not in said
    assert "\n" not in said
    return said


def test_what_is_there_is_not_loaded_again(trial: Trial) -> None:
    first = trial.ensure()
    assert first.schemas == {trial.path: trial.schema}
    assert first.built == {trial.path}
    assert first.server.split()[0] == ("PostgreSQL" if trial.is_postgresql else "MariaDB")
    assert (first.address.user, first.address.socket) == (trial.address.user, trial.address.socket)
    assert trial.ensure().built == frozenset()
    assert trial.rows("email_address") == ROWS + ROWS // 4


def test_every_row_is_counted_twice(trial: Trial) -> None:
    calls: list[tuple[int, int]] = []
    loading.ensure(
        trial.database,
        trial.address,
        [trial.path],
        print,
        lambda done, total: calls.append((done, total)),
    )
    everything = 2 * (trial.rows("email_address") + trial.rows("send_history"))
    assert calls == sorted(calls)
    assert calls[-1] == (everything, everything)


def test_several_files_are_loaded_by_one_process(
    trial: Trial, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what is there already, nothing is counted."""
    started: list[object] = []
    popen = subprocess.Popen

    def start(command: object, **options: Any) -> Any:
        started.append(command)
        return popen(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", start)
    paths = [small, trial.path]
    rows = [Source(str(path)).rows for path in paths]
    calls: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        calls.append((done, total))

    for there, built, counted in [
        ([], paths, sum(rows)),
        ([small], [trial.path], rows[1]),
        (paths, [], 0),
    ]:
        trial.drop()
        for path in there:
            trial.ensure(path)
        started.clear()
        calls.clear()
        loaded = loading.ensure(trial.database, trial.address, paths, print, progress)
        assert len(started) == 1
        assert loaded.built == set(built)
        assert loaded.schemas == {path: schema_of(path) for path in paths}
        assert calls == sorted(calls)
        assert calls[-1:] == [(2 * counted, 2 * counted)][: len(built)]
    loading.check(trial.database, trial.address, paths, print, progress)
    assert calls[-1] == (sum(rows), sum(rows))


def test_every_file_is_checked(trial: Trial, small: Path) -> None:
    paths = [small, trial.path]
    for path in paths:
        loading.ensure(trial.database, trial.address, paths, print)
        trial.ask(f"DELETE FROM {schema_of(path)}.send_history WHERE email_id = 7")
        with pytest.raises(UserMistake, match=f"the \\w+ {schema_of(path)} are not those of"):
            loading.check(trial.database, trial.address, paths, print)
        trial.drop()


def test_nothing_is_loaded_where_a_file_is_missing(trial: Trial, tmp_path: Path) -> None:
    paths = [trial.path, tmp_path / "missing.db"]
    with pytest.raises(UserMistake, match=r"missing\.db can't be read"):
        loading.ensure(trial.database, trial.address, paths, print)
    assert trial.ensure().built == {trial.path}


def test_what_is_refused_names_the_schema_at_work(trial: Trial, small: Path, user: Address) -> None:
    """As the second one here: of the first, the user may read what there is."""
    trial.ensure(small)
    trial.ensure()
    if trial.is_postgresql:
        trial.ask(
            f"GRANT USAGE ON SCHEMA {schema_of(small)} TO keeper",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema_of(small)} TO keeper",
        )
    else:
        trial.ask(f"GRANT SELECT ON {schema_of(small)}.* TO keeper@localhost")
    with pytest.raises(UserMistake) as raised:
        loading.ensure(trial.as_users, user, [small, trial.path], print)
    advice = raised.value.message.rpartition(": ")[2]
    assert schema_of(small) not in advice
    assert advice.endswith(f"who owns the schema {trial.schema}") == trial.is_postgresql


def test_a_changed_row_is_found_by_check_alone(trial: Trial) -> None:
    trial.ensure()
    trial.check()
    trial.ask(f"UPDATE {trial.schema}.send_history SET campaign = 'other' WHERE email_id = 7")
    assert trial.ensure().built == frozenset()
    with pytest.raises(UserMistake, match="are not those of"):
        trial.check()


def test_check_builds_nothing(trial: Trial) -> None:
    with pytest.raises(UserMistake, match=f"no whole fixture in the \\w+ {trial.schema}"):
        trial.check()


def test_interrupted_while_it_waits_it_leaves_no_process(trial: Trial) -> None:
    class GoneError(Exception):
        pass

    def interrupt(line: str) -> None:
        if "waiting for another process" in line:
            raise GoneError

    with held(trial), pytest.raises(GoneError):
        loading.ensure(trial.database, trial.address, [trial.path], interrupt)
    wait_until(lambda: not waiting(trial))
    assert trial.ensure().built == {trial.path}


def test_a_session_that_is_ended_is_told(trial: Trial) -> None:
    """As by an administrator, or a server that stops."""

    def end_it(line: str) -> None:
        assert "waiting for another process" in line
        wait_until(lambda: waiting(trial))
        (number,) = waiting(trial)
        end = "SELECT pg_terminate_backend({})" if trial.is_postgresql else "KILL {}"
        trial.ask(end.format(number))

    with held(trial), pytest.raises(UserMistake, match="it went away, and this load begins anew"):
        loading.ensure(trial.database, trial.address, [trial.path], end_it)
    assert trial.ensure().built == {trial.path}


def test_one_that_waited_finds_what_the_other_built(trial: Trial) -> None:
    said, notice = notices()
    answers: list[loading.Loaded] = []

    def wait() -> None:
        answers.append(loading.ensure(trial.database, trial.address, [trial.path], notice))

    threads = [threading.Thread(target=wait) for _ in range(2)]
    with held(trial):
        for thread in threads:
            thread.start()
        wait_until(lambda: len(said) == 2)
    for thread in threads:
        thread.join()
    assert sorted(len(answer.built) for answer in answers) == [0, 1]


def test_drop_takes_what_is_ours_and_nothing_else(trial: Trial) -> None:
    others = ("sqlalchemy_asv_empty", "sqlalchemy_asv_taken", "sqlalchemyXasv_near")
    trial.ask(*(f"CREATE SCHEMA {name}" for name in others))
    trial.ask(f"CREATE TABLE {others[1]}.fixture (id INTEGER)")
    trial.ensure()
    assert trial.drop() == ([trial.schema], [])
    assert trial.drop() == ([], [])
    trial.ask(*(f"DROP SCHEMA {name}{' CASCADE' * trial.is_postgresql}" for name in others))


def test_drop_leaves_a_schema_that_somebody_uses(trial: Trial) -> None:
    trial.ensure()
    trial.ask(f"CREATE VIEW {trial.schema}.own AS SELECT 1 AS one")
    dropped, said = trial.drop()
    assert dropped == []
    assert said == [
        f"the {'schema' if trial.is_postgresql else 'database'} {trial.schema} stays:"
        " it holds own, which is not of this suite"
    ]
    assert trial.rows("email_address") == ROWS + ROWS // 4


def test_a_schema_of_somebody_else_is_not_touched(trial: Trial) -> None:
    trial.ask(
        f"CREATE SCHEMA {trial.schema}",
        f"CREATE TABLE {trial.schema}.email_address (id INTEGER)",
        f"INSERT INTO {trial.schema}.email_address VALUES (1)",
    )
    said = refused(trial.database, trial.address, trial.path)
    assert "holds email_address, which is not of this suite, and nothing was changed" in said
    assert trial.rows("email_address") == 1


def test_an_empty_schema_is_used(trial: Trial) -> None:
    """An administrator made it for a user who may not."""
    trial.ask(f"CREATE SCHEMA {trial.schema}")
    assert trial.ensure().built == {trial.path}


def test_a_server_that_is_not_there(trial: Trial, tmp_path: Path) -> None:
    nowhere = replace(trial.address, socket=str(tmp_path))
    assert "no server listens there: start it" in refused(trial.as_users, nowhere, trial.path)
    unknown = replace(trial.address, socket="", host="no-host.invalid")
    assert "no such host is known" in refused(trial.as_users, unknown, trial.path)


@pytest.mark.parametrize("greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-x\r\n", b""])
def test_what_is_no_database_at_all(trial: Trial, greeting: bytes) -> None:
    with answering(greeting) as port:
        address = Address("someone", PASSWORD, "127.0.0.1", port)
        said = refused(trial.as_users, address, trial.path)
    product = "PostgreSQL" if trial.is_postgresql else "MariaDB"
    assert said.startswith(f"no connection to {product} at 127.0.0.1:{port} (")
    assert said.endswith(f"what answers there is no {product}: check host and port")


def test_a_database_that_is_not_there(trial: Trial) -> None:
    said = refused(trial.as_users, replace(trial.address, database="nowhere"), trial.path)
    assert "nowhere" in said
    assert "database" in said.partition("): ")[2]


def test_an_unknown_option_of_the_url_is_of_another_driver(trial: Trial) -> None:
    address = replace(trial.address, options={"async_fallback": "true"})
    loaded = loading.ensure(trial.as_users, address, [trial.path], print)
    assert loaded.address.options == {"async_fallback": "true"}


def test_a_user_with_a_password(
    trial: Trial, user: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is taken from the URL, a variable or a file; and never shown."""
    for wrong in (replace(user, password="another"), replace(user, password="")):
        assert "password" in refused(trial.as_users, wrong, trial.path).partition("): ")[2]
    allow(trial, user)
    loaded = loading.ensure(trial.as_users, user, [trial.path], print)
    assert loaded.address.password == PASSWORD
    assert PASSWORD not in repr(loaded)
    monkeypatch.setenv("PGPASSWORD" if trial.is_postgresql else "MYSQL_PWD", PASSWORD)
    bare = replace(user, password="")
    assert loading.check(trial.as_users, bare, [trial.path], print).address.password == PASSWORD
    # The suite's own servers want none, whatever the user has set for another.
    assert trial.check().address.password == ""
    if trial.is_postgresql:
        monkeypatch.delenv("PGPASSWORD")
        file = tmp_path / "pgpass"
        file.write_text(f"*:*:*:{user.user}:{PASSWORD}\n", encoding="utf-8")
        file.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(file))
        assert loading.check(trial.as_users, bare, [trial.path], print).address.password == PASSWORD


def test_a_user_without_rights(trial: Trial, user: Address) -> None:
    said = refused(trial.as_users, user, trial.path)
    right = "CREATE ON DATABASE postgres TO keeper" if trial.is_postgresql else "ALL ON `sqlal"
    assert f"GRANT {right}" in said


def test_a_server_that_takes_no_writes(trial: Trial, user: Address) -> None:
    allow(trial, user)
    if trial.is_postgresql:
        trial.ask("ALTER ROLE keeper SET default_transaction_read_only = on")
    else:
        trial.ask("SET GLOBAL read_only = 1")
    try:
        said = refused(trial.as_users, user, trial.path)
    finally:
        if not trial.is_postgresql:
            trial.ask("SET GLOBAL read_only = 0")
    assert "it takes no writes, as a replica does" in said


@pytest.fixture
def small(trial: Trial, tmp_path: Path) -> Iterator[Path]:
    """Another fixture, of fewer rows, which leaves the server afterwards."""
    yield Path(cache.ensure_at(str(tmp_path / "small.db"), 20))
    trial.drop()


def schema_of(path: Path) -> str:
    """The schema of a fixture file."""
    return str(stores.schema_name(Source(str(path)).contents.identity))


@pytest.fixture
def user(trial: Trial) -> Iterator[Address]:
    """One who has a password, and no rights."""
    if trial.is_postgresql:
        trial.ask(f"CREATE ROLE keeper LOGIN PASSWORD '{PASSWORD}'")
        rules = Path(trial.ask("SHOW hba_file")[0][0])
        if "keeper" not in (before := rules.read_text(encoding="utf-8")):
            rules.write_text(f"local all keeper scram-sha-256\n{before}", encoding="utf-8")
            reload_rules(trial)
    else:
        trial.ask(f"CREATE USER keeper@localhost IDENTIFIED BY '{PASSWORD}'")
    yield replace(trial.address, user="keeper", password=PASSWORD)
    if trial.is_postgresql:
        trial.ask(f"DROP SCHEMA IF EXISTS {trial.schema} CASCADE", "DROP OWNED BY keeper")
        trial.ask("DROP ROLE keeper")
    else:
        trial.ask("DROP USER keeper@localhost")


def reload_rules(trial: Trial) -> None:
    """Return when the server goes by its changed rules of who may connect."""
    loaded = "SELECT pg_conf_load_time()"
    before = trial.ask(loaded)
    trial.ask("SELECT pg_reload_conf()")
    wait_until(lambda: trial.ask(loaded) != before)


def allow(trial: Trial, user: Address) -> None:
    """Give a user the right to load fixtures."""
    if trial.is_postgresql:
        trial.ask(f"GRANT CREATE ON DATABASE postgres TO {user.user}")
    else:
        trial.ask(f"GRANT ALL ON `sqlalchemy\\_asv\\_%`.* TO {user.user}@localhost")


@contextmanager
def held(trial: Trial) -> Iterator[None]:
    """Hold what one who loads takes first, as another that loads."""
    with trial.session() as cursor:
        if trial.is_postgresql:
            number = zlib.crc32(trial.schema.encode()) - 2**31
            cursor.execute(f"SELECT pg_advisory_lock({0x53417376}, {number})")
        else:
            cursor.execute("SELECT GET_LOCK(%s, 0)", (trial.schema,))
        yield


def waiting(trial: Trial) -> list[int]:
    """The numbers of sessions that wait for that."""
    if trial.is_postgresql:
        rows = trial.ask("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    else:
        rows = trial.ask(
            "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT GET_LOCK(%'"
        )
    return [int(number) for (number,) in rows]


@contextmanager
def answering(greeting: bytes) -> Iterator[int]:
    """The port of what answers everybody with the same, and hangs up."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(greeting)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(1024):
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
