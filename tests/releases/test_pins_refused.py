"""What pins no release of SQLAlchemy, or none that can be told, and the line that says so."""

import json
from pathlib import Path

import pytest

from tests.releases.pin_files import ask, here, write
from tests.releases.test_pins import (
    ENVIRONMENT,
    EXPLICIT,
    PIXI_LOCK_4,
    POETRY_LOCK,
    PYLOCK,
    SPDX,
    UV_LOCK,
)

__all__ = ["here"]  # pytest takes fixtures from a module's names

DIRECT = "so it is not the release of that number; name the release"
LOOSE = "not pinned to one release"
REFUSED = [
    (
        "requirements.txt",
        "-e git+https://github.com/sqlalchemy/sqlalchemy.git@0123#egg=SQLAlchemy",
        "from git",
    ),
    ("requirements.txt", "sqlalchemy==2.0.48 ; sys_platform ~= 'linux'", "has no meaning"),
    ("requirements.txt", "flask==3.0\nsqlalchemy-utils==0.41\n", "SQLAlchemy is not in it"),
    ("requirements.txt", "# nothing\n", "SQLAlchemy is not in it"),
    ("requirements.txt", "sqlalchemy\n", LOOSE),
    ("requirements.txt", "sqlalchemy==2.0.*\n", LOOSE),
    ("requirements.txt", "sqlalchemy===two\n", LOOSE),
    ("requirements.txt", "sqlalchemy===2.0\n", "nothing can be installed"),
    ("requirements.txt", "sqlalchemy>=2.0,<2.1\n", LOOSE),
    ("requirements.txt", "git+https//TOKEN@x/sqlalchemy.git", "..."),
    ("requirements.txt", "sqlalchemy==" + "9" * 5000, LOOSE),
    ("requirements.txt", "sqlalchemy @ git+https://example.invalid/x\n", DIRECT),
    ("requirements.txt", "git+https://u:TOKEN@x/sqlalchemy/sqlalchemy.git@rel/2_0", DIRECT),
    ("requirements.txt", "https://u:TOKEN@x/sqlalchemy/sqlalchemy/archive/2.tar.gz", "from a URL"),
    ("requirements.txt", "./SQLAlchemy-2.0.48-py3-none-any.whl", "from a path"),
    ("requirements.txt", "SQLAlchemy-2.0.48-py3-none-any.whl", "from a path"),
    ("requirements.txt", "SQLAlchemy-2.0.48.tar.gz", "from a path"),
    ("requirements.txt", "-e ../sqlalchemy[asyncio]", "from a path"),
    ("requirements.txt", "-e .", "is not read: -e ."),
    ("requirements.txt", "-r https://u:TOKEN@x/y.txt", "is not read: -r https://"),
    (
        "requirements.txt",
        "sqlalchemy>2\n-c https://u:TOKEN@x/y.txt",
        "-c https://... is not followed",
    ),
    ("requirements.txt", "sqlalchemy==2.0.48+mine", "not a release"),
    ("requirements.txt", "sqlalchemy==2.0.48\nsqlalchemy<2", "contradicts the pin 2.0.48"),
    ("requirements.txt", "sqlalchemy=2.0\n", "not a requirement"),
    ("requirements.txt", 'sqlalchemy = "2.0.48"\n', "not a requirement"),
    (
        "requirements.txt",
        "sqlalchemy==1.4.54\nsqlalchemy==2.0.48\n",
        "more than one SQLAlchemy (1.4.54, 2.0.48)",
    ),
    (
        "requirements.txt",
        "sqlalchemy==2.0.48\nhello there\n",
        'line 2, "hello there": not a requirement',
    ),
    ("requirements.txt", "- sqlalchemy==2.0.48", "not a requirement"),
    ("requirements.txt", "-r a -r b", "a line for each"),
    ("requirements.txt", "-r 'a", "not an option"),
    ("requirements.txt", "-r none.txt\n", "none.txt: cannot be read"),
    ("requirements.txt", "<<<<<<< HEAD\nsqlalchemy==2.0.48\n=======\n", "unfinished merge"),
    ("requirements.txt", "", "is empty"),
    ("requirements.txt", b"PK\x03\x04\x00", "not text"),
    ("requirements.txt", b"# \xe9\nsqlalchemy==2.0.48", "not text"),
    ("requirements.txt", b"# coding: nosuch\nsqlalchemy==2.0.48", "not text"),
    ("requirements.txt", "x" * 5_000_000, "longer than 100,000 characters"),
    ("uv.lock", "[[package]]\nname = ", "not a lock file"),
    ("uv.lock", "x = 1", "lists no packages"),
    ("uv.lock", UV_LOCK.replace("registry", "git"), "from git"),
    ("uv.lock", UV_LOCK.replace("registry", "editable"), "from a path"),
    ("uv.lock", "x = " + "[" * 50_000, "nested too deep"),
    ("uv.lock", "[" + "a." * 60_000 + "b]", "a line in it is longer"),
    ("uv.lock", "package = 3", "lists no packages"),
    ("uv.lock", "[[package]]\nname = 3\nversion = 3", "lists no packages by name"),
    ("uv.lock", f'[[package]]\nname = "sqlalchemy"\nversion = {"9" * 5000}', "out of range"),
    ("poetry.lock", '[[package]]\nname = "sqlalchemy"\n', LOOSE),
    ("poetry.lock", POETRY_LOCK.replace("legacy", "git"), "from git"),
    ("poetry.lock", POETRY_LOCK.replace("legacy", "url"), "from a URL"),
    ("poetry.lock", POETRY_LOCK.replace("legacy", "directory"), "from a path"),
    ("pdm.lock", '[[package]]\nname = "sqlalchemy"\nversion = "2.0.48"\ngit = "x"', "from git"),
    ("pdm.lock", '[[package]]\nname = "sqlalchemy"\nversion = "2.0.48"\npath = "x"', "from a path"),
    ("pylock.toml", PYLOCK.replace("hashes", "hash"), "not a pylock.toml"),
    (
        "pylock.toml",
        PYLOCK.split("[packages.sdist]")[0]
        + '[packages.vcs]\ntype = "git"\nurl = "x"\ncommit-id = "1"',
        "from git",
    ),
    ("Pipfile.lock", "{", "not JSON"),
    ("Pipfile.lock", '{"default": {"sqlalchemy": {"version": "*"}}}', LOOSE),
    ("Pipfile.lock", '{"default": {"sqlalchemy": {"git": "x", "ref": "1"}}}', "from git"),
    ("Pipfile.lock", '{"default": {"sqlalchemy": {"file": "https://x/y"}}}', "from a URL"),
    ("Pipfile.lock", '{"default": {}, "more": 3}', "not a Pipfile.lock"),
    ("Pipfile", '[packages]\nsqlalchemy = "*"', LOOSE),
    ("Pipfile", '[packages]\nsqlalchemy = {git = "https://u:TOKEN@x"}', "from git"),
    ("Pipfile", '[packages]\nsqlalchemy = "two"', "is not a version"),
    ("pyproject.toml", '[project]\nname = "app"', "SQLAlchemy is not in it"),
    ("pyproject.toml", '[project]\ndependencies = ["sqlalchemy =2"]', "not a requirement"),
    ("pyproject.toml", '[project]\ndynamic = ["dependencies"]', "that are dynamic"),
    (
        "pyproject.toml",
        '[tool.hatch.envs.x]\ndependencies = ["sqlalchemy==2.0.48"]',
        "a part that names",
    ),
    ("pyproject.toml", '[tool.poetry.dependencies]\nsqlalchemy = "^2.0.48"', LOOSE),
    ("pyproject.toml", '[tool.poetry.dependencies]\nsqlalchemy = "2.0.48 || 2.0.49"', LOOSE),
    ("pyproject.toml", '[tool.poetry.dependencies]\nsqlalchemy = {path = "x"}', "from a path"),
    (
        "pyproject.toml",
        '[project]\ndependencies = ["sqlalchemy==2.0.48"]\n'
        '[tool.uv.sources]\nsqlalchemy = {git = "https://u:TOKEN@x"}',
        "from git",
    ),
    ("pixi.toml", '[workspace]\n[dependencies]\nsqlalchemy = "2.0.48.*"', "name pixi.lock"),
    ("environment.yml", ENVIRONMENT.format("sqlalchemy=2.0", "flask"), LOOSE),
    ("environment.yml", ENVIRONMENT.format("sqlalchemy", "flask"), LOOSE),
    ("environment.yml", ENVIRONMENT.format("'sqlalchemy=2.0.48|2.0.49'", "flask"), LOOSE),
    (
        "environment.yml",
        ENVIRONMENT.format("sqlalchemy=2.0.48", "sqlalchemy==2.0.50"),
        "more than one",
    ),
    ("environment.yml", ENVIRONMENT.format("numpy", "git+https://x/sqlalchemy.git"), "from git"),
    ("environment.yml", "dependencies: &a [x]\nb: *a", "aliases"),
    ("environment.yml", "dependencies: [a]\ndependencies: [b]", "occurs twice"),
    ("environment.yml", "a:\n " + "- " * 100_000, "nested too deep"),
    ("environment.yml", "a: " + "[" * 100_000, "nested too deep"),
    ("environment.yml", "a: [", "not YAML"),
    ("compose.yml", "services:\n  db: {image: postgres}", "lists no packages"),
    ("pixi.lock", PIXI_LOCK_4.replace("https://x/y.whl", "git+https://x"), "from git"),
    ("explicit.txt", EXPLICIT.format("flask-sqlalchemy"), "SQLAlchemy is not in it"),
    (
        "list.json",
        '[{"name": "sqlalchemy", "version": "2", "editable_project_location": "/x"}]',
        "from a path",
    ),
    ("list.json", '[{"name": "sqlalchemy", "version": 2.10}]', LOOSE),
    ("pyproject.toml", "[tool.poetry.dependencies]\nsqlalchemy = 2.10", "is not a version"),
    ("list.json", "[1]", "by name"),
    ("list.json", "[" * 100_000, "nested too deep"),
    ("inspect.json", '{"pip_version": "24", "installed": 3}', "not a report of pip"),
    ("sbom.json", '{"bomFormat": "CycloneDX", "components": 3}', "not a CycloneDX document"),
    ("sbom.json", json.dumps(SPDX).replace("NOASSERTION", "git+https://x"), "from git"),
    (
        "sbom.json",
        '{"spdxVersion": "SPDX-2.3", "packages": [{"name": "python3-sqlalchemy",'
        ' "versionInfo": "1.4", "externalRefs": ['
        '{"referenceLocator": "pkg:deb/debian/python3-sqlalchemy@1"}]}]}',
        "the system's python3-sqlalchemy",
    ),
    ("package.json", '{"name": "app", "version": "1"}', "lists no packages"),
    ("setup.cfg", "[metadata]\nname = app\n", "an INI file"),
    ("setup.py", "from setuptools import setup\n", "a Python program"),
    ("Dockerfile", "FROM python:3.11\nRUN pip install sqlalchemy==2.0.48\n", "a Dockerfile"),
    ("sbom.xml", "<?xml version='1.0'?><bom/>", "name the SBOM as JSON"),
    ("sbom.spdx", "SPDXVersion: SPDX-2.3\n", "name the SBOM as JSON"),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case[0]}-{case[2]}")
def test_what_pins_no_release_is_refused_in_one_line(
    case: tuple[str, str | bytes, str], here: Path
) -> None:
    name, content, said = case
    answer = ask(write(here, name, content))
    assert answer.release is None
    assert said in answer.refused
    assert name in answer.refused or "none.txt" in answer.refused
    assert "TOKEN" not in answer.refused
