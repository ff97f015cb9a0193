"""scripts/study seed-speed, as a user calls it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from suite.commands.study.seed_speed import main
from suite.studies import seed_speed

QUICK = ["--rows", "1000", "--repeat", "1", "--naive-rows", "0", "--format", "markdown"]


def rows(printed: str) -> list[list[str]]:
    """The cells of the Markdown table, below its head."""
    lines = [line.strip("|") for line in printed.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.split("|")] for line in lines[2:]]


def test_a_fixture_is_compared_with_bare_executemany(cache_folder: Path) -> None:
    result = CliRunner().invoke(main, QUICK)
    assert result.exit_code == 0, result.output
    (cells,) = rows(result.stdout)
    assert cells[:2] == ["1,000", "4,555"]
    assert cells[4].endswith("\u00a0MiB")
    assert cells[6].endswith("%")
    assert list(cache_folder.iterdir()) == []


def test_an_interruption_prints_what_was_measured(
    cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = seed_speed.compare

    def interrupt(rows: int, repeat: int, folder: Path) -> seed_speed.Comparison:
        if rows > 1_000:
            raise KeyboardInterrupt
        return compare(rows, repeat, folder)

    monkeypatch.setattr(seed_speed, "compare", interrupt)
    result = CliRunner().invoke(main, [*QUICK, "--rows", "2000"])
    assert result.exit_code == 130
    assert [cells[0] for cells in rows(result.stdout)] == ["1,000"]
    assert result.stderr.endswith("Interrupted.\n")


def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(tmp_path / "file" / "cache"))
    result = CliRunner().invoke(main, [])
    assert result.exit_code == 2
    assert "name another folder with SQLALCHEMY_ASV_CACHE" in result.stderr


@pytest.mark.network
def test_the_naive_loop_runs_in_an_environment_of_its_own(cache_folder: Path) -> None:
    arguments = ["--rows", "1000", "--repeat", "1", "--naive-rows", "100"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert " x" in result.stdout
    assert "at 100 bounced addresses, SQLAlchemy 2." in result.stdout
