"""Who runs a server of the suite's own: root and ordinary users; no folder is opened to others."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import owners
from tests.servers.owners import Owner, Running, ask

pytestmark = pytest.mark.network
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes someone else")

NOBODY = 65534


def without_namespaces(folder: Path) -> dict[str, str]:
    """As in a container: no namespace of users can be made."""
    program = folder / "programs" / "unshare"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n")
    program.chmod(0o755)
    return {"PATH": f"{program.parent}:{os.environ['PATH']}"}


def as_user(number: int) -> tuple[str, ...]:
    """What runs a command as an ordinary user who reaches what root owns."""
    return ("unshare", f"--map-user={number}", f"--map-group={number}", "--")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others can enter, as pytest's own can't be."""
    path = Path(tempfile.mkdtemp(prefix="servers-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.mark.parametrize("database", ["postgresql", "mariadb"])
def test_a_private_home_stays_private(database: str, tmp_path: Path) -> None:
    owners.require(database)
    cache = tmp_path / "home" / "cache"
    owners.share_packages(cache)
    cache.parent.chmod(0o700)
    before = owners.modes(cache)
    with Owner(database, cache) as owner:
        assert ask(database, owner.ready(), "SELECT 1") == ["1"]
        found = Running(database, cache)
    found.require_nothing_left()
    assert owners.modes(cache) == before
    for path in found.home.data.rglob("*"):
        assert path.stat().st_uid == os.geteuid()
        assert path.is_file() or path.stat().st_mode & 0o077 == 0


@as_root
@pytest.mark.parametrize("database", ["postgresql", "mariadb"])
def test_an_ordinary_user_has_one(database: str, tmp_path: Path) -> None:
    owners.require(database)
    owners.share_packages(tmp_path / "cache")
    with Owner(database, tmp_path / "cache", prefix=as_user(NOBODY)) as owner:
        assert ask(database, owner.ready(), "SELECT 1") == ["1"]
        found = Running(database, tmp_path / "cache")
    found.require_nothing_left()


@as_root
def test_a_user_without_a_name_has_one(tmp_path: Path) -> None:
    owners.share_packages(tmp_path / "cache")
    with Owner("postgresql", tmp_path / "cache", prefix=as_user(54321)) as owner:
        assert ask("postgresql", owner.ready(), "SELECT 1") == ["1"]
        found = Running("postgresql", tmp_path / "cache")
    found.require_nothing_left()


@as_root
def test_root_without_namespaces_lets_nobody_run_it(open_folder: Path) -> None:
    owners.share_packages(open_folder / "cache", link=False)
    variables = without_namespaces(open_folder)
    before = owners.modes(open_folder / "cache")
    with Owner("postgresql", open_folder / "cache", variables) as owner:
        assert ask("postgresql", owner.ready(), "SELECT 1") == ["1"]
        found = Running("postgresql", open_folder / "cache")
        for private in (found.sockets, found.home.data):
            assert (private.stat().st_mode & 0o777, private.stat().st_uid) == (0o700, NOBODY)
    found.require_nothing_left()
    assert owners.modes(open_folder / "cache") == before
    # With namespaces, root itself is the owner.
    with Owner("postgresql", open_folder / "cache") as owner:
        assert ask("postgresql", owner.ready(), "SELECT 1") == ["1"]
        assert found.home.data.stat().st_uid == os.geteuid()
        found = Running("postgresql", open_folder / "cache")
    found.require_nothing_left()


@as_root
def test_root_without_namespaces_in_a_private_folder_is_told_what_to_do(tmp_path: Path) -> None:
    owners.share_packages(tmp_path / "cache")
    tmp_path.chmod(0o700)
    with Owner("postgresql", tmp_path / "cache", without_namespaces(tmp_path)) as owner:
        said = owner.ready()
    assert said.startswith("mistake: PostgreSQL does not run as root")
    assert said.endswith("name a folder that others can enter with SQLALCHEMY_ASV_CACHE")
