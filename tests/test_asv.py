"""asv for real, on two releases at 1,000 rows: run, compare, find, publish, and bad input."""

import json
import re
import signal
import time
from pathlib import Path

import pytest
from filelock import FileLock

from suite import journal, results
from tests import asv_project
from tests.asv_project import AsvProject

pytestmark = pytest.mark.xdist_group("asv")

OLD, NEW = "1.4.54", "2.1.9"
FEW = "(full_entity|columns|yield_per|core_fetchall)"
SMALL = rf"memory.BouncedAddresses\..*\('{FEW}', 1000\)|timing.BouncedAddresses.*'{FEW}', 10000\)"
TWO_SIZES = rf"memory.BouncedAddresses.*'{FEW}', (1000|10000)\)"
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
    names = sorted(path.name for path in measured.results.glob("*/*-uv-py3.11.json"))
    assert names == [f"{OLD}-uv-py3.11.json", f"{NEW}-uv-py3.11.json"]


@pytest.mark.parametrize("metric", METRICS)
def test_every_memory_metric_has_a_figure_for_every_style(
    measured: AsvProject, metric: str
) -> None:
    for release in (OLD, NEW):
        values = measured.values(release, f"memory.BouncedAddresses.{metric}")
        small = {key: value for key, value in values.items() if key[1] == 1000}
        measured_styles = {style for (style, _), value in small.items() if value is not None}
        assert {"full_entity", "columns", "yield_per"} <= measured_styles


def test_full_entities_cost_more_than_columns(measured: AsvProject) -> None:
    for metric in ("track_peak", "track_heap"):
        values = measured.values(NEW, f"memory.BouncedAddresses.{metric}")
        assert values["full_entity", 1000] > 2 * values["columns", 1000]  # type: ignore[operator]


def test_net_peak_is_less_than_the_whole_process(measured: AsvProject) -> None:
    peak = measured.values(NEW, "memory.BouncedAddresses.track_peak")["full_entity", 1000]
    process = measured.values(NEW, "memory.BouncedAddresses.peakmem_process")
    assert 0 < peak < process["full_entity", 1000]  # type: ignore[operator]


def test_figures_know_what_they_were_measured_with(measured: AsvProject) -> None:
    figures = results.find(
        results.read(measured.results), release=NEW, style="columns", metric="track_peak"
    )
    (figure,) = [figure for figure in figures if figure.value is not None]
    assert figure.measured_with["sqlalchemy"] == NEW
    assert figure.measured_with["packages"]["Faker"] == "35.2.2"
    assert figure.measured_with["hash_seed"] == "0"
    assert figure.compiled is True
    assert figure.instrument in ("kernel", "sampled")


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


def test_show_prints_the_version(measured: AsvProject) -> None:
    shown = measured.asv("show", NEW)
    assert shown.returncode == 0
    assert f"Commit: {NEW}\n" in shown.stdout


def test_published_graphs_run_over_releases(measured: AsvProject) -> None:
    published = measured.asv("publish")
    assert published.returncode == 0, published.stdout
    index = json.loads((measured.html / "index.json").read_text())
    assert {OLD, NEW} <= set(index["revision_to_hash"].values())
    revision = {version: int(number) for number, version in index["revision_to_hash"].items()}
    assert revision[OLD] < revision[NEW]
    assert set(index["tags"]) >= {"1.4.0", "2.0.0", "2.1.0"}
    assert all(tag.endswith(".0") for tag in index["tags"])
    (graph,) = measured.html.glob("graphs/**/machine-*/**/memory.BouncedAddresses.track_peak.json")
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
    stored = (machine / f"{NEW}-uv-py3.11.json").read_text()
    for version, factor in {"2.0.0": 1.0, "2.0.30": 1.0, "2.1.0": 1.5, "2.1.9": 1.5}.items():
        result = json.loads(stored.replace(f'"{NEW}"', f'"{version}"'))
        for row in result["results"].values():
            row[0] = [None if value is None else value * factor for value in row[0] or []]
        (target / f"{version}-uv-py3.11.json").write_text(json.dumps(result))
    published = project.asv("publish")
    assert published.returncode == 0, published.stdout
    regressions = json.loads((project.html / "regressions.json").read_text())["regressions"]
    names = [entry[0] for entry in regressions]
    assert names
    assert len(names) == len(set(names))


def test_find_ends_in_a_version(measured: AsvProject) -> None:
    found = measured.asv(
        "find",
        "2.1.6..2.1.9",
        r"memory.BouncedAddresses.track_peak\('columns', 1000\)",
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
    assert ended.returncode != 0
    assert named in ended.stdout
    assert "Traceback" not in ended.stdout


def test_two_runs_do_not_share_environments(measured: AsvProject) -> None:
    with FileLock(measured.folder / "env" / "measuring.lock"):
        ended = measured.asv("run", NEW, "--bench", SMALL)
    assert ended.returncode == 1
    assert "another run is measuring" in ended.stdout
    assert "Traceback" not in ended.stdout


def test_a_release_that_cannot_be_installed_keeps_its_earlier_results(
    measured: AsvProject,
) -> None:
    before = measured.values(OLD, "memory.BouncedAddresses.track_peak")
    broken = json.loads((measured.folder / "asv.conf.json").read_text())
    working = json.dumps(broken)
    broken["install_command"] = ["python -c 'raise SystemExit(1)'"]
    try:
        # A release is named that is not installed, so that asv has to install it.
        (measured.folder / "asv.conf.json").write_text(json.dumps(broken))
        ended = measured.asv("run", OLD, "--bench", SMALL)
    finally:
        (measured.folder / "asv.conf.json").write_text(working)
    assert ended.returncode != 0
    assert "Traceback" not in ended.stdout
    assert measured.values(OLD, "memory.BouncedAddresses.track_peak") == before


def interrupt(project: AsvProject, records: str, *arguments: str) -> str:
    """Send Ctrl-C to asv once ``records``, a pattern, finds three; what it printed."""
    process = project.start(*arguments)
    deadline = time.monotonic() + 120
    while len(list(project.folder.glob(records))) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in output
    return output


def test_interrupted_run_keeps_what_was_measured(tmp_path: Path, measured: AsvProject) -> None:
    project = asv_project.create(tmp_path, env_dir=str(measured.folder / "env"))
    output = interrupt(project, "results/*/*.run/*.record", "run", NEW, "--bench", TWO_SIZES)
    assert f"what was measured for {NEW} is kept" in output
    stored = project.values(NEW, "memory.BouncedAddresses.peakmem_process")
    assert [value for value in stored.values() if value and value > 0]
    (kept,) = project.results.glob("*/*.journal")
    assert journal.read(kept)


def test_a_dry_run_stores_nothing_also_where_it_is_interrupted(
    measured: AsvProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(measured.folder))
    paths = [path for path in measured.results.glob("*/*") if path.is_file()]
    before = {path: path.read_bytes() for path in paths}
    assert {path.suffix for path in before} == {".json", ".journal"}
    one = r"memory.BouncedAddresses.*'columns', 1000\)"
    ended = measured.asv("run", NEW, "--dry-run", "--bench", one)
    assert ended.returncode == 0, ended.stdout
    records = "sqlalchemy-asv-*/*/*.run/*.record"
    output = interrupt(measured, records, "run", NEW, "--dry-run", "--bench", TWO_SIZES)
    assert f"what was measured for {NEW} is kept" not in output
    assert {path: path.read_bytes() for path in measured.results.glob("*/*")} == before
    assert not list(measured.folder.glob("sqlalchemy-asv-*"))
