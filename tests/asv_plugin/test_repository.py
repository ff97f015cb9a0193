"""Releases as asv's revisions."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asv.config import Config
from asv.repo import NoSuchNameError, get_repo
from asv.util import UserError

from suite.asv_plugin.repository import HISTORY, Releases
from suite.project import ROOT
from tests.package_index import Index, sdist

pytestmark = pytest.mark.usefixtures("offline")


@pytest.fixture
def repo() -> Releases:
    conf = Config.from_json({"project": "SQLAlchemy", "repo": "sqlalchemy", "dvcs": "pypi"})
    found = get_repo(conf)
    assert isinstance(found, Releases)
    return found


def test_names(repo: Releases) -> None:
    assert repo.get_hash_from_name("2.0.58") == "2.0.58"
    assert repo.get_hash_from_name("1.4") == "1.4.54"
    assert repo.get_hash_from_name("2.1b1") == "2.1.0b1"
    assert repo.get_hash_from_name(None) == repo.get_hash_from_name(HISTORY)
    assert repo.get_hash_from_parent("2.0.0") == "1.4.54"
    assert repo.get_decorated_hash("2.0.5.post1", 8) == "2.0.5.post1"
    assert repo.get_decorated_hash("2.0.5", 8) == "2.0.5"
    assert repo.get_decorated_hash("1.4", 8) == "1.4.54"


@pytest.mark.parametrize("name", ["9.9.9", "9.9", "banana", "2.0.5", ".."])
def test_a_bad_name_is_what_asv_handles_and_otherwise_prints(repo: Releases, name: str) -> None:
    with pytest.raises(NoSuchNameError) as raised:
        repo.get_hash_from_name(name)
    assert isinstance(raised.value, UserError)
    assert "\n" not in str(raised.value)


def test_ranges_are_newest_first(repo: Releases) -> None:
    assert repo.get_hashes_from_range("2.0.50..2.0.53") == ["2.0.53", "2.0.52", "2.0.51"]
    assert repo.get_hashes_from_range("2.0.58") == ["2.0.58"]
    assert repo.get_hashes_from_range(">=2.0,<2.0.2") == ["2.0.1", "2.0.0"]
    for bad in ("2.0.58..2.0.58", "2.0.58..2.0.1", "", "..", ">=99"):
        with pytest.raises(UserError):
            repo.get_hashes_from_range(bad)


def test_ranges_that_asv_asks_for_may_be_empty(repo: Releases) -> None:
    def asked(spec: str) -> list[str]:
        return repo.get_hashes_from_range(spec)

    assert asked(repo.get_range_spec("1.4.54", "2.0.0")) == ["2.0.0"]
    assert asked(repo.get_range_spec("2.0.0", "2.0.0")) == []
    assert asked(repo.get_new_range_spec("1.3.22", "1.3")) == ["1.3.24", "1.3.23"]
    assert asked(repo.get_new_range_spec("2.0.0", "1.3")) == []
    assert asked(repo.get_new_range_spec(repo.get_hash_from_name(HISTORY), HISTORY)) == []


def test_dates_are_those_of_the_uploads_in_milliseconds(repo: Releases) -> None:
    stamp = repo.get_date("2.0.0")
    assert datetime.fromtimestamp(stamp / 1000, UTC).date().isoformat() == "2023-01-26"
    assert repo.get_date_from_name("1.4") == repo.get_date("1.4.54")
    with pytest.raises(UserError):
        repo.get_date("9.9.9")


def test_tags_are_the_first_releases_of_series_oldest_first(repo: Releases) -> None:
    tags = repo.get_tags()
    assert list(tags)[:3] == ["0.9.0", "1.0.0", "1.1.0"]
    assert list(tags)[-2:] == ["2.0.0", "2.1.0"]
    assert all(tag == version and tag.endswith(".0") for tag, version in tags.items())


def test_branches_are_series_newest_first(repo: Releases) -> None:
    commits = repo.get_branch_commits("1.4")
    assert commits[0] == "1.4.54"
    assert commits[-1] == "1.4.0"
    assert "1.4.33" not in commits
    assert repo.get_new_branch_commits(["2.1", "1.3"], [])[-1] == "1.3.0"
    assert repo.get_new_branch_commits(["1.3"], ["1.3.22"]) == ["1.3.24", "1.3.23"]


def test_the_history_holds_every_release(repo: Releases) -> None:
    history = repo.get_branch_commits(HISTORY)
    assert history[-1] == "0.9.0"
    assert {"1.4.33", "2.1.0b1", "2.1.9"} <= set(history)
    assert len(history) == len(set(history))


def test_revisions_follow_the_order_of_releases(repo: Releases) -> None:
    history = repo.get_branch_commits(HISTORY)[::-1]
    revisions = repo.get_revisions(set(history))
    assert sorted(history, key=revisions.__getitem__) == history
    assert repo.get_revisions({"2.0.0"}) == {"2.0.0": revisions["2.0.0"]}


def test_results_of_a_release_that_is_not_known_are_ordered_too(repo: Releases) -> None:
    revisions = repo.get_revisions({"2.0.58", "2.0.99", "2.1.0"})
    assert revisions["2.0.58"] < revisions["2.0.99"] < revisions["2.1.0"]
    with pytest.raises(UserError, match="asv rm"):
        repo.get_revisions({"f00dcafe"})


def test_results_of_a_new_release_find_their_place(repo: Releases, index: Index) -> None:
    index.files = [sdist("2.0.99", "2026-12-24T18:00:00Z")]
    repo.get_revisions({"2.0.99"})
    assert "2.0.99" in repo.get_branch_commits(HISTORY)
    assert repo.get_branch_commits("2.0")[0] == "2.0.99"
    assert repo.get_date("2.0.99") == 1798135200000


def test_a_new_release_can_be_named(repo: Releases, index: Index) -> None:
    index.files = [sdist("2.0.99"), sdist("2.0.98")]
    assert repo.get_hashes_from_range("2.0.58..2.0.99") == ["2.0.99", "2.0.98"]


def test_checkout_makes_the_folder(repo: Releases, tmp_path: Path) -> None:
    folder = tmp_path / "build" / "project"
    for _ in range(2):
        repo.checkout(str(folder), "2.0.58")
    assert list(folder.iterdir()) == []


def test_it_can_be_sent_to_another_process(repo: Releases) -> None:
    """`asv run --parallel` installs releases in worker processes."""
    again = pickle.loads(pickle.dumps(repo))
    assert again.get_hash_from_name("2.0.58") == "2.0.58"


@pytest.fixture
def asv(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """asv in a scratch suite that has one result, that of 2.0.50."""
    (tmp_path / "suite").symlink_to(ROOT / "suite")
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "__init__.py").touch()
    (tmp_path / "benchmarks" / "one.py").write_text("def track_one():\n    return 1\n")
    (tmp_path / "asv.conf.json").write_text(
        """{"version": 1, "project": "SQLAlchemy", "repo": "sqlalchemy", "dvcs": "pypi",
            "plugins": [".suite.asv_plugin.repository"], "branches": ["2.1", "2.0"],
            "pythons": ["same"], "environment_type": "existing"}"""
    )

    def run(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "asv", *arguments],
            cwd=tmp_path,
            env=os.environ | {"HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    assert run("machine", "--yes")[0] == 0
    assert run("run", "--set-commit-hash", "2.0.50", "--environment", "existing")[0] == 0
    return run


def test_asv_loads_it_and_prints_versions_and_one_line_errors(
    asv: Callable[..., tuple[int, str]],
) -> None:
    code, shown = asv("show", "2.0.50")
    assert (code, "Commit: 2.0.50" in shown, "track_one" in shown) == (0, True, True)
    for arguments, part in (
        (["show", "9.9.9"], "9.9.9: not in the catalogue of known releases"),
        (["publish", "2.0.58..2.0.50"], "runs backwards"),
        (["publish", "2.0.58..."], "is not a range"),
        (["run", "--set-commit-hash", "2.0.5", "--environment", "existing"], "2.0.5: yanked"),
    ):
        code, shown = asv(*arguments)
        assert code == 1
        assert part in shown
        assert "Traceback" not in shown
    assert asv("publish")[0] == 0
