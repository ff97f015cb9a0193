"""Which SQLAlchemy a requirements or lock file pins."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite import pins
from suite.errors import UserMistake

UV_LOCK = """
version = 1
[[package]]
name = "flask"
version = "3.0.0"
[[package]]
name = "sqlalchemy"
version = "2.0.58"
source = { registry = "https://index.example/simple" }
"""
POETRY_LOCK = """
[[package]]
name = "SQLAlchemy"
version = "2.0.58"
description = "Database Abstraction Library"
[metadata]
lock-version = "2.0"
"""
PYLOCK = """
lock-version = "1.0"
[[packages]]
name = "sqlalchemy"
version = "2.0.58"
"""
PIPFILE_LOCK = json.dumps(
    {
        "_meta": {"sources": []},
        "default": {"sqlalchemy": {"version": "==2.0.58", "hashes": []}},
        "develop": {"pytest": {"version": "==8.0"}},
    }
)
PIP_COMPILE = """\
# made by pip-compile
greenlet==3.1.1 \\
    --hash=sha256:aaaa
    # via sqlalchemy
sqlalchemy[asyncio]==2.0.58 ; python_version >= "3.8" \\
    --hash=sha256:bbbb \\
    --hash=sha256:cccc
    # via -r requirements.in
sqlalchemy-utils==0.41.2
"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("uv.lock", UV_LOCK),
        ("poetry.lock", POETRY_LOCK),
        ("pdm.lock", POETRY_LOCK),
        ("pylock.toml", PYLOCK),
        ("Pipfile.lock", PIPFILE_LOCK),
        ("requirements.txt", PIP_COMPILE),
        ("requirements.txt", "\ufeffSQLAlchemy===2.0.58\r\nflask\r\n"),
        ("requirements.txt", "SQLAlchemy == 2.0.58  # the last good one"),
        ("requirements.txt", "sqlalchemy==2.0.58\nSqlAlchemy[asyncio]==2.0.58"),
        ("requirements.txt", 'sqlalchemy==1.4.54; python_version < "3"\nsqlalchemy==2.0.58'),
    ],
)
def test_every_kind_of_file(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert pins.is_file(str(path))
    assert pins.pinned_version(path) == "2.0.58"


def test_included_files_are_followed_once(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("-r base/base.txt\n--index-url https://x/\n-e .\n")
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "base.txt").write_text("-c ../constraints.txt\n-r ../requirements.txt\n")
    (tmp_path / "constraints.txt").write_text("sqlalchemy==2.0.58\n")
    assert pins.pinned_version(tmp_path / "requirements.txt") == "2.0.58"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("requirements.txt", "flask==3.0\nsqlalchemy-utils==0.41\n", "SQLAlchemy is not in it"),
        ("requirements.txt", "sqlalchemy\n", "not pinned"),
        ("requirements.txt", "sqlalchemy==2.0.*\n", "not pinned"),
        ("requirements.txt", "sqlalchemy>=2.0,<2.1\n", "not pinned"),
        ("requirements.txt", "sqlalchemy @ git+https://example.invalid/x\n", "not pinned"),
        ("requirements.txt", "sqlalchemy=2.0\n", "not a requirement"),
        ("requirements.txt", "sqlalchemy==1.4.54\nsqlalchemy==2.0.58\n", "more than one"),
        ("requirements.txt", "-r none.txt\n", "none.txt: cannot be read"),
        ("uv.lock", "[[package]]\nname = ", "not a lock file"),
        ("uv.lock", "x = 1", "lists no packages"),
        ("poetry.lock", '[[package]]\nname = "sqlalchemy"\n', "not pinned"),
        ("Pipfile.lock", "[]", "not a Pipfile.lock"),
        ("Pipfile.lock", "{", "not a Pipfile.lock"),
        ("Pipfile.lock", '{"default": {"sqlalchemy": {"version": "*"}}}', "not pinned"),
    ],
)
def test_what_pins_nothing_gets_one_line(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(UserMistake) as mistake:
        pins.pinned_version(path)
    assert said in mistake.value.message
    assert "\n" not in mistake.value.message
    assert name in mistake.value.message or "none.txt" in mistake.value.message


def test_what_is_no_text_gets_one_line(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_bytes(b"\xff\xfe\x00sqlalchemy")
    with pytest.raises(UserMistake, match="not UTF-8"):
        pins.pinned_version(path)
    with pytest.raises(UserMistake, match="cannot be read"):
        pins.pinned_version(tmp_path)


@pytest.mark.parametrize("release", ["2.0", "2.0.58", "latest", "2.1.0b1"])
def test_a_release_is_no_file(
    release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / release).mkdir()
    assert not pins.is_file(release)


@given(
    versions=st.lists(st.from_regex(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}", fullmatch=True)),
    other=st.text(alphabet=st.characters(categories=("L", "N"), max_codepoint=127), min_size=1),
)
def test_only_its_own_name_counts(
    tmp_path_factory: pytest.TempPathFactory, versions: list[str], other: str
) -> None:
    path = tmp_path_factory.mktemp("pins") / "requirements.txt"
    lines = [f"{other}-sqlalchemy=={version}" for version in versions]
    path.write_text("\n".join([*lines, "sqlalchemy==2.0.58"]))
    assert pins.pinned_version(path) == "2.0.58"
