"""Commands that measure PostgreSQL or MariaDB, as their users meet them."""

import math
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from click.testing import CliRunner

from suite.commands import seed
from suite.database import named
from suite.measuring import missing, sound
from suite.measuring.missing import Cell
from suite.project import Project
from tests.asv_plugin import asv_project
from tests.commands import databases
from tests.commands.databases import (
    FEW,
    MANY,
    NEW,
    OLD,
    STYLE,
    TASK,
    WORDS,
    Measured,
    held_up,
    served,
)
from tests.servers import owners
from tests.servers.test_loading import reload_rules

pytestmark = pytest.mark.network


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache of these tests."""
    return databases.make_cache(tmp_path_factory.mktemp("databases"))


@pytest.fixture(autouse=True)
def cache_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(folder))


@pytest.fixture(params=["postgresql", "mariadb"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Measured:
    owners.require(request.param)
    return databases.create(tmp_path, request.param)


@pytest.fixture
def postgresql(tmp_path: Path) -> Measured:
    return databases.create(tmp_path)


def words_of(pid: int) -> list[str]:
    with suppress(OSError):
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).split("\0")
    return []


def started_by(process: subprocess.Popen[str], *words: str) -> list[int]:
    """The processes with these words that descend from a command."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    rows = (line.split() for line in listed.stdout.splitlines())
    parents = {int(pid): int(parent) for pid, parent in rows}
    found = []
    for pid in parents:
        above = pid
        while above in parents and above != process.pid:
            above = parents[above]
        if above == process.pid and set(words) <= set(words_of(pid)):
            found.append(pid)
    return found


def require_whole(project: Measured) -> None:
    """What was measured can be read, and the server has all its rows."""
    kept = project.stored()
    # What was killed has it in its journal.
    assert len(kept) == 2 or project.journals()
    assert {(unit.rows, "failed" in record) for (_, unit), record in kept.items()} <= {(FEW, False)}
    with served(project.database) as trial:
        trial.check()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 130),
        (signal.SIGTERM, 143),
        (signal.SIGKILL, -signal.SIGKILL),
    ],
)
def test_whatever_ends_a_command_stops_its_server(
    postgresql: Measured, number: int, code: int
) -> None:
    with held_up(postgresql) as (process, server):
        os.killpg(process.pid, number)
        _, said = process.communicate()
        assert process.returncode == code
        if number != signal.SIGKILL:
            assert said.splitlines()[-1].startswith("Interrupted: what was measured is kept")
        assert "Traceback" not in said
        server.require_nothing_left()
    require_whole(postgresql)


@pytest.mark.parametrize("victim", ["server", "keeper"])
def test_a_server_that_dies_ends_its_command_which_goes_on_next_time(
    project: Measured, victim: str
) -> None:
    with held_up(project) as (process, server):
        os.kill(getattr(server, victim), signal.SIGKILL)
        output, said = process.communicate()
        assert process.returncode == 2
        assert output == ""
        assert said.splitlines()[-1].startswith("Error: the server of ")
        assert said.endswith(": what was measured is kept; run the same command again to go on\n")
        assert "Traceback" not in said
        before = project.stored()
        assert len(before) == 2
        assert {(unit.rows, "failed" in record) for (_, unit), record in before.items()} == {
            (FEW, False)
        }
        # As every command does.
        ended = CliRunner().invoke(seed.main, ["--rows", "1"], catch_exceptions=False)
        assert ended.exit_code == 0
        server.require_nothing_left()
    if victim == "server":
        done = project.run("check_upgrade", *WORDS)
        assert done.returncode == 0, done.stderr
        assert f"{OLD}: measuring 1 style at {MANY:,} rows" in done.stderr
        after = project.stored()
        assert len(after) == 8
        assert before.items() <= after.items()


def test_a_killed_measuring_process_is_replaced(postgresql: Measured) -> None:
    with held_up(postgresql) as (process, server):
        warm = started_by(process, "-m", "benchmarks", TASK)
        assert warm
        os.kill(warm[0], signal.SIGKILL)
        owners.wait_until(lambda: warm[0] not in started_by(process, "-m", "benchmarks", TASK))
        assert process.poll() is None
        process.terminate()
        process.communicate()
        server.require_nothing_left()
    require_whole(postgresql)


def test_a_killed_asv_leaves_no_server(postgresql: Measured) -> None:
    measured = f"{TASK}.*'{STYLE}', ({FEW}|{MANY})"
    with held_up(postgresql, "bench", (NEW, "--bench", measured)) as (process, server):
        (asv,) = started_by(process, "-m", "asv")
        os.kill(asv, signal.SIGKILL)
        _, said = process.communicate()
        assert process.returncode == 2
        assert said.splitlines()[-1].startswith("Error: asv was ended by Killed: run the same")
        server.require_nothing_left()
    require_whole(postgresql)


@contextmanager
def watched_commands() -> Iterator[set[bytes]]:
    """The command lines of all processes that were seen inside."""
    seen: set[bytes] = set()
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):
                    seen.add(path.read_bytes())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def files_of(*folders: Path) -> Iterator[Path]:
    """All files below, but those of a server and what links lead to."""
    for folder in folders:
        for parent, below, names in os.walk(folder):
            below[:] = [name for name in below if name != "servers"]
            yield from (Path(parent, name) for name in names)


SECRET = "gehe@im:x/y%zü"
FORMS = (SECRET, quote(SECRET), quote(SECRET, ""), quote_plus(SECRET), ascii(SECRET)[1:-1])


def has_secret(data: bytes) -> bool:
    return any(form.encode() in data for form in FORMS)


@contextmanager
def users_server() -> Iterator[str]:
    """The URL of a server that wants a password, as a user runs one."""
    with served("postgresql") as trial:
        trial.ask(
            f"CREATE ROLE keeper LOGIN PASSWORD '{SECRET}'",
            "CREATE DATABASE mail",
            "GRANT CREATE ON DATABASE mail TO keeper",
            "CREATE TABLE email_address (of_the_user INTEGER)",
        )
        rules = Path(trial.ask("SHOW hba_file")[0][0])
        before = rules.read_text(encoding="utf-8")
        rules.write_text(f"local all keeper scram-sha-256\n{before}", encoding="utf-8")
        reload_rules(trial)
        yield f"postgresql+pg8000://keeper:{quote(SECRET, '')}@/mail?host={trial.address.socket}"
        rules.write_text(before, encoding="utf-8")
        trial.ask("DROP DATABASE mail", "DROP ROLE keeper", "DROP TABLE email_address")


def test_a_users_server_keeps_its_secret_and_nothing_of_ours(tmp_path: Path, folder: Path) -> None:
    with watched_commands() as commands, users_server() as url:
        name = named(url).name
        project = databases.create(tmp_path, url)
        style = ("--style", f"{TASK}.{STYLE}", "--rows", str(FEW))
        words = ("check_upgrade", OLD, NEW, *style, *databases.METRICS)
        checked = project.run(*words)
        assert checked.returncode == 0, checked.stderr
        assert checked.stderr.count(f"of {name}; scripts/seed --drop with the same") == 1
        published = project.run("publish")
        assert published.returncode == 0, published.stderr
        wrong = replace(project, database=url.replace("/mail", "/post"))
        refused = wrong.run(*words, "--fresh")
        assert refused.returncode == 2
        assert refused.stderr.endswith(": create it, or name another\n")
        # What is not the suite's stays.
        for dropped in (2, 0):
            gone = project.run("seed", "--drop")
            assert gone.returncode == 0, gone.stderr
            assert gone.stdout.count("dropped sqlalchemy_asv_mailing_") == dropped
        assert gone.stderr == f"{name} holds nothing of this suite that can be dropped\n"
    said = [each for ended in (checked, published, refused, gone) for each in ended_words(ended)]
    assert not [words for words in said if has_secret(words.encode())]
    # The sight is good enough to see what it is about.
    assert [line for line in commands if b"\0benchmarks\0" in line]
    assert not [line for line in commands if has_secret(line)]
    written = list(
        files_of(tmp_path, folder, *Path(tempfile.gettempdir()).glob("sqlalchemy-asv-*"))
    )
    assert [path for path in written if path.name == "query-styles.html"]
    assert not [path for path in written if has_secret(read(path))]


def ended_words(ended: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    return ended.stdout, ended.stderr


def read(path: Path) -> bytes:
    with suppress(OSError):  # another's temporary file
        return path.read_bytes()
    return b""


def start_up(path: Path) -> list[float]:
    """The figures of start-up in a result file."""
    stored, name = sound.load(path), "startup.costs.Imports.track_heap"
    values = stored.get_result_value(name, stored.get_result_params(name))
    return [value for value in values if value is not None and not math.isnan(value)]


def test_asvs_own_axis_measures_each_database_for_itself(tmp_path: Path) -> None:
    databases_ = {"DATABASE": ["sqlite", "postgresql"]}
    project = asv_project.create(tmp_path, matrix={"env_nobuild": databases_})
    measured = rf"{TASK}.*(track|peakmem)_.*'{STYLE}', {FEW}\)|Imports.track_heap.*interpreter"
    done = project.asv("run", NEW, "--bench", measured)
    assert done.returncode == 0, done.stdout
    # Start-up asks SQLite: what it takes is no figure of another database.
    costs = {
        "DATABASE" in path.name: start_up(path) for path in project.results.glob(f"*/{NEW}-*.json")
    }
    assert len(costs[False]) == 1
    assert costs[True] == []
    cell = Cell(TASK, STYLE, FEW)
    found = {}
    for name in ("sqlite", "postgresql"):
        of_it = Project(project.configuration, named(name))
        figures = missing.figures(of_it, NEW)
        assert {figure.platform.database for figure in figures} == {named(name).name}
        assert not missing.missing(of_it, NEW, [cell], False, print)
        found[name] = {figure.metric: figure.value for figure in figures if figure.value}
    assert found["sqlite"].keys() == found["postgresql"].keys()
    assert found["sqlite"] != found["postgresql"]
    another = Project(project.configuration, named("postgresql+pg8000"))
    assert missing.missing(another, NEW, [cell], False, print) == [cell]


def test_a_url_in_asvs_axis_is_refused(tmp_path: Path) -> None:
    url = f"postgresql://keeper:{quote(SECRET, '')}@db/mail"
    project = asv_project.create(tmp_path)
    project.write_configuration(matrix={"env_nobuild": {"DATABASE": [url]}})
    done = project.asv("run", NEW)
    assert done.returncode == 1
    assert "name it with the variable SQLALCHEMY_ASV_DATABASE instead" in done.stdout
    assert not has_secret(done.stdout.encode())
    assert "Traceback" not in done.stdout
