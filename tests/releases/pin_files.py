"""Writing a file that pins, and asking which release that is."""

from pathlib import Path
from typing import NamedTuple

import pytest

from suite.releases import pins
from suite.terminal.errors import UserMistake

DATA = Path(__file__).with_name("data")
LONGEST_LINE = 300


class Answer(NamedTuple):
    """The release that a file pins, or the one line that refuses it; and what was said besides."""

    release: str | None
    refused: str
    notes: list[str]


def ask(file: str | Path, python: str | None = "3.11") -> Answer:
    """The answer for a file, whose refusals are one short line that ends with exit code 2."""
    notes: list[str] = []
    try:
        return Answer(pins.pinned_version(file, python, notes.append), "", notes)
    except UserMistake as mistake:
        line, exit_code = mistake.message, mistake.exit_code
    assert exit_code == 2
    assert line.isprintable()
    assert len(line) <= LONGEST_LINE
    return Answer(None, line, notes)


def write(folder: Path, name: str, content: str | bytes) -> str:
    """The name of a new file with this content."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return name


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test's own, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
