"""The published site, without a browser: its data, and damaged results."""

import errno
import json
import math
import os
import re
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from suite.figures import tasks
from suite.figures.identity import Platform
from suite.measuring import names, results, traces
from suite.project import ROOT
from suite.site import data_files, page_data, traces_data, whole
from suite.terminal.errors import UserMistake
from tests import fake_results
from tests.site import site_project
from tests.site.site_project import SiteProject

TASK = "bounced_addresses"
OLD, NEW = "1.4.54", "2.1.9"
PEAK = names.build(TASK, "track_peak")


# asv and the charting library start for each site, so these share one worker and one site.


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> SiteProject:
    """Six releases on one Python, one of them on another too, published by asv alone."""
    project = site_project.create(tmp_path_factory.mktemp("published"))
    fake_results.write(project.results, ["1.4.52", "1.4.53", OLD, "2.1.7", "2.1.8", NEW])
    fake_results.write(project.results, [OLD], python="3.8")
    ended = project.asv("publish")
    assert ended.returncode == 0, ended.stdout
    return project


@pytest.fixture
def project(tmp_path: Path) -> SiteProject:
    return site_project.create(tmp_path)


def test_nothing_measured_gets_one_line(project: SiteProject) -> None:
    published = project.publish()
    assert published.returncode == 2
    assert "there are no results" in published.stderr
    assert "scripts/bench" in published.stderr
    assert not project.html.exists()


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("program", ["scripts", "asv"])
def test_a_site_that_cannot_be_written_leaves_the_one_that_is_there(
    published: SiteProject, program: str
) -> None:
    before = contents(published.html)
    where = ["publish", "--config", str(published.configuration)]
    command = ["asv", *where] if program == "asv" else ["suite.commands.publish", *where[1:]]
    # As on a disk that fills: what is small is written before the first large file fails.
    limit = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2**18, 2**18))"
    run_module = "sys.argv[:] = sys.argv[1:]; runpy.run_module(sys.argv[0], run_name='__main__')"
    ended = subprocess.run(
        [sys.executable, "-c", f"{limit}\n{run_module}", *command],
        cwd=published.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == (1 if program == "asv" else 2), ended.stdout
    assert ended.stderr.count("\n") == 1
    assert f"could not be published into {published.html}: File too large" in ended.stderr
    assert contents(published.html) == before
    assert not list(published.folder.glob(".html.new*"))


def test_what_a_killed_publication_had_moved_away_comes_back(tmp_path: Path) -> None:
    (tmp_path / ".html.old").mkdir()
    (tmp_path / ".html.old" / "index.html").write_text("whole")
    with pytest.raises(ZeroDivisionError):
        publish_half(tmp_path / "html")
    assert contents(tmp_path) == {"html/index.html": b"whole", ".html.lock": b""}


def publish_half(folder: Path) -> None:
    with whole.made_beside(folder) as made:
        made.mkdir()
        raise ZeroDivisionError


def test_two_publications_at_once_leave_a_whole_site(published: SiteProject) -> None:
    before = contents(published.html).keys()
    command = [sys.executable, "-m", "suite.commands.publish"]
    command += ["--config", str(published.configuration)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _ in range(2)
    ]
    assert [process.wait() for process in started] == [0, 0]
    assert contents(published.html).keys() == before


def test_a_command_that_waits_for_another_one_says_so(published: SiteProject) -> None:
    command = [sys.executable, "-m", "suite.commands.publish"]
    command += ["--config", str(published.configuration)]
    with FileLock(published.folder / ".html.lock"):
        process = subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        readable, _, _ = select.select([process.stderr], [], [], 100)
        said = process.stderr.readline() if readable else ""
    assert said == f"waiting for another command that is publishing into {published.html}\n"
    assert process.wait() == 0


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EACCES])
def test_a_folder_that_can_not_be_moved_stays_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """It is a mount point, or the folder around it is someone else's."""
    folder = tmp_path / "html"
    folder.mkdir()
    (folder / "index.html").write_text("before")

    def refuse(path: Path, target: Path) -> Path:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "rename", refuse)
    with (
        pytest.raises(UserMistake, match=f"{os.strerror(number)};.* no mount point, in a folder"),
        whole.made_beside(folder) as made,
    ):
        made.mkdir()
    assert contents(tmp_path) == {"html/index.html": b"before", ".html.lock": b""}


def test_a_folder_that_holds_the_results_is_not_replaced(project: SiteProject) -> None:
    fake_results.write(project.results, [NEW])
    project.write_configuration(html_dir=".")
    before = contents(project.folder)
    ended = project.publish()
    assert ended.returncode == 2
    assert "name another html_dir" in ended.stderr
    assert contents(project.folder) == before


def test_published_values_are_those_of_the_results(published: SiteProject) -> None:
    index = published.index()
    (platform, _), (task, *_) = index["platforms"], index["tasks"]
    place = list(task["styles"]).index("columns")
    stored = published.release(NEW)[TASK]["values"]
    peak = fake_results.value(TASK, "columns", 10000, "track_peak", NEW)
    assert stored["track_peak"]["10000"][place] == int(peak)
    (median,) = stored["time_query"]["10000"][place]
    time = fake_results.value(TASK, "columns", 10000, "time_query", NEW)
    assert median == pytest.approx(time, abs=1e-4)
    series = published.data(f"{platform['file']}-s-0-track_peak")["10000"]["columns"]
    assert series[platform["releases"].index(NEW)] == int(peak)


def test_two_pythons_are_two_platforms(published: SiteProject) -> None:
    described = published.index()["platforms"]
    assert [p["key"] for p in described] == ["quiet/3.11/sqlite", "quiet/3.8/sqlite"]
    assert described[1]["releases"] == [OLD]


def damage(good: dict[str, Any]) -> dict[str, str]:
    """File names and contents that asv can't have written for a release of its own."""
    rows = good["results"]
    broken: dict[str, Any] = {
        "list": [1, 2],
        "null": None,
        "old": {**good, "version": 1},
        "new": {**good, "version": 3},
        "keys": {key: value for key, value in good.items() if key != "results"},
        "hash": {**good, "commit_hash": "<script>alert(1)</script>"},
        "date": {**good, "date": None},
        "machine": {**good, "params": {}},
        "types": {**good, "results": {k: [["x"] * len(v[0]), *v[1:]] for k, v in rows.items()}},
        "short": {**good, "results": {k: [v[0][:5], *v[1:]] for k, v in rows.items()}},
        "infinite": {
            **good,
            "results": {k: [[math.inf] * len(v[0]), *v[1:]] for k, v in rows.items()},
        },
    }
    texts = {name: json.dumps(content) for name, content in broken.items()}
    return {**texts, "garbage": '{"version": 2, ', "binary": "\x00\x01"}


def test_damaged_files_are_named_and_passed_over(project: SiteProject) -> None:
    folder = fake_results.write(project.results, [OLD, NEW])
    good = json.loads((folder / f"{NEW}-engine-py3.11.json").read_text())
    files = damage({**good, "commit_hash": "2.0.58"})
    for name, text in files.items():
        (folder / f"2.0.58-{name}.json").write_text(text)
    (folder / "2.1.8-engine-py3.11.records").write_text('{"format": 99}')
    (project.results / "nobody").mkdir()
    (project.results / "nobody" / "machine.json").write_text("{")
    published = project.publish()
    assert published.returncode == 0, published.stdout
    assert "Traceback" not in published.stdout + published.stderr
    for name in files:
        assert published.stderr.count(f"2.0.58-{name}.json") == 1, name
    assert "2.1.8-engine-py3.11.records" in published.stderr
    assert project.index()["platforms"][0]["releases"] == [OLD, NEW]
    assert set(project.asv_index()["revision_to_hash"].values()) >= {OLD, NEW}


def test_one_result_without_npm_is_enough_and_the_links_stay(
    project: SiteProject, tmp_path: Path
) -> None:
    fake_results.write(project.results, [NEW])
    bare = {"PATH": str(Path(sys.executable).parent), "SQLALCHEMY_ASV_CACHE": str(tmp_path / "c")}
    published = project.publish(**bare)
    assert published.returncode == 0, published.stdout
    assert "index.html" in published.stdout
    assert project.index()["platforms"][0]["releases"] == [NEW]
    said = [line for line in published.stderr.splitlines() if "other hosts" in line]
    assert len(said) == 1
    assert "Node.js" in said[0]
    assert "https://code.jquery.com/" in (project.html / "asv" / "index.html").read_text()
    assert "https://" not in (project.html / "index.html").read_text()


def test_a_range_limits_the_page(project: SiteProject) -> None:
    fake_results.write(project.results, [OLD, "2.1.8", NEW])
    assert project.publish("2.1.7..2.1.9").returncode == 0
    assert project.index()["platforms"][0]["releases"] == ["2.1.8", NEW]


def test_what_differs_is_noted_where_figures_appear(tmp_path: Path) -> None:
    folder = fake_results.write(tmp_path, [OLD, NEW], sizes=(1000,))
    path = fake_results.path_of(folder, NEW)
    stored, told = (json.loads(file.read_text()) for file in (path, path.with_suffix(".records")))
    stored["results"][PEAK][0][0] = None
    path.write_text(json.dumps(stored))
    told["measured_with"][0]["compiled_extensions"] = []
    for record in told["records"]:
        if record["instrument"] == "resident":
            record["method"] = "sampled"
    told["records"][0]["failed"] = "out of memory"
    path.with_suffix(".records").write_text(json.dumps(told))
    (platform,) = page_data.by_platform(results.read(tmp_path), {})
    assert platform.compiled == [True, False]
    assert platform.sampled
    failed_style = next(iter(tasks.tasks()[TASK].styles))
    assert platform.tasks[TASK].failed == {1000: {failed_style: {1: "out of memory"}}}


def test_files_of_data_are_named_after_what_they_hold_and_nothing_else() -> None:
    platforms = [Platform("a/b", "3.11"), Platform("a", "b/3.11"), Platform("A/b", "3.11")]
    platforms.append(Platform("a/b", "3.11", sampled=True))
    parts = [("t",), ()]
    found = {data_files.key_of(platform, *part) for platform in platforms for part in parts}
    assert len(found) == 8
    hostile = data_files.key_of(Platform("../../etc", "3.11"), "<script>", "x" * 300)
    assert re.fullmatch(r"[a-z0-9.-]{1,120}", hostile)


def test_what_is_published_later_leaves_addresses_and_files_as_they_were(
    project: SiteProject,
) -> None:
    fake_results.write(project.results, [OLD])
    assert project.publish().returncode == 0
    (before,) = project.index()["platforms"]
    fake_results.write(project.results, [NEW], machine="another")
    assert project.publish().returncode == 0
    first, second = project.index()["platforms"]
    assert first["releases"] == [NEW]
    same = ("key", "file", "tasks")
    assert [second[name] for name in same] == [before[name] for name in same]


@given(
    st.lists(st.tuples(st.floats(0, 100), st.integers(-(2**40), 2**40)), min_size=1, max_size=600),
    st.integers(2, 300),
)
def test_thinning_keeps_the_highest_sample_and_the_last(
    samples: list[tuple[float, int]], wanted: int
) -> None:
    kept = traces_data.thinned(samples, wanted)
    assert len(kept) <= max(wanted, 2)
    assert max(size for _, size in kept) == max(size for _, size in samples)
    assert kept[-1] == samples[-1]
    assert set(kept) <= set(samples)


def test_what_was_watched_is_read_beside_the_results(tmp_path: Path) -> None:
    folder = fake_results.write(tmp_path, [NEW])
    fake_results.watch(folder, NEW, "columns", "yield_per")
    said: list[str] = []
    read = traces.read(tmp_path, said.append)
    assert {(trace.style, trace.release) for trace in read} == {
        ("columns", NEW),
        ("yield_per", NEW),
    }
    assert {trace.platform for trace in read} == {Platform(fake_results.MACHINE, "3.11")}
    assert max(size for _, size in read[0].samples) == 50 * 2**20
    assert said == []
