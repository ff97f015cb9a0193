"""scripts/show releases: what is known, and bringing it up to date."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suite.commands.show.releases import main
from suite.releases.catalogue import DATA_FILE, Catalogue, read_releases
from tests.package_index import CLOSED_PORT, Index, sdist


def show(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_the_newest_of_each_series_is_shown(offline: Path) -> None:
    shown = show("--format", "markdown")
    assert shown.exit_code == 0, shown.output
    assert f"{len(Catalogue.load())} releases are known" in shown.output
    rows = [line.split(" | ") for line in shown.output.splitlines() if line.startswith("| ")]
    newest = {row[0].removeprefix("| "): row[1] for row in rows[2:]}
    assert newest["0.9"] == "0.9.10"
    assert newest["1.4"] == "1.4.54"
    assert next(iter(newest)) == "0.9"


def test_a_refresh_writes_a_copy_that_is_named(index: Index, tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    copy.write_bytes(DATA_FILE.read_bytes())
    index.files = [sdist("2.1.77")]
    shown = show("--refresh", "--file", str(copy))
    assert shown.exit_code == 0, shown.output
    assert f"{len(read_releases(DATA_FILE)) + 1} releases are known; asked" in shown.output
    assert read_releases(copy)[-1].version == "2.1.77"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{}", "it names no release"),
        ("[]", "it names no release"),
        ('""', "it names no release"),
        ('{"version": "2.0"}', "not a list of releases"),
        ("notes of mine", "is no catalogue of releases"),
        (None, "No such file"),
    ],
)
def test_a_file_that_is_something_else_is_left_alone(
    index: Index, tmp_path: Path, content: str | None, words: str
) -> None:
    path = tmp_path / "notes.json"
    if content is not None:
        path.write_text(content)
    shown = show("--refresh", "--file", str(path))
    assert shown.exit_code == 2, shown.output
    assert words in shown.output
    assert path.exists() == (content is not None)
    assert content is None or path.read_text() == content


def test_a_file_without_a_refresh_is_refused() -> None:
    shown = show("--file", "anything")
    assert shown.exit_code == 2
    assert "add --refresh" in shown.output


def test_no_index_is_named(offline: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    copy.write_bytes(DATA_FILE.read_bytes())
    shown = show("--refresh", "--file", str(copy))
    assert shown.exit_code == 2
    assert CLOSED_PORT in shown.output
    assert json.loads(copy.read_text()) == json.loads(DATA_FILE.read_text())
