"""Which SQLAlchemy a file pins, kind by kind."""

import json
from pathlib import Path

import pytest

from suite.releases import pins
from tests.releases.pin_files import ask, here, write

__all__ = ["here"]  # pytest takes fixtures from a module's names

UV_LOCK = """\
version = 1
[[package]]
name = "flask-sqlalchemy"
version = "3.0.0"
[[package]]
name = "sqlalchemy"
version = "2.0.48"
source = { registry = "https://index.example/simple" }
"""
UV_FORKS = """\
version = 1
[[package]]
name = "sqlalchemy"
version = "1.4.54"
resolution-markers = ["python_full_version < '3.12' and sys_platform == 'win32'",
  "python_full_version < '3.12' and sys_platform != 'win32'"]
[[package]]
name = "sqlalchemy"
version = "2.0.48"
resolution-markers = ["python_full_version >= '3.12'"]
"""
POETRY_LOCK = """\
[[package]]
name = "SQLAlchemy"
version = "2.0.48"
description = "Database Abstraction Library"
[package.source]
type = "legacy"
url = "https://index.example/simple"
[metadata]
lock-version = "2.0"
"""
PYLOCK = """\
lock-version = "1.0"
created-by = "somebody"
[[packages]]
name = "sqlalchemy"
version = "2.0.48"
marker = "'db' in dependency_groups or 'db' in extras"
[packages.sdist]
name = "sqlalchemy-2.0.48.tar.gz"
url = "https://index.example/sqlalchemy-2.0.48.tar.gz"
hashes = { sha256 = "aaaa" }
"""
PIPFILE_LOCK = json.dumps(
    {
        "_meta": {"sources": []},
        "default": {"sqlalchemy": {"version": "==2.0.48", "markers": "python_version >= '3.7'"}},
        "develop": {"sqlalchemy": {"version": "==2.0.48", "index": "mirror"}},
    }
)
PIP_COMPILE = """\
# made by pip-compile
greenlet==3.1.1 \\
    --hash=sha256:aaaa
    # via sqlalchemy
sqlalchemy[asyncio]==2.0.48 ; python_version >= "3.8" \\
    --hash=sha256:bbbb \\
    --hash=sha256:cccc
    # via -r requirements.in
sqlalchemy-utils==0.41.2
"""
ENVIRONMENT = "name: app\ndependencies:\n  - python=3.11\n  - {}\n  - pip:\n      - {}\n"
CONDA_LOCK = """\
version: 1
metadata: {platforms: [linux-64, win-64]}
package:
- {name: sqlalchemy, version: 2.0.48, manager: conda, platform: linux-64, url: https://x/a.conda}
- {name: sqlalchemy, version: 2.0.48, manager: conda, platform: win-64, url: https://x/a.conda}
"""
PIXI_LOCK = """\
version: 6
environments:
  default:
    channels: [{url: https://conda.example/conda-forge/}]
    packages:
      linux-64:
      - conda: https://conda.example/conda-forge/linux-64/sqlalchemy-2.0.48-py311h_0.conda
packages:
- conda: https://conda.example/conda-forge/linux-64/sqlalchemy-2.0.48-py311h_0.conda
  sha256: aaaa
- pypi: https://index.example/Flask_SQLAlchemy-3.1.1-py3-none-any.whl
  name: flask-sqlalchemy
  version: 3.1.1
"""
PIXI_LOCK_4 = """\
version: 4
environments: {default: {}}
packages:
- {kind: conda, name: sqlalchemy, version: 2.0.48, subdir: linux-64, url: https://x/y.conda}
- {kind: pypi, name: sqlalchemy, version: 2.0.48, url: https://x/y.whl}
"""
CYCLONEDX = {
    "bomFormat": "CycloneDX",
    "components": [
        {"name": "image", "components": [{"name": "sqlalchemy", "version": "2.0.48"}]},
        {"name": "sqlalchemy", "version": "2.0.48", "purl": "pkg:pypi/sqlalchemy@2.0.48"},
        {"name": "sqlalchemy", "version": "9.9.9", "purl": "pkg:npm/sqlalchemy@9.9.9"},
    ],
}
SPDX = {
    "spdxVersion": "SPDX-2.3",
    "packages": [
        {
            "name": "pypi:sqlalchemy",
            "versionInfo": "2.0.48",
            "downloadLocation": "NOASSERTION",
            "externalRefs": [{"referenceLocator": "pkg:pypi/sqlalchemy@2.0.48"}],
        }
    ],
}
SPDX_3 = {
    "@context": "https://spdx.example/3.0",
    "@graph": [
        {"type": "software_Package", "name": "sqlalchemy", "software_packageVersion": "2.0.48"}
    ],
}
EXPLICIT = (
    "# platform: linux-64\n@EXPLICIT\nhttps://u:p@conda.example/x/{}-2.0.48-py311_0.conda#ab\n"
)

RIGHT = [
    # What teams have, and what the installers answered.
    ("requirements.txt", "SQLAlchemy==2.0\n", "2.0.0"),
    ("requirements.lock", "# by rye\ngreenlet==3.1.1\n    # via sqlalchemy\nsqlalchemy==2.0.48\n"),
    ("requirements.txt", "sqlalchemy==2.0.48,<2.1\n"),
    ("requirements.txt", "\ufeffsqlalchemy==2.0.48\r\nflask\r\n".encode("utf-16-le")),
    ("requirements.txt", "# -*- coding: latin-1 -*-\n# \xe9\nsqlalchemy==2.0.48".encode("latin-1")),
    (
        "requirements.txt",
        "SQLAlchemy==2.0.48\n"
        "git+https://github.com/org/flask-sqlalchemy.git@0123abc#egg=Flask-SQLAlchemy==2.3.2.dev1",
    ),
    (
        "requirements.txt",
        "SQLAlchemy==2.0.48\ngit+https://user:TOKEN@git.example/org/sqlalchemy-utils.git\n",
    ),
    ("environment.yml", ENVIRONMENT.format("sqlalchemy=2.0.48", "Flask-SQLAlchemy==3.1.1")),
    ("pip_list.json", '[{"name": "SQLAlchemy", "version": "2.0.48"}]'),
    ("sbom.json", json.dumps(CYCLONEDX)),
    ("old.txt", '[[package]]\nname = "sqlalchemy"\nversion = "2.0.48"\n'),
    ("Pipfile", '[packages]\nflask-sqlalchemy = "*"\nsqlalchemy = "==2.0.48"\n'),
    # pip's format.
    ("requirements.txt", PIP_COMPILE),
    ("uv.lock", PIP_COMPILE),
    ("requirements.txt", "\ufeffSQLAlchemy===2.0.48\r\nflask\r\n"),
    ("requirements.txt", "SQLAlchemy == 2.0.48  # the last good one \\\nflask\n"),
    ("requirements.txt", "sqlalchemy\\\n==2.0.48"),
    ("requirements.txt", "sqlalchemy (==2.0.48)"),
    ("requirements.txt", "sqlalchemy==2.0.48\nSqlAlchemy[asyncio]==2.0.48.0"),
    ("requirements.txt", "sqlalchemy==2.0.*\nsqlalchemy>=2\nsqlalchemy==2.0.48 # and no other"),
    ("requirements.txt", 'sqlalchemy==1.4.54; python_version < "3"\nsqlalchemy==2.0.48'),
    (
        "requirements.txt",
        "./vendor/x\n-e .\n-i https://x/\n--pre\nw-1-py3-none-any.whl\nsqlalchemy==2.0.48",
    ),
    (
        "requirements.txt",
        "--uploaded-prior-to 2026-01-01\nsqlalchemy==2.0.48 --config-settings=a=b",
    ),
    ("requirements.txt", "pytz==2004d\nfoo>=1.0.*\nsqlalchemy==2.0.48"),
    ("requirements.txt", "sqlalchemy==1.4.54.0\n", "1.4.54"),
    ("requirements.txt", "sqlalchemy==2.1.0b1\n", "2.1.0b1"),
    # Lock files.
    ("uv.lock", UV_LOCK),
    ("uv.lock", UV_FORKS, "1.4.54"),
    ("poetry.lock", POETRY_LOCK),
    ("pdm.lock", POETRY_LOCK),
    ("pylock.toml", PYLOCK),
    ("pylock.toml", PYLOCK.split("[packages.sdist]")[0]),
    ("Pipfile.lock", PIPFILE_LOCK),
    # What people write themselves.
    ("Pipfile", '[packages]\nsqlalchemy = {version = "==2.0.48", sys_platform = "!= \'x\'"}'),
    ("pyproject.toml", '[project]\ndependencies = ["SQLAlchemy[asyncio]==2.0.48"]'),
    ("pyproject.toml", '[project.optional-dependencies]\ndb = ["sqlalchemy==2.0.48"]'),
    ("pyproject.toml", '[dependency-groups]\ndb = [{include-group = "x"}, "sqlalchemy==2.0.48"]'),
    (
        "pyproject.toml",
        '[project]\ndependencies = ["sqlalchemy"]\n'
        '[tool.uv]\nconstraint-dependencies = ["sqlalchemy==2.0.48"]\n'
        '[tool.uv.sources]\nsqlalchemy = {index = "mirror"}',
    ),
    ("pyproject.toml", '[tool.pdm.dev-dependencies]\ndb = ["sqlalchemy==2.0.48"]'),
    ("pyproject.toml", '[tool.poetry.dependencies]\nsqlalchemy = "2.0"', "2.0.0"),
    ("pyproject.toml", '[tool.poetry.dev-dependencies]\nsqlalchemy = "==2.0.48"'),
    (
        "pyproject.toml",
        '[tool.poetry.group.db.dependencies]\nsqlalchemy = {version = "2.0.48", python = "^3.8"}',
    ),
    (
        "pyproject.toml",
        '[tool.poetry.dependencies]\nsqlalchemy = {version = "2.0.48", python = "*"}',
    ),
    (
        "pyproject.toml",
        "[tool.poetry.dependencies]\nsqlalchemy = ["
        '{version = "1.4.54", python = "<3.11"}, {version = "2.0.48", python = ">=3.11,<4.0"}]',
    ),
    # conda.
    ("environment.yml", ENVIRONMENT.format("conda-forge::sqlalchemy==2.0.48", "flask")),
    ("environment.yml", ENVIRONMENT.format("sqlalchemy=2.0=py311_0", "flask"), "2.0.0"),
    ("environment.yml", ENVIRONMENT.format("sqlalchemy[version='2.0.48']", "flask")),
    ("environment.yml", ENVIRONMENT.format("sqlalchemy 2.0.48", "flask")),
    ("environment.yml", ENVIRONMENT.format("sqlalchemy>=2", "SQLAlchemy==2.0.48")),
    ("environment.json", '{"dependencies": ["sqlalchemy=2.0.48=py311_0"]}'),
    ("conda-lock.yml", CONDA_LOCK),
    ("pixi.lock", PIXI_LOCK),
    ("pixi.lock", PIXI_LOCK_4),
    ("explicit.txt", EXPLICIT.format("sqlalchemy")),
    ("export.txt", "# platform: linux-64\nnumpy=1.26=py311_0\nsqlalchemy=2.0.48=py311_0\n"),
    (
        "list.txt",
        "# packages in environment at /env:\n#\n# Name  Version\nsqlalchemy  2.0.48  py311_0\n",
    ),
    # What pip prints.
    ("list.txt", "Package    Version\n---------- -------\nSQLAlchemy 2.0.48\npip        24.0\n"),
    ("list.txt", "alembic (1.0.0)\nSQLAlchemy (1.1.4)\n", "1.1.4"),
    (
        "inspect.json",
        '{"pip_version": "24", "installed": [{"metadata": {"name": "SQLAlchemy",'
        ' "version": "2.0.48"}}]}',
    ),
    (
        "report.json",
        '{"pip_version": "24", "install": [{"is_direct": false, "download_info": {"url": "x"},'
        ' "metadata": {"name": "SQLAlchemy", "version": "2.0.48"}}]}',
    ),
    # Bills of materials.
    ("sbom.json", json.dumps(SPDX)),
    ("sbom.json", json.dumps({"sbom": SPDX})),
    ("sbom.json", json.dumps(SPDX_3)),
]


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: f"{case[0]}-{case[1][:40]!r}")
def test_every_kind_of_file(
    case: tuple[str, str | bytes] | tuple[str, str | bytes, str], here: Path
) -> None:
    name, content, *expected = case
    file = write(here, name, content)
    assert pins.is_file(file)
    answer = ask(file)
    assert (answer.release, answer.refused) == (expected[0] if expected else "2.0.48", "")


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case[0])
def test_no_file_is_recognised_by_its_name_alone(
    case: tuple[str, str | bytes] | tuple[str, str | bytes, str], here: Path
) -> None:
    name, content, *_ = case
    assert ask(write(here, "old", content))[:2] == ask(write(here, name, content))[:2]


@pytest.mark.parametrize(
    ("python", "release"),
    [("3.9", "1.4.54"), ("3.11", "1.4.54"), ("3.12", "2.0.48"), ("3.13", "2.0.48")],
)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("uv.lock", UV_FORKS),
        (
            "requirements.txt",
            'sqlalchemy==1.4.54 ; python_version <= "3.11"\n'
            'sqlalchemy==2.0.48 ; python_version >= "3.12" and python_version < "4.0"',
        ),
    ],
)
def test_markers_are_judged_for_the_measured_python(
    name: str, content: str, python: str, release: str, here: Path
) -> None:
    answer = ask(write(here, name, content), python)
    assert answer.release == release
    [note] = answer.notes
    assert release in note
    assert f"taken for Python {python}" in note


def test_without_a_python_markers_must_not_matter(here: Path) -> None:
    assert "more than one" in ask(write(here, "uv.lock", UV_FORKS), None).refused
    assert (
        ask(write(here, "uv.lock", UV_FORKS.replace("1.4.54", "2.0.48")), None).release == "2.0.48"
    )


def test_the_patch_release_of_python_is_not_known(here: Path) -> None:
    forks = UV_FORKS.replace("'3.12'", "'3.11.4'")
    assert "the patch release of Python 3.11 decides" in ask(write(here, "uv.lock", forks)).refused
    assert ask(write(here, "uv.lock", forks), "3.11.4").release == "2.0.48"


def test_the_one_pin_for_another_python_is_taken_and_said(here: Path) -> None:
    file = write(here, "requirements.txt", 'sqlalchemy==2.0.48 ; python_version >= "3.12"')
    answer = ask(file, "3.11")
    assert answer.release == "2.0.48"
    assert "not for each Python 3.11" in answer.notes[0]
    assert ask(file, "3.12") == ("2.0.48", "", [])


@pytest.mark.parametrize("release", ["2.0", "2.0.58", "latest", "2.1.0b1", "v2.0.58"])
def test_a_release_is_no_file(release: str, here: Path) -> None:
    (here / release).mkdir()
    assert not pins.is_file(release)


def test_a_file_that_is_called_like_a_release_is_none(here: Path) -> None:
    write(here, "2.0", "sqlalchemy==1.4.54")
    assert not pins.is_file("2.0")
    assert ask("./2.0").release == "1.4.54"
