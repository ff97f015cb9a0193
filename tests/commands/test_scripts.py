"""The shell scripts: wherever they lie, and whatever link they are reached through."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from suite.project import ROOT

WRAPPERS = [
    path.name
    for path in sorted((ROOT / "scripts").iterdir())
    if path.name not in ("in-venv", "make_venv.py", "test")
]
STRANGE = 'a & b\'s "$HOME" `id` ; é\\'
SAYS_ARGUMENTS = '#!/bin/sh\nfor each in "$@"; do echo "[$each]"; done\n'


def stand_in(path: Path) -> None:
    """A program that prints its arguments, a line each."""
    path.write_text(SAYS_ARGUMENTS)
    path.chmod(0o755)


@pytest.fixture(params=["plain", STRANGE])
def root(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A clone whose Python is a stand-in."""
    root = tmp_path / str(request.param)
    shutil.copytree(ROOT / "scripts", root / "scripts")
    (root / ".venv-made" / "bin").mkdir(parents=True)
    (root / ".venv").symlink_to(".venv-made")
    stand_in(root / ".venv" / "bin" / "python")
    for name in ("requirements.lock", ".venv/made-from.lock"):
        (root / name).write_text("click==8\n")
    return root


def links(script: Path, folder: Path) -> list[Path]:
    """An absolute link, a relative one, one to a link, and one to a folder on the way."""
    other = folder / "other"
    other.mkdir(parents=True)
    absolute, relative, twice = folder / "absolute", folder / "relative", other / "twice"
    absolute.symlink_to(script)
    relative.symlink_to(os.path.relpath(script, folder))
    twice.symlink_to("../relative")
    way = folder / "way"
    way.symlink_to(script.parent.parent)
    return [script, absolute, relative, twice, way / "scripts" / script.name]


@pytest.mark.parametrize("name", [*WRAPPERS, "in-venv"])
def test_a_script_finds_its_neighbours(root: Path, name: str) -> None:
    module = [] if name == "in-venv" else [f"[suite.commands.{name.replace('-', '_')}]"]
    words = ["--rows", "a 'b' $c"]
    for link in links(root / "scripts" / name, root.parent / "links"):
        done = subprocess.run(
            [link, *words], capture_output=True, text=True, check=False, cwd=root.parent
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == ["[-m]", *module, "[--rows]", "[a 'b' $c]"]


@pytest.mark.parametrize("name", WRAPPERS)
def test_a_script_is_found_on_path_and_by_a_shell(root: Path, name: str) -> None:
    (root.parent / "bin").mkdir()
    (root.parent / "bin" / "mine").symlink_to(root / "scripts" / name)
    path = f"{root.parent / 'bin'}:{os.environ['PATH']}"
    for shell in ("mine x", "cd bin && sh mine x"):
        done = subprocess.run(
            ["/bin/sh", "-c", shell],
            cwd=root.parent,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1] == "[x]"


def test_the_tests_find_their_folder_through_a_link(root: Path) -> None:
    stand_in(root / ".venv" / "bin" / "lint-imports")
    for link in links(root / "scripts" / "test", root.parent / "links"):
        done = subprocess.run(
            [link, "-k", "x"], capture_output=True, text=True, check=False, cwd=root.parent
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-2:] == ["[-k]", "[x]"]


def test_a_folder_with_a_colon_is_named(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scripts", tmp_path / "a:b" / "scripts")
    done = subprocess.run(
        [tmp_path / "a:b" / "scripts" / "bench"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "a:b" in done.stderr
    assert "rename" in done.stderr
