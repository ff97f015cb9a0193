"""What one argument of a command stands for."""

from pathlib import Path

import pytest

from suite.releases.catalogue import Catalogue
from suite.releases.named import named, resolve
from suite.terminal.errors import UserMistake
from tests.releases.pin_files import here, write

__all__ = ["here"]  # pytest takes fixtures from a module's names


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """The repository's own releases, and no others."""
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")
    return Catalogue.load()


def test_a_two_part_pin_is_a_release_and_no_series(catalogue: Catalogue, here: Path) -> None:
    file = write(here, "requirements.txt", "SQLAlchemy==2.0")
    assert named(catalogue, file, "3.11").version == "2.0.0"
    assert named(catalogue, "2.0", "3.11").version != "2.0.0"


def test_a_fourth_zero_makes_no_other_release(catalogue: Catalogue) -> None:
    assert named(catalogue, "1.4.54.0") == named(catalogue, "1.4.54")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("HEAD", "neither a release nor a file"),
        ("releases", "neither a release nor a file"),
        ("", "neither a release nor a file"),
        ("nonsense", "neither a release nor a file"),
        ("9" * 5000, "neither a release nor a file"),
        ("2.0." + "9" * 4000, "neither a release nor a file"),
        ("2.0.50..2.0.58", "a range"),
        (">=2.0,<2.1", "a range"),
        ("previous", "can only be OLD"),
        ("no.txt", "cannot be read"),
    ],
)
def test_what_is_no_release(text: str, said: str, catalogue: Catalogue, here: Path) -> None:
    for kept in ("HEAD", "releases"):
        write(here, kept, "sqlalchemy==2.0.48")
    with pytest.raises(UserMistake) as mistake:
        named(catalogue, text)
    assert said in mistake.value.message
    assert len(mistake.value.message) < 300
    assert "2.0.50..2.0.58)" not in mistake.value.message


def test_an_unknown_release_in_a_file_names_the_file(catalogue: Catalogue, here: Path) -> None:
    file = write(here, "requirements.txt", "SQLAlchemy==2.0.4711")
    with pytest.raises(UserMistake, match=r"requirements.txt: 2\.0\.4711: not in the catalogue"):
        named(catalogue, file)


def test_standard_input_is_read_once() -> None:
    with pytest.raises(UserMistake, match="can be read once"):
        resolve("-", "-", "3.11", print)
