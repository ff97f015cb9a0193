"""Reading what asv stored, and the table that is made of it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.metrics import BY_NAME
from suite.figures import tasks
from suite.figures.identity import Platform
from suite.measuring import names, results
from suite.measuring.results import Figure

MEBIBYTE = 2**20
NAME = names.build("bounced_addresses", "track_peak")


def store(
    folder: Path,
    release: str,
    values: list[float | None],
    version: str = BY_NAME["track_peak"].version,
    name: str = NAME,
    python: str = "3.11",
    **changes: Any,
) -> Path:
    """A result file as asv writes it: net peaks of two styles at 1,000 and 10,000 rows."""
    folder.mkdir(exist_ok=True)
    stored = {
        "version": 2,
        "commit_hash": release,
        "env_name": "engine-py3.11",
        "python": python,
        "params": {"machine": folder.name, "python": python},
        "requirements": {},
        "date": 1700000000000,
        "result_columns": ["result", "params", "version", "started_at"],
        "results": {
            name: [
                values,
                [["'full_entity'", "'columns'"], ["1000", "10000"]],
                version,
                1700000000000,
            ],
            "startup.costs.Imports.track_resident": [[1.0], [["'sqlalchemy'"]], "1", 1700000000000],
        },
        **changes,
    }
    path = folder / f"{release}-engine-py3.11.json"
    path.write_text(json.dumps(stored))
    return path


def test_what_asv_filled_up_with_nulls_is_no_figure(tmp_path: Path) -> None:
    store(tmp_path / "box", "2.1.9", [10.0, None, 1.0, None])
    assert {figure.rows for figure in results.read(tmp_path)} == {1000}


def test_machines_and_pythons_are_told_apart(tmp_path: Path) -> None:
    store(tmp_path / "box", "2.1.9", [10.0] * 4)
    store(tmp_path / "other", "2.1.9", [20.0] * 4)
    store(tmp_path / "old", "2.1.9", [30.0] * 4, python="3.8")
    found = {figure.platform for figure in results.read(tmp_path)}
    assert {platform.key for platform in found} == {
        "box/3.11/sqlite",
        "other/3.11/sqlite",
        "old/3.8/sqlite",
    }


def test_what_was_skipped_is_no_figure(tmp_path: Path) -> None:
    store(tmp_path / "box", "2.1.9", [10.0, float("nan"), 1.0, float("nan")])
    assert {figure.rows for figure in results.read(tmp_path)} == {1000}


def test_what_was_measured_in_another_way_is_passed_over(tmp_path: Path) -> None:
    path = store(tmp_path / "box", "2.1.8", [1.0] * 4, version="0")
    store(tmp_path / "box", "2.1.9", [1.0] * 4)
    warnings: list[str] = []
    figures = results.read(tmp_path, pytest.fail, warnings.append)
    assert {figure.release for figure in figures} == {"2.1.9"}
    assert warnings == [
        f"{path}: measured in another way than today, and passed over; measure the release again"
    ]


def test_results_of_an_earlier_version_of_the_suite_are_passed_over(tmp_path: Path) -> None:
    path = store(tmp_path / "box", "2.1.8", [1.0] * 4, name="memory.BouncedAddresses.track_peak")
    warnings: list[str] = []
    assert results.read(tmp_path, pytest.fail, warnings.append) == []
    (warning,) = warnings
    assert warning.startswith(f"{path}: measured in another way")


@pytest.mark.parametrize("content", ["", "null", "[]", '{"version": 2}', '{"version": 1}', "\x00"])
def test_a_damaged_file_is_named_and_passed_over(tmp_path: Path, content: str) -> None:
    store(tmp_path / "box", "2.1.9", [1.0, 2.0, 3.0, 4.0])
    (tmp_path / "box" / "2.0.58-engine-py3.11.json").write_text(content)
    warnings: list[str] = []
    assert {figure.release for figure in results.read(tmp_path, warnings.append)} == {"2.1.9"}
    assert len(warnings) == 1
    assert "2.0.58-engine-py3.11.json" in warnings[0]


@pytest.mark.parametrize(
    ("extensions", "build"), [(["x"], "compiled"), ([], "pure"), (False, "pure"), (None, "unknown")]
)
def test_the_build_is_known_where_it_was_recorded(extensions: object, build: str) -> None:
    given = figure("2.1.9", "columns", 1.0)
    facts = {} if extensions is None else {"compiled_extensions": extensions}
    assert replace(given, measured_with=facts).build == build
    assert replace(given, measured_with=facts).identity.build == build


def test_no_results_are_no_figures(tmp_path: Path) -> None:
    assert results.read(tmp_path / "missing") == []


@given(st.sampled_from(sorted(tasks.tasks())), st.sampled_from(sorted(BY_NAME)))
def test_a_benchmark_name_is_read_as_it_was_built(task: str, metric: str) -> None:
    named = names.parse(names.build(task, metric))
    assert named is not None
    assert (named.task, named.metric.name) == (task, metric)


def figure(release: str, style: str, value: float | None, metric: str = "track_peak") -> Figure:
    return Figure(
        Platform("box", "3.11"), release, "bounced_addresses", style, 1000, metric, value, "1"
    )
