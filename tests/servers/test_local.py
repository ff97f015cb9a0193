"""Servers of the suite's own: shared, stopped whatever ends who uses them, and whole afterwards."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from suite.servers import local
from suite.servers.home import Lock
from suite.servers.keeper import SERVERS
from tests.servers import owners
from tests.servers.owners import Owner, Running, ask

pytestmark = pytest.mark.network

DATABASES = ["postgresql", "mariadb"]
# Quotes and spaces in a path that is longer than that of a socket may be.
FOLDER = 'it\'s a "long" cache, ' + "x" * 120


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache of all tests that leave its servers as they should be."""
    path = tmp_path_factory.mktemp("servers") / FOLDER
    owners.share_packages(path)
    return path


@pytest.fixture(autouse=True)
def cache_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(folder))


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    owners.require(request.param)
    return str(request.param)


def keep_rows(database: str, sockets: str, name: str) -> None:
    if database == "mariadb":
        ask(database, sockets, f"CREATE OR REPLACE TABLE mysql.{name} (n INT) ENGINE=InnoDB")
        ask(database, sockets, f"INSERT INTO mysql.{name} VALUES {','.join(['(1)'] * 1000)}")
    else:
        ask(database, sockets, f"DROP TABLE IF EXISTS {name}")
        ask(database, sockets, f"CREATE TABLE {name} AS SELECT 1 FROM generate_series(1, 1000)")


def rows(database: str, sockets: str, name: str) -> list[str]:
    schema = "mysql." if database == "mariadb" else ""
    return ask(database, sockets, f"SELECT count(*) FROM {schema}{name}")


def test_two_that_start_together_share_one(database: str, folder: Path) -> None:
    with Owner(database, folder) as first, Owner(database, folder) as second:
        assert first.ready() == second.ready()
        found = Running(database, folder)
        first.end()
        assert ask(database, second.ready(), "SELECT 1") == ["1"]
        assert Running(database, folder).server == found.server
        second.end()
        found.require_nothing_left()


def test_it_is_shared_within_a_process(database: str, folder: Path) -> None:
    with local.running(database) as first, local.running(database) as second:
        assert first == second
        found = Running(database, folder)
    found.require_nothing_left()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_stops_whatever_ends_who_uses_it(database: str, folder: Path, number: int) -> None:
    with Owner(database, folder) as owner:
        owner.ready()
        found = Running(database, folder)
        owner.process.send_signal(number)
        found.require_nothing_left()


def test_it_stops_where_who_has_started_it_is_killed_before_it_is_ready(
    database: str, folder: Path
) -> None:
    home = owners.home_of(database, folder)
    home.folder.mkdir(parents=True, exist_ok=True)
    with Owner(database, folder) as owner, Lock(home.keeper) as keeper:
        owners.wait_until(lambda: not keeper.try_take() or _give_back(keeper))
        owner.process.kill()
        # Once it is ready, another may start; once it has stopped, it gives back this.
        keeper.take()
        assert not owners.processes(SERVERS[database].is_server, home)
        assert not home.state.exists()


def _give_back(lock: Lock) -> bool:
    lock.give_back()
    return False


def test_who_comes_while_it_stops_gets_a_new_one(database: str, folder: Path) -> None:
    with Owner(database, folder) as first:
        first.ready()
        found = Running(database, folder)
        with owners.stopped(found.server), Lock(found.home.users) as users:
            first.process.kill()
            owners.wait_until(lambda: _is_held(users))
            second = Owner(database, folder)
        with second:
            assert ask(database, second.ready(), "SELECT 1") == ["1"]
            found.require_gone()
            assert second.ready() != first.ready()


def _is_held(lock: Lock) -> bool:
    if lock.try_take():
        lock.give_back()
        return False
    return True


def test_a_killed_keeper_takes_the_server_with_it(database: str, folder: Path) -> None:
    with Owner(database, folder) as owner:
        owner.ready()
        found = Running(database, folder)
        os.kill(found.keeper, signal.SIGKILL)
        found.require_gone()
        local.stop_left_over()
        found.require_nothing_left()
        assert owner.process.poll() is None


def test_the_next_command_ends_what_a_killed_keeper_left(
    database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SERVERS[database], "ends", ((signal.SIGTERM, 0.1),))
    with Owner(database, folder) as owner:
        keep_rows(database, owner.ready(), "kept")
        found = Running(database, folder)
        with owners.stopped(found.server):  # so that it does not hear of its keeper's end
            os.kill(found.keeper, signal.SIGKILL)
            found.require_gone(found.keeper)
            local.stop_left_over()
            found.require_nothing_left()
    with local.running(database) as address:
        assert rows(database, address.socket, "kept") == ["1000"]


def test_a_server_that_runs_is_no_left_over(database: str, folder: Path) -> None:
    with local.running(database) as address:
        local.stop_left_over()
        assert ask(database, address.socket, "SELECT 1") == ["1"]


def test_after_a_kill_of_the_server_the_next_one_has_what_was_stored(
    database: str, folder: Path
) -> None:
    with Owner(database, folder) as owner:
        keep_rows(database, owner.ready(), "stored")
        found = Running(database, folder)
        os.kill(found.server, signal.SIGKILL)
        found.require_nothing_left()
        assert owner.process.poll() is None
        with local.running(database) as address:
            assert address.socket != owner.ready()
            assert rows(database, address.socket, "stored") == ["1000"]


def test_it_goes_on_after_a_kill_of_one_of_its_processes(folder: Path) -> None:
    with local.running("postgresql") as address:
        keep_rows("postgresql", address.socket, "more")
        found = Running("postgresql", folder)
        (writer,) = owners.processes(_is_writer, found.home)
        os.kill(writer, signal.SIGKILL)
        # The server ends the others as well, and starts them anew.
        found.require_gone(*found.helpers)
        with local.running("postgresql") as again:
            assert again == address
            assert rows("postgresql", address.socket, "more") == ["1000"]


def _is_writer(arguments: list[str], data: Path) -> bool:
    is_helper = SERVERS["postgresql"].is_helper(arguments, data)
    return is_helper and "background writer" in arguments[0]


def test_a_stranger_with_the_process_id_of_a_killed_server_is_left_alone(folder: Path) -> None:
    with Owner("postgresql", folder) as owner:
        owner.ready()
        found = Running("postgresql", folder)
        written = (found.home.data / "postmaster.pid").read_text(encoding="utf-8")
        state = found.home.state.read_bytes()
    found.require_nothing_left()
    with subprocess.Popen(["sleep", "600"]) as stranger:
        try:
            (found.home.data / "postmaster.pid").write_text(
                written.replace(str(found.server), str(stranger.pid), 1), encoding="utf-8"
            )
            found.home.state.write_bytes(state)
            local.stop_left_over()
            assert not found.home.state.exists()
            with local.running("postgresql") as address:
                assert ask("postgresql", address.socket, "SELECT 1") == ["1"]
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_data_of_before_the_machine_was_switched_off_are_made_anew(
    database: str, folder: Path
) -> None:
    with Owner(database, folder) as owner:
        keep_rows(database, owner.ready(), "doubtful")
        found = Running(database, folder)
        assert rows(database, owner.ready(), "doubtful") == ["1000"]
    found.require_nothing_left()
    (found.home.data / "boot").write_text("another time", encoding="utf-8")
    unfinished = found.home.folder / "data-of-a-killed-one"
    unfinished.mkdir()
    with local.running(database) as address:
        with pytest.raises(AssertionError, match="doubtful"):
            rows(database, address.socket, "doubtful")
        assert not unfinished.exists()


def test_it_listens_to_nobody_else(database: str, folder: Path) -> None:
    with local.running(database) as address:
        found = Running(database, folder)
        files = Path(f"/proc/{found.server}/fd").iterdir()
        opened = {str(path.readlink()) for path in files if path.is_symlink()}
        for protocol in ("tcp", "tcp6", "udp", "udp6"):
            table = Path("/proc/net", protocol).read_text(encoding="ascii").splitlines()[1:]
            assert not opened & {f"socket:[{line.split()[9]}]" for line in table}
        assert any(path.startswith("socket:") for path in opened)
        assert (found.sockets.stat().st_mode & 0o777, found.sockets.stat().st_uid) == (
            0o700,
            os.geteuid(),
        )
        assert found.home.data.stat().st_mode & 0o777 == 0o700
        assert address.socket.startswith(str(found.sockets))


def test_looking_for_left_overs_takes_no_time_where_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(tmp_path / "none"))
    seconds = []
    for _ in range(20):
        before = time.perf_counter()
        local.stop_left_over()
        seconds.append(time.perf_counter() - before)
    assert min(seconds) < 0.001


def test_an_odd_folder_for_temporary_files_is_not_used(folder: Path, tmp_path: Path) -> None:
    odd = tmp_path / "odd, and long" / ("x" * 100)
    odd.mkdir(parents=True)
    with Owner("postgresql", folder, {"TMPDIR": str(odd)}) as owner:
        assert ask("postgresql", owner.ready(), "SELECT 1") == ["1"]
        assert not list(odd.iterdir())


def test_a_short_and_plain_folder_for_temporary_files_is_used(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = tmp_path_factory.mktemp("t")
    with Owner("postgresql", folder, {"TMPDIR": str(short)}) as owner:
        assert Path(owner.ready()).parent == short
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(f"{owner.ready()}/.s.PGSQL.5432")
        connection.close()
