"""asv for real over files that it can't read: nothing is lost, and what can be done is done."""

import json
import math
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from suite.measuring import results
from tests.asv_plugin import asv_project
from tests.asv_plugin.asv_project import AsvProject

OLD, NEW = "2.0.58", "2.1.9"
ONE = r"bounced_addresses\.Styles\.track_heap\('columns', 1000\)"
PEAK = "tasks.bounced_addresses.Styles.track_heap"
NOT_UTF_8 = b"\xff\xfe{}"
# More than a small measurement takes, by far.
BIG = 50 * 2**20
# More than all else that a run writes.
LARGE = 4 * 2**20


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> AsvProject:
    project = asv_project.create(tmp_path_factory.mktemp("asv"), branches=["2.1"])
    for release in (OLD, NEW):
        run = project.asv("run", release, "--bench", ONE)
        assert run.returncode == 0, run.stdout
    return project


@pytest.fixture
def project(measured: AsvProject, tmp_path: Path) -> AsvProject:
    """A copy of what was measured, for one test to damage."""
    for name in ("results", "home"):
        shutil.copytree(measured.folder / name, tmp_path / name)
    copy = AsvProject(tmp_path)
    copy.write_configuration(branches=["2.1"])
    return copy


def path_of(project: AsvProject, name: str) -> Path:
    (path,) = project.results.rglob(name)
    return path


def newer(path: Path) -> None:
    stored = json.loads(path.read_text())
    key = "format" if path.suffix == ".records" else "version"
    path.write_text(json.dumps({**stored, key: stored[key] + 1}))


def not_utf_8(path: Path) -> None:
    path.write_bytes(NOT_UTF_8)


FILES = (f"{NEW}-*.json", f"{NEW}-*.records", "benchmarks.json", "machine.json")


@pytest.mark.parametrize("damage", [newer, not_utf_8])
def test_a_run_sets_aside_what_it_would_overwrite(
    project: AsvProject, damage: Callable[[Path], None]
) -> None:
    paths = [path_of(project, name) for name in FILES]
    for path in paths:
        damage(path)
    before = [path.read_bytes() for path in paths]
    run = project.asv("run", NEW, "--bench", ONE)
    assert run.returncode == 0, run.stdout
    assert "Traceback" not in run.stdout
    for path, content in zip(paths, before, strict=True):
        assert path.with_name(f"{path.name}.unreadable-1").read_bytes() == content
        assert f"set aside as {path.name}.unreadable-1" in run.stdout
    assert project.values(NEW, PEAK)["columns", 1000]
    assert {figure.release for figure in results.read(project.results)} == {OLD, NEW}


@pytest.mark.parametrize(
    ("command", "code"), [(("show",), 0), (("compare", OLD, NEW), 1), (("publish",), 0)]
)
@pytest.mark.parametrize("content", [NOT_UTF_8, b"null"])
def test_commands_that_read_pass_over_it(
    project: AsvProject, command: tuple[str, ...], code: int, content: bytes
) -> None:
    path = path_of(project, f"{NEW}-*.json")
    path.write_bytes(content)
    ended = project.asv(*command)
    assert ended.returncode == code, ended.stdout
    assert "can't be read" in ended.stdout
    assert "Traceback" not in ended.stdout
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("command", "name", "code"),
    [
        (("show", OLD), "machine.json", 1),
        (("show", OLD), "benchmarks.json", 1),
        (("compare", OLD, NEW), "benchmarks.json", 1),
        (("publish",), "machine.json", 0),
        (("publish",), "benchmarks.json", 1),
    ],
)
def test_no_command_ends_with_a_traceback(
    project: AsvProject, command: tuple[str, ...], name: str, code: int
) -> None:
    """And none says that a file is passed over which it ends on."""
    not_utf_8(path_of(project, name))
    ended = project.asv(*command)
    assert ended.returncode == code, ended.stdout
    assert "Traceback" not in ended.stdout
    assert "can't be read" in ended.stdout
    assert ("passed over" in ended.stdout) == (code == 0)


def test_a_run_that_ends_within_a_file_leaves_it_whole(project: AsvProject) -> None:
    path = path_of(project, f"{NEW}-*.json")
    pad(path, LARGE)
    before = path.read_bytes()
    # In blocks of 512 bytes: the rest of what a run writes is smaller by far.
    limited = f'ulimit -f {LARGE // 2 // 512}; exec "$0" "$@"'
    ended = subprocess.run(
        ["sh", "-c", limited, *project.command("run", NEW, "--bench", ONE)],
        cwd=project.folder,
        env=project.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode not in (0, 2), ended.stdout
    assert "File too large" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    assert path.read_bytes() == before
    assert len(list(path.parent.glob("*.run"))) == 1
    assert not list(path.parent.glob("*.new"))


def pad(path: Path, size: int) -> None:
    """Make a result file larger by ``size`` bytes."""
    stored = json.loads(path.read_text())
    padding = {"result": [1.0], "params": [["1"]], "profile": "x" * size}
    stored["results"]["padding"] = [padding.get(column) for column in stored["result_columns"]]
    path.write_text(json.dumps(stored))


def test_big_results_move_no_figure(project: AsvProject) -> None:
    """asv's own size is none of the figures': neither of a query nor of what start-up costs."""
    costs = rf"({ONE}|bounced_addresses\.Styles\.(track_peak|peakmem_process)\('columns', 1000\)"
    costs += r"|startup\.costs\.(Imports|Mapping)\.track_resident)"
    found = []
    for size in (0, BIG):
        path = path_of(project, f"{NEW}-*.json")
        pad(path, size)
        assert path.stat().st_size > size
        run = project.asv("run", NEW, "--bench", costs)
        assert run.returncode == 0, run.stdout[-2000:]
        found.append(figures_of(project))
    assert len(found[0]) >= 9
    for (name, small), big in zip(found[0].items(), found[1].values(), strict=True):
        assert big == pytest.approx(small, rel=0.1, abs=2**20), name


def figures_of(project: AsvProject) -> dict[str, float]:
    columns = project.result(NEW)["result_columns"]
    found: dict[str, float] = {}
    for name, row in project.result(NEW)["results"].items():
        values = dict(zip(columns, row, strict=False))["result"]
        if name != "padding":
            taken = {f"{name} {place}": one for place, one in enumerate(values or [])}
            found |= {name: one for name, one in taken.items() if one and not math.isnan(one)}
    return found


def test_a_file_that_is_a_link_stays_one(project: AsvProject) -> None:
    path = path_of(project, "benchmarks.json")
    elsewhere = project.folder / "elsewhere.json"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    listed = subprocess.run(
        project.command("run", "--bench", "just-discover"),
        cwd=project.folder,
        env=project.environment(),
        check=False,
    )
    assert listed.returncode == 0
    assert path.is_symlink()
    assert json.loads(elsewhere.read_text())["version"]
