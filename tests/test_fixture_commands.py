"""scripts/seed and scripts/bench-seed, as a user calls them."""

import io
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from fixtures import cache
from suite import interruption, seed_speed, seeding
from suite.asv_commands import ROOT
from suite.commands import bench_seed, seed
from tests.fixture_files import wait_until
from tests.test_fixture import DIGESTS

pytestmark = pytest.mark.usefixtures("cache_folder")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(seed.main, [str(argument) for argument in arguments])


def test_it_prints_the_path_of_the_cached_file(cache_folder: Path) -> None:
    for _ in range(2):
        result = run("--rows", "1,000")
        assert (result.exit_code, result.stdout) == (0, cache.path_for(1_000) + "\n")
    assert cache.find(1_000)


def test_another_seed_and_file_are_written_where_asked(cache_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine #1?.db"
    result = run("--rows", 1_000, "--seed", 7, "--output", file)
    assert (result.exit_code, result.stdout) == (0, f"{file}\n")
    assert not cache_folder.exists()
    shown = run("--show", file)
    assert shown.exit_code == 0
    for fact in (DIGESTS[1_000, 7], "the rows agree", "1,250 rows", "Faker 35.2.2", " MiB"):
        assert fact in shown.stdout
    assert sum("@" in line for line in shown.stdout.splitlines()) == 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say --rows N to build a fixture, or --show FILE"),
        (["--rows", "5", "--show", "x"], "say --rows N to build a fixture, or --show FILE"),
        (["--rows", "0"], "from 1 to 80,000,000, not 0"),
        (["--rows", "-3"], "from 1 to 80,000,000, not -3"),
        (["--rows", "many"], "from 1 to 80,000,000, not many"),
        (["--rows", "1e6"], "from 1 to 80,000,000, not 1e6"),
        (["--rows", "99999999999"], "from 1 to 80,000,000, not 99999999999"),
        (["--rows", "5", "--seed", "x"], "seed has to be a whole number"),
        (["--rows", "5", "--output", str(ROOT / "LICENSE")], "not a fixture of this project"),
        (["--rows", "5", "--output", str(ROOT / "LICENSE" / "x")], "name another file with --out"),
        (["--show", "/nowhere"], "there is no such file"),
        (["--show", str(ROOT / "LICENSE")], "it is not a SQLite file"),
        (["--show", str(ROOT)], "it is not a file"),
    ],
)
def test_a_mistake_gets_one_clear_line(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_show_tells_rows_that_were_changed_behind_its_back(tmp_path: Path) -> None:
    file = tmp_path / "fixture.db"
    run("--rows", 1_000, "--output", file)
    content = file.read_bytes()
    assert content.count(b"Garcia") > 1
    file.write_bytes(content.replace(b"Garcia", b"Garzia", 1))
    shown = run("--show", file)
    assert shown.exit_code == 1
    assert "the rows have" in shown.stdout


def test_show_names_a_damaged_file(tmp_path: Path) -> None:
    file = tmp_path / "fixture.db"
    run("--rows", 1_000, "--output", file)
    content = bytearray(file.read_bytes())
    content[4096 * 2 : 4096 * 40] = b"\xff" * 4096 * 38
    file.write_bytes(content)
    shown = run("--show", file)
    assert shown.exit_code == 2
    assert "damaged" in shown.stderr
    assert len(shown.stderr.splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_leaves_nothing(number: int, cache_folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "suite.commands.seed", "--rows", "2000000"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: list(cache_folder.glob("*.building-*")))
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.splitlines()[-1] == "sqlalchemy-asv: interrupted; no unfinished file is left"
    assert list(cache_folder.iterdir()) == []


def test_a_log_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeding, "SECONDS_BETWEEN_LINES", 0.0)
    console = Console(file=io.StringIO(), width=200)
    with seeding.progress_of(console, "Seeding") as progress:
        for done in range(10, 1_001, 10):
            progress(done, 1_000)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert 15 <= len(lines) <= 20
    assert lines[0].startswith("Seeding: 50 of 1,000 (5%), ")
    assert lines[0].endswith(" s left")
    assert "\x1b" not in "".join(lines)


def test_a_terminal_gets_a_bar() -> None:
    console = Console(file=io.StringIO(), width=120, force_terminal=True)
    with seeding.progress_of(console, "Seeding") as progress:
        progress(500, 1_000)
        progress(1_000, 1_000)
    assert isinstance(console.file, io.StringIO)
    output = console.file.getvalue()
    assert "━" in output
    assert "1000/1000" in output


def test_the_benchmark_compares_a_fixture_with_bare_executemany(cache_folder: Path) -> None:
    arguments = ["--rows", "1000", "--repeat", "1", "--naive-rows", "0"]
    result = CliRunner().invoke(bench_seed.main, arguments)
    assert result.exit_code == 0, result.output
    (row,) = [line for line in result.stdout.splitlines() if line.startswith("|  ")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[:2] == ["1,000", "4,555"]
    assert cells[4].endswith(" MiB")
    assert cells[6].endswith("%")
    assert list(cache_folder.iterdir()) == []


def test_an_interrupted_benchmark_prints_what_it_measured(
    cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = seed_speed.compare

    def interrupt(rows: int, repeat: int, folder: Path) -> seed_speed.Comparison:
        if rows > 1_000:
            raise KeyboardInterrupt
        return compare(rows, repeat, folder)

    monkeypatch.setattr(seed_speed, "compare", interrupt)
    arguments = ["--rows", "1000", "--rows", "2000", "--repeat", "1", "--naive-rows", "0"]
    result = CliRunner().invoke(bench_seed.main, arguments)
    assert result.exit_code == interruption.EXIT_CODE
    assert [line for line in result.stdout.splitlines() if line.startswith("|             1,000 |")]
    assert result.stderr.endswith("Interrupted.\n")


def test_the_benchmark_names_a_folder_that_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(tmp_path / "file" / "cache"))
    result = CliRunner().invoke(bench_seed.main, [])
    assert result.exit_code == 2
    assert "name another folder with SQLALCHEMY_ASV_CACHE" in result.stderr


@pytest.mark.network
def test_the_benchmark_runs_the_naive_loop_in_an_environment_of_its_own() -> None:
    arguments = ["--rows", "1000", "--repeat", "1", "--naive-rows", "100"]
    result = CliRunner().invoke(bench_seed.main, arguments)
    assert result.exit_code == 0, result.output
    assert " x |" in result.stdout
    assert "at 100 bounced addresses, SQLAlchemy 2." in result.stdout
