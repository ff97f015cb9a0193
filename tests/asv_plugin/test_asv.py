"""asv for real, on two releases at 1,000 rows: run, compare, find, publish, and bad input."""

import json
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from benchmarks.instruments import resident
from suite.measuring import results, store
from suite.measuring.processes import Unit
from tests import fake_results
from tests.asv_plugin import asv_project
from tests.asv_plugin.asv_project import AsvProject

OLD, NEW = "1.4.54", "2.1.9"
FEW_STYLES = ("full_entity", "columns", "yield_per", "core_fetchall")
FEW = f"({'|'.join(FEW_STYLES)})"
SMALL = rf"bounced_addresses\..*\('{FEW}', 1000\)"
TWO_SIZES = rf"bounced_addresses.*'{FEW}', (1000|10000)\)"
TASK = "tasks.bounced_addresses.Styles"
KEY = ("task", "style", "rows", "instrument")
METRICS = (
    "peakmem_process",
    "track_peak",
    "track_retained",
    "track_heap",
    "track_leaked",
)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> AsvProject:
    project = asv_project.create(tmp_path_factory.mktemp("asv"), branches=["2.1", "1.4"])
    for release in (OLD, NEW):
        run = project.asv("run", release, "--bench", SMALL, "--show-stderr")
        assert run.returncode == 0, run.stdout
    return project


def test_results_are_stored_by_version(measured: AsvProject) -> None:
    names = sorted(path.name for path in measured.results.glob("*/*-engine-py3.11.json"))
    assert names == [f"{OLD}-engine-py3.11.json", f"{NEW}-engine-py3.11.json"]


@pytest.mark.parametrize("metric", METRICS)
def test_every_memory_metric_has_a_figure_for_every_style(
    measured: AsvProject, metric: str
) -> None:
    for release in (OLD, NEW):
        values = measured.values(release, f"{TASK}.{metric}")
        # asv's NaN stands for what was not asked for, or is skipped.
        found = {key for key, value in values.items() if value is not None and value == value}
        assert found == {(style, 1000) for style in FEW_STYLES}


def test_full_entities_cost_more_than_columns(measured: AsvProject) -> None:
    for metric in ("track_peak", "track_heap"):
        values = measured.values(NEW, f"{TASK}.{metric}")
        assert values["full_entity", 1000] > 2 * values["columns", 1000]  # type: ignore[operator]


def test_net_peak_is_less_than_the_whole_process(measured: AsvProject) -> None:
    peak = measured.values(NEW, f"{TASK}.track_peak")["full_entity", 1000]
    process = measured.values(NEW, f"{TASK}.peakmem_process")
    assert 0 < peak < process["full_entity", 1000]  # type: ignore[operator]


def test_figures_know_what_they_were_measured_with(measured: AsvProject) -> None:
    figures = results.find(
        results.read(measured.results), release=NEW, style="columns", metric="track_peak"
    )
    (figure,) = [figure for figure in figures if figure.value is not None]
    assert figure.measured_with["sqlalchemy"] == NEW
    assert figure.measured_with["packages"]["psutil"] == "7.2.2"
    assert figure.measured_with["hash_seed"] == "0"
    assert figure.build == "compiled"
    assert figure.method == (resident.KERNEL if resident.has_resettable_mark() else "sampled")


def test_compare_takes_series_and_names_versions(measured: AsvProject) -> None:
    compared = measured.asv("compare", "1.4", "2.1")
    assert compared.returncode == 0, compared.stdout
    assert f"[{OLD}]" in compared.stdout
    assert f"[{NEW}]" in compared.stdout
    for metric in (*METRICS, "time_query"):
        assert metric in compared.stdout


def test_compare_does_not_confuse_a_version_with_one_that_begins_alike(
    measured: AsvProject,
) -> None:
    (stored,) = measured.results.glob(f"*/{NEW}-*.json")
    longer = stored.with_name(stored.name.replace(NEW, NEW + "0"))
    longer.write_text(stored.read_text().replace(f'"{NEW}"', f'"{NEW}0"'))
    try:
        compared = measured.asv("compare", OLD, NEW)
    finally:
        longer.unlink()
    assert compared.returncode == 0, compared.stdout
    assert f"[{NEW}]" in compared.stdout


def test_rm_removes_that_version_alone(tmp_path: Path) -> None:
    project = asv_project.create(tmp_path)
    fake_results.write(project.results, ["2.0.5", "2.0.50"])
    ended = project.asv("rm", "-y", "commit_hash=2.0.5")
    assert ended.returncode == 0, ended.stdout
    assert [path.name.split("-")[0] for path in project.results.glob("*/2*.json")] == ["2.0.50"]


def test_show_prints_the_version(measured: AsvProject) -> None:
    shown = measured.asv("show", NEW)
    assert shown.returncode == 0
    assert f"Commit: {NEW}\n" in shown.stdout


def test_published_graphs_run_over_releases(measured: AsvProject) -> None:
    published = measured.asv("publish")
    assert published.returncode == 0, published.stdout
    index = json.loads((measured.html / "asv" / "index.json").read_text())
    assert {OLD, NEW} <= set(index["revision_to_hash"].values())
    revision = {version: int(number) for number, version in index["revision_to_hash"].items()}
    assert revision[OLD] < revision[NEW]
    assert set(index["tags"]) >= {"1.4.0", "2.0.0", "2.1.0"}
    assert all(tag.endswith(".0") for tag in index["tags"])
    (graph,) = measured.html.glob(f"asv/graphs/**/machine-*/**/{TASK}.track_peak.json")
    points = json.loads(graph.read_text())
    assert [number for number, _ in points] == [revision[OLD], revision[NEW]]


def test_a_jump_is_listed_once(measured: AsvProject, tmp_path: Path) -> None:
    """Three releases of 2.0 and 2.1 made to jump by half: one regression for the style, not two."""
    project = asv_project.create(tmp_path, branches=["2.1", "2.0", "1.4"])
    (machine,) = (path.parent for path in measured.results.glob("*/machine.json"))
    target = project.results / machine.name
    target.mkdir(parents=True)
    for name in ("machine.json", "../benchmarks.json"):
        (target / name).write_bytes((machine / name).read_bytes())
    stored = (machine / f"{NEW}-engine-py3.11.json").read_text()
    for version, factor in {"2.0.0": 1.0, "2.0.30": 1.0, "2.1.0": 1.5, "2.1.9": 1.5}.items():
        result = json.loads(stored.replace(f'"{NEW}"', f'"{version}"'))
        for row in result["results"].values():
            row[0] = [None if value is None else value * factor for value in row[0] or []]
        (target / f"{version}-engine-py3.11.json").write_text(json.dumps(result))
    published = project.asv("publish")
    assert published.returncode == 0, published.stdout
    regressions = json.loads((project.html / "asv" / "regressions.json").read_text())["regressions"]
    names = [entry[0] for entry in regressions]
    assert names
    assert len(names) == len(set(names))


def test_find_ends_in_a_version(measured: AsvProject) -> None:
    found = measured.asv(
        "find",
        "2.1.6..2.1.9",
        r"bounced_addresses.Styles.track_peak\('columns', 1000\)",
    )
    assert found.returncode == 0, found.stdout
    assert re.search(r"Greatest regression found: 2\.1\.[89]\b", found.stdout)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("run", "2.0.999"), "2.0.999"),
        (("run", "2.0.58..2.0.50"), "2.0.58..2.0.50"),
        (("run", ">=2.0,<<2.1"), ">=2.0,<<2.1"),
        (("compare", "1.4", "9.9"), "9.9"),
    ],
)
def test_bad_input_gets_one_line(
    measured: AsvProject, arguments: tuple[str, ...], named: str
) -> None:
    ended = measured.asv(*arguments)
    assert ended.returncode == 1
    (line,) = ended.stdout.strip().splitlines()
    assert named in line


def test_two_runs_do_not_write_the_same_results(measured: AsvProject) -> None:
    with FileLock(measured.results / "measuring.lock"):
        ended = measured.asv("run", NEW, "--bench", SMALL)
    assert ended.returncode == 1
    assert "another run is measuring" in ended.stdout
    assert "Traceback" not in ended.stdout


def test_of_two_runs_that_start_together_one_is_refused_and_the_other_is_whole(
    tmp_path: Path,
) -> None:
    project = asv_project.create(tmp_path)
    # So much that the first is at it for several times as long as the second takes to start.
    memory = rf"bounced_addresses.*(track|peakmem)_.*'{FEW}', \d+\)"
    started = [project.start("run", NEW, "--bench", memory) for _ in range(2)]
    ended = [process.communicate()[0] for process in started]
    assert sorted(process.returncode for process in started) == [0, 1], ended
    (refused,) = [
        output for output, process in zip(ended, started, strict=True) if process.returncode
    ]
    assert "another run is measuring" in refused
    assert "Traceback" not in refused
    figures = results.read(project.results, pytest.fail)
    # Three sizes, and the one that is repeated.
    assert len({(figure.style, figure.rows) for figure in figures}) == 16
    assert all(figure.value is not None for figure in figures)


def test_a_release_that_cannot_be_installed_keeps_its_earlier_results(
    measured: AsvProject,
) -> None:
    before = measured.values(OLD, f"{TASK}.track_peak")
    broken = json.loads((measured.folder / "asv.conf.json").read_text())
    working = json.dumps(broken)
    # The newest release can be installed, in which asv finds the benchmarks; the old one can't.
    broken["install_command"][-1] += f" SQLAlchemy=={NEW}"
    try:
        (measured.folder / "asv.conf.json").write_text(json.dumps(broken))
        ended = measured.asv("run", OLD, "--bench", SMALL)
    finally:
        (measured.folder / "asv.conf.json").write_text(working)
    assert ended.returncode != 0
    assert f"SQLAlchemy=={OLD} could not be installed" in ended.stdout
    assert f"left out: {OLD}" in ended.stdout
    assert "Traceback" not in ended.stdout
    assert before["columns", 1000] > 0  # type: ignore[operator]
    assert measured.values(OLD, f"{TASK}.track_peak") == before


def test_a_release_that_does_not_run_here_is_left_out(measured: AsvProject, tmp_path: Path) -> None:
    project = asv_project.create(tmp_path, branches=["2.1", "0.9"])
    (stored,) = measured.results.glob(f"*/{NEW}-*.json")
    kept = project.results / stored.parent.name / "0.9.10-engine-py3.11.json"
    kept.parent.mkdir(parents=True)
    kept.write_text(stored.read_text().replace(f'"{NEW}"', '"0.9.10"'))
    before = project.values("0.9.10", f"{TASK}.track_peak")
    ended = project.asv("run", "--bench", r"bounced_addresses.*track_heap\('columns', 1000\)")
    assert ended.returncode == 2, ended.stdout
    assert "0.9.10 does not run on Python 3.11" in ended.stdout
    assert "left out: 0.9.10" in ended.stdout
    assert project.values("0.9.10", f"{TASK}.track_peak") == before
    measured_now = project.values(NEW, f"{TASK}.track_heap")["columns", 1000]
    assert measured_now > 0  # type: ignore[operator]


def test_a_release_that_was_never_measured_and_is_left_out_has_no_results(tmp_path: Path) -> None:
    project = asv_project.create(tmp_path, branches=["2.1"])
    ended = project.asv("run", "0.9.10", "--bench", r"bounced_addresses.*'columns', 1000\)")
    assert ended.returncode == 2, ended.stdout
    assert not list(project.results.glob("*/0.9.10-*"))


def interrupt(project: AsvProject, is_time: Callable[[], bool], *arguments: str) -> str:
    """Send Ctrl-C to asv once ``is_time``; what it printed."""
    process = project.start(*arguments)
    deadline = time.monotonic() + 120
    while not is_time() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in output
    return output


def lines_of_journals(project: AsvProject) -> int:
    journals = project.results.glob("*/*.run")
    return sum(journal.read_text().count("\n") for journal in journals)


def test_interrupted_run_keeps_what_was_measured(tmp_path: Path) -> None:
    project = asv_project.create(tmp_path)

    def has_three() -> bool:
        # The first line names the place.
        return lines_of_journals(project) > 3

    output = interrupt(project, has_three, "run", NEW, "--bench", TWO_SIZES)
    assert f"what was measured for {NEW} is kept" in output
    (kept,) = project.results.glob("*/*.records")
    assert len(store.read_records(kept)) >= 3
    figures = results.read(project.results)
    assert len({(figure.style, figure.rows) for figure in figures}) >= 2
    assert not list(project.results.glob("*/*.run"))


def test_what_a_killed_run_had_measured_is_taken_over(tmp_path: Path) -> None:
    project = asv_project.create(tmp_path)
    process = project.start("run", NEW, "--bench", TWO_SIZES)
    deadline = time.monotonic() + 120
    while lines_of_journals(project) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.wait()
    (journal,) = project.results.glob("*/*.run")
    first = Unit(*(json.loads(journal.read_text().splitlines()[1])[name] for name in KEY))
    ended = project.asv("run", NEW, "--bench", r"bounced_addresses.*'dbapi_iterated', 1000\)")
    assert ended.returncode == 0, ended.stdout
    (kept,) = project.results.glob("*/*.records")
    assert first in store.read_records(kept)
    found = results.find(results.read(project.results), style=first.style, rows=first.rows)
    assert any(figure.value for figure in found)


def test_a_dry_run_stores_nothing_also_where_it_is_interrupted(
    measured: AsvProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(measured.folder))
    before = {path: path.read_bytes() for path in measured.results.glob("*/*")}
    assert {path.suffix for path in before} == {".json", ".records"}
    one = r"bounced_addresses.*'columns', 1000\)"
    ended = measured.asv("run", NEW, "--dry-run", "--bench", one)
    assert ended.returncode == 0, ended.stdout

    def is_measuring() -> bool:
        """Whether a measuring process' folder is there, known by its link to our TMPDIR."""
        links = Path("/tmp").glob("sqlalchemy-asv-*/tmp")
        return any(link.resolve() == measured.folder.resolve() for link in links)

    output = interrupt(measured, is_measuring, "run", NEW, "--dry-run", "--bench", TWO_SIZES)
    assert "is kept" not in output
    assert {path: path.read_bytes() for path in measured.results.glob("*/*")} == before
    assert not is_measuring()
