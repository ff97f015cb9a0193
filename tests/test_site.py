"""The published site, without a browser: its data, damaged results, and asv's adapted pages."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from suite import asv_commands, environments, interruption, results, styles, traces
from suite.commands import traces as traces_command
from suite.errors import UserMistake
from suite.site import changes, page, page_data, pictures
from tests import fake_results, site_project
from tests.environments import run_command
from tests.site_project import SiteProject

TASK = "bounced_addresses"
OLD, NEW = "1.4.54", "2.1.9"


# asv and the charting library start for each site, so these share one worker and one site.
pytestmark = pytest.mark.xdist_group("site")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> SiteProject:
    """Six releases on one Python, one of them on another too, published by asv alone."""
    project = site_project.create(tmp_path_factory.mktemp("published"))
    fake_results.write(project.results, ["1.4.52", "1.4.53", OLD, "2.1.7", "2.1.8", NEW])
    fake_results.write(project.results, [OLD], python="3.8")
    ended = subprocess.run(
        [str(Path(sys.executable).parent / "asv"), "publish", "--config", project.configuration],
        cwd=project.folder,
        env={**os.environ, "PYTHONPATH": str(asv_commands.ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
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


def test_published_values_are_those_of_the_results(published: SiteProject) -> None:
    environment = published.index()["environments"][0]
    stored = published.data(environment["tasks"][0]["data"])["values"]
    place = environment["releases"].index(NEW)
    for metric in ("track_peak", "time_query"):
        expected = fake_results.value(TASK, "columns", 10000, metric, NEW)
        shown = stored[metric]["10000"]["columns"][place]
        assert shown == pytest.approx(expected, abs=1e-4 if metric == "time_query" else 1)


def test_two_pythons_are_two_environments(published: SiteProject) -> None:
    described = published.index()["environments"]
    assert [e["python"] for e in described] == ["3.11", "3.8"]
    assert described[1]["releases"] == [OLD]


def test_asv_shows_labels_and_finds_the_regression(published: SiteProject) -> None:
    index = json.loads((published.html / "index.json").read_text())
    benchmark = index["benchmarks"]["memory.BouncedAddresses.track_peak"]
    assert benchmark["pretty_name"] == "bounced addresses, net peak"
    task = styles.tasks()[TASK]
    assert benchmark["params"][0] == [style.label for style in task.styles.values()]
    assert index["show_commit_url"] == "release.html#"
    listed = json.loads((published.html / "regressions.json").read_text())["regressions"]
    assert {entry[0].split("(")[0] for entry in listed} >= {"memory.BouncedAddresses.track_peak"}
    assert all(task.label(fake_results.WORSE) in entry[0] for entry in listed)


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
    good = json.loads((folder / f"{NEW}-uv-py3.11.json").read_text())
    files = damage({**good, "commit_hash": "2.0.58"})
    for name, text in files.items():
        (folder / f"2.0.58-{name}.json").write_text(text)
    (folder / "2.1.9-py3.11.traces").write_text('{"format": 99}')
    (project.results / "nobody").mkdir()
    (project.results / "nobody" / "machine.json").write_text("{")
    published = project.publish()
    assert published.returncode == 0, published.stdout
    assert "Traceback" not in published.stdout + published.stderr
    for name in files:
        assert published.stdout.count(f"2.0.58-{name}.json") == 1, name
    assert "2.1.9-py3.11.traces" in published.stdout
    assert project.index()["environments"][0]["releases"] == [OLD, NEW]
    assert (project.html / "index.json").is_file()


def test_one_result_without_npm_is_enough_and_the_links_stay(
    project: SiteProject, tmp_path: Path
) -> None:
    fake_results.write(project.results, [NEW])
    bare = {"PATH": str(Path(sys.executable).parent), "SQLALCHEMY_ASV_CACHE": str(tmp_path / "c")}
    published = project.publish(**bare)
    assert published.returncode == 0, published.stdout
    assert "query-styles.html" in published.stdout
    assert project.index()["environments"][0]["releases"] == [NEW]
    said = [line for line in published.stdout.splitlines() if "other hosts" in line]
    assert len(said) == 1
    assert "Node.js" in said[0]
    assert "https://code.jquery.com/" in (project.html / "index.html").read_text()
    assert "https://" not in (project.html / "query-styles.html").read_text()


def test_a_range_limits_the_page(project: SiteProject) -> None:
    fake_results.write(project.results, [OLD, "2.1.8", NEW])
    assert project.publish("2.1.7..2.1.9").returncode == 0
    assert project.index()["environments"][0]["releases"] == ["2.1.8", NEW]


def test_what_differs_is_noted_where_figures_appear(tmp_path: Path) -> None:
    folder = fake_results.write(tmp_path, [OLD, NEW], sizes=(1000,))
    stored = json.loads((folder / f"{NEW}-uv-py3.11.json").read_text())
    stored["results"]["memory.BouncedAddresses.track_peak"][0][0] = None
    (folder / f"{NEW}-uv-py3.11.json").write_text(json.dumps(stored))
    journal = json.loads((folder / f"{NEW}-uv-py3.11.journal").read_text())
    journal["measured_with"][0]["compiled_extensions"] = False
    for record in journal["records"]:
        if record["measures"] == "resident":
            record["instrument"] = "sampled"
    journal["records"][0]["failed"] = "out of memory"
    (folder / f"{NEW}-uv-py3.11.journal").write_text(json.dumps(journal))
    (environment,) = page_data.environments(results.read(tmp_path), {})
    assert environment.compiled == [True, False]
    notes = [note for note in environment.tasks[TASK].notes if note["metric"] == "track_peak"]
    failed = [note for note in notes if "failed" in note]
    assert [note["failed"] for note in failed] == ["out of memory"]
    assert all(note["release"] == 1 for note in notes)
    assert len([note for note in notes if note.get("sampled")]) == len(notes) - 1


def test_changes_are_those_above_the_noise_biggest_first() -> None:
    mebibyte = 2**20
    values: changes.Values = {
        "track_peak": {
            1000: {
                "steady": [100.0 * mebibyte, 101.0 * mebibyte, None],
                "halved": [100.0 * mebibyte, None, 50.0 * mebibyte],
                "worse": [100.0 * mebibyte, 120.0 * mebibyte, None],
                "tiny": [100.0, 100_000.0, None],
            }
        }
    }
    found = changes.biggest(TASK, values, {r".*\.track_peak\(": 0.03})
    assert [(c.style, c.earlier, c.later) for c in found] == [("halved", 0, 2), ("worse", 0, 1)]


def test_the_largest_matching_threshold_wins_as_in_asv() -> None:
    patterns = {r".*\.track_peak\(": 0.03, r".*\.track_peak\(.*, 1000\)": 0.15}
    assert changes.threshold(TASK, "track_peak", "columns", 1000, patterns) == 0.15
    assert changes.threshold(TASK, "track_peak", "columns", 100000, patterns) == 0.03
    assert changes.threshold(TASK, "time_query", "columns", 1000, patterns) == 0.05


def test_the_configured_patterns_are_disjoint() -> None:
    from asv.config import Config

    patterns = Config.load(str(asv_commands.CONFIGURATION)).regressions_thresholds
    for metric in fake_results.METRICS:
        for rows in fake_results.SIZES:
            alone = [
                pattern
                for pattern, share in patterns.items()
                if changes.threshold(TASK, metric, "columns", rows, {pattern: share + 1})
                != changes.DEFAULT_THRESHOLD
            ]
            assert len(alone) == 1, (metric, rows, alone)


@given(
    st.lists(st.tuples(st.floats(0, 100), st.integers(-(2**40), 2**40)), min_size=1, max_size=600),
    st.integers(2, 300),
)
def test_thinning_keeps_the_highest_sample_and_the_last(
    samples: list[tuple[float, int]], wanted: int
) -> None:
    kept = page.thinned(samples, wanted)
    assert len(kept) <= max(wanted, 2)
    assert max(size for _, size in kept) == max(size for _, size in samples)
    assert kept[-1] == samples[-1]
    assert set(kept) <= set(samples)


def trace(style: str, **changed: Any) -> traces.Trace:
    fields: dict[str, Any] = {
        "release": NEW,
        "python": "3.11",
        "task": TASK,
        "style": style,
        "rows": 100000,
        "answered": 1.0,
        "measured": "2026-01-31",
        "samples": [(0.0, 0), (0.5, 50 * 2**20), (1.0, 10 * 2**20)],
    }
    return traces.Trace(**{**fields, **changed})


def test_traces_are_kept_beside_the_results_and_replaced_by_new_ones(tmp_path: Path) -> None:
    traces.store(tmp_path, [trace("columns"), trace("yield_per")])
    path = traces.store(tmp_path, [trace("columns", answered=2.0)])
    assert path.suffix != ".json"
    read = {found.style: found.answered for found in traces.read(tmp_path)}
    assert read == {"columns": 2.0, "yield_per": 1.0}


def test_a_style_is_watched_while_it_runs() -> None:
    try:
        environment = environments.for_release(NEW)
    except UserMistake as error:
        pytest.skip(f"no environment with {NEW} can be made: {error.message}")
    watched = traces.measure(environment, TASK, "full_entity", 10000)
    assert watched is not None
    assert watched.samples[0][0] >= 0
    assert max(size for _, size in watched.samples) > 5 * 2**20
    assert watched.samples[-1][0] > watched.answered
    with pytest.raises(traces.NoTraceError, match="exit code 2"):
        traces.measure(environment, TASK, "nonsense", 10000)


def test_interrupted_traces_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(environment: object, task: str, style: str, rows: int) -> traces.Trace:
        if style != "columns":
            raise KeyboardInterrupt
        return trace(style)

    monkeypatch.setattr(traces, "measure", interrupt)
    monkeypatch.setattr(environments, "for_release", lambda *_: None)
    monkeypatch.setattr(asv_commands, "RESULTS", tmp_path)
    words = [NEW, "--rows", "1000", "--style", "columns", "--style", "yield_per"]
    ended = CliRunner().invoke(traces_command.main, words)
    assert ended.exit_code == interruption.EXIT_CODE
    (file,) = tmp_path.glob("*/*.traces")
    assert [found.style for found in traces.read(file.parent)] == ["columns"]


def test_wrong_words_get_one_line() -> None:
    for words in (["--task", "none"], ["--style", "none"], ["9.9.9"]):
        ended = run_command("traces", *words)
        assert ended.returncode == 2, words
        assert "Traceback" not in ended.stderr


def test_pictures_say_what_they_were_measured_with(tmp_path: Path) -> None:
    folder = fake_results.write(tmp_path / "results", [OLD, NEW])
    traces.store(folder, [trace("columns"), trace("yield_per")])
    where = ["--results", str(tmp_path / "results"), "--output", str(tmp_path / "pictures")]
    ended = run_command("pictures", *where)
    assert ended.returncode == 0, ended.stderr
    heat = (tmp_path / "pictures" / "heat-table.svg").read_text()
    over_time = (tmp_path / "pictures" / "memory-over-time.svg").read_text()
    for picture in (heat, over_time):
        assert "Fake Processor, 2 cores" in picture
        assert "Python 3.11" in picture
        assert fake_results.MACHINE not in picture
    assert f"SQLAlchemy {OLD}, {NEW}" in heat
    assert "2026-01-31" in over_time


def test_pictures_without_results_say_what_to_do(tmp_path: Path) -> None:
    ended = run_command("pictures", "--results", str(tmp_path))
    assert ended.returncode == 2
    assert "scripts/bench" in ended.stderr
    assert "scripts/traces" in ended.stderr


def test_a_picture_holds_each_figure_as_text() -> None:
    figures = [
        figure(style, release, value)
        for style, value in (("columns", 30.0), ("yield_per", 1.25))
        for release in (OLD, "2.1.8", NEW)
    ]
    drawn = pictures.heat_table(figures, styles.tasks()[TASK], "a processor")
    assert drawn.count(">30.0<") == 2  # one for each series
    assert drawn.count(">1.25<") == 2
    assert "2.1.8" not in drawn


def figure(style: str, release: str, mebibytes: float) -> results.Figure:
    return results.Figure(
        release=release,
        task=TASK,
        style=style,
        rows=1000,
        metric="track_peak",
        value=mebibytes * 2**20,
        machine="quiet",
        environment="uv-py3.11",
        python="3.11",
        version="1",
        measured_at=1.7e12,
    )
