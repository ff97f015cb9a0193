"""The upgrade check with asv for real, on builds of SQLAlchemy that are known to hold more memory.

One build is always checked. With SQLALCHEMY_ASV_PROOFS=1 three are, and a sequence of such builds
is bisected; docs/evidence/upgrade.md shows what came of it.
"""

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fixtures import cache
from suite.measuring import store
from suite.project import ROOT
from suite.releases.catalogue import Release, write_releases
from tests.asv_plugin import asv_project
from tests.asv_plugin.asv_project import AsvProject
from tests.upgrade import private_build

pytestmark = pytest.mark.network
proof = pytest.mark.skipif(
    "SQLALCHEMY_ASV_PROOFS" not in os.environ,
    reason="takes minutes: set SQLALCHEMY_ASV_PROOFS=1",
)

BASE = "2.1.9"
STYLE = "full_entity"
# What this style holds for each row in 2.1.9, by tracemalloc, at 10,000 rows.
BYTES_A_ROW = 1447
SEQUENCE = [f"2.1.92{number}" for number in range(8)]
FIRST_HEAVIER = "2.1.925"


@dataclass(frozen=True)
class PrivateIndex:
    """An asv project that can install private builds, and the commands on it."""

    project: AsvProject
    wheels: Path
    base: Path

    def offer(self, version: str, share: float) -> None:
        """Build a release that holds this much more memory for each loaded row."""
        private_build.heavier(self.base, self.wheels, version, BYTES_A_ROW * share)

    def start(self, command: str, *arguments: str) -> subprocess.Popen[str]:
        environment = {
            **self.project.environment(),
            "PIP_FIND_LINKS": str(self.wheels),
            "SQLALCHEMY_ASV_CACHE": str(self.project.folder / "cache"),
        }
        configuration = str(self.project.folder / "asv.conf.json")
        return subprocess.Popen(
            [str(ROOT / "scripts" / command), *arguments, "--config", configuration],
            cwd=self.project.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        process = self.start(command, *arguments)
        output, errors = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> PrivateIndex:
    folder = tmp_path_factory.mktemp("private")
    project = asv_project.create(folder, branches=["2.1"])
    (folder / "cache").mkdir()
    for path in Path(cache.folder()).glob("fixture-*.db"):
        (folder / "cache" / path.name).symlink_to(path)
    versions = ["2.1.901", "2.1.903", "2.1.910", *SEQUENCE]
    today = datetime.now(UTC).replace(microsecond=0)
    releases = [Release(version, today, ">=3.8", False) for version in versions]
    write_releases(folder / "cache" / "releases.json", releases)
    (folder / "download").mkdir()
    base = private_build.download(BASE, folder / "download")
    return PrivateIndex(project, folder / "wheels", base)


def changes(report: str, *verdicts: str) -> dict[tuple[str, str], float]:
    """By style and metric, the factors of the changes with these verdicts."""
    return {
        (change["style"], change["metric"]): change["factor"]
        for change in json.loads(report)["changes"]
        if change["verdict"] in verdicts
    }


def test_three_percent_more_for_each_row_is_found(index: PrivateIndex) -> None:
    index.offer("2.1.903", 0.03)
    arguments = (BASE, "2.1.903", "--style", STYLE, "--style", "columns", "--rows", "100000")
    checked = index.run("check-upgrade", *arguments, "--format", "json")
    assert checked.returncode == 1, checked.stderr
    worse = changes(checked.stdout, "worse")
    assert worse.keys() == {(STYLE, "track_heap"), (STYLE, "track_peak")}
    assert worse[STYLE, "track_heap"] == pytest.approx(1.03, abs=0.004)
    # Nothing was loaded as an entity, so nothing changed.
    assert "columns" not in {style for style, _ in changes(checked.stdout, "worse", "better")}
    again = index.run("check-upgrade", *arguments, "--format", "json")
    assert again.stdout == checked.stdout
    assert "measuring" not in again.stderr


def test_a_release_is_not_worse_than_itself(index: PrivateIndex) -> None:
    arguments = ("false-alarms", BASE, "--caller", "here", "--repeat", "2", "--rows", "1000")
    styles = ("--style", STYLE, "--style", "dbapi_iterated")
    checked = index.run("study", *arguments, *styles)
    assert checked.returncode == 0, checked.stderr
    # Of two styles: net peak, heap and leaked, and three kinds of growth.
    assert "2 measurements of each compared with each other: 12 verdicts, 0" in checked.stdout


def has_kept(results: Path, release: str) -> bool:
    """Whether an outcome is certainly kept: another one is written down behind it.

    The journal begins with a line of its own.
    """
    for journal in results.glob(f"*/{release}*.run"):
        with suppress(FileNotFoundError):
            if len(journal.read_text().splitlines()) > 2:
                return True
    return False


def test_ctrl_c_keeps_what_was_measured(index: PrivateIndex) -> None:
    results = index.project.results
    # With all styles of a task, so that it goes on for a while once it has begun to measure.
    arguments = ("2.0.57", "2.0.58", "--task", "bounced_addresses", "--rows", "1000")
    process = index.start("check-upgrade", *arguments)
    deadline = time.monotonic() + 240
    while not has_kept(results, "2.0.57") and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert not output
    assert "Interrupted: what was measured is kept" in errors
    assert "Traceback" not in errors
    (kept,) = results.glob("*/2.0.57*.records")
    assert store.read_records(kept)
    assert not list(results.glob("*/*.run"))


@proof
@pytest.mark.parametrize(
    ("version", "share", "metrics"),
    [
        ("2.1.901", 0.01, {"track_heap"}),
        ("2.1.903", 0.03, {"track_heap", "track_peak"}),
        ("2.1.910", 0.10, {"track_heap", "track_peak"}),
    ],
)
def test_one_three_and_ten_percent(
    index: PrivateIndex, version: str, share: float, metrics: set[str]
) -> None:
    index.offer(version, share)
    arguments = (BASE, version, "--style", STYLE, "--style", "columns", "--fresh")
    checked = index.run("check-upgrade", *arguments, "--format", "json")
    print(index.run("check-upgrade", *arguments[:-1], "--format", "markdown").stdout)
    assert checked.returncode == 1, checked.stderr
    worse = changes(checked.stdout, "worse")
    assert worse.keys() == {(STYLE, metric) for metric in metrics}
    assert worse[STYLE, "track_heap"] == pytest.approx(1 + share, abs=0.005)


@proof
def test_the_build_that_brought_it_is_found(index: PrivateIndex) -> None:
    for version in SEQUENCE:
        index.offer(version, 0.03 if version >= FIRST_HEAVIER else 0.0)
    arguments = (f"bounced_addresses.{STYLE}", SEQUENCE[0], SEQUENCE[-1], "--rows", "10000")
    found = index.run("find-regression", *arguments)
    print(found.stdout)
    assert found.returncode == 0, found.stderr
    assert f"{FIRST_HEAVIER} brought the change" in found.stdout
    assert "5 of 8 releases were looked at" in found.stdout
