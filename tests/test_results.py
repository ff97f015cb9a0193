"""Reading what asv stored, and the table that is made of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from benchmarks.records import FIGURES
from suite import benchmark_names, journal, results, styles
from suite.comparison_table import render, style_by_release
from suite.results import Figure

MEBIBYTE = 2**20


def store(
    folder: Path,
    release: str,
    values: list[float | None],
    version: str = benchmark_names.version("track_peak"),
    **changes: Any,
) -> Path:
    """A result file as asv writes it: net peaks of two styles at 1,000 and 10,000 rows."""
    folder.mkdir(exist_ok=True)
    stored = {
        "version": 2,
        "commit_hash": release,
        "env_name": "uv-py3.11",
        "python": "3.11",
        "params": {"machine": folder.name},
        "result_columns": ["result", "params", "version", "started_at"],
        "results": {
            "memory.BouncedAddresses.track_peak": [
                values,
                [["'full_entity'", "'columns'"], ["1000", "10000"]],
                version,
                1700000000000,
            ],
            "startup.Imports.track_resident": [[1.0], [["'sqlalchemy'"]], "1", 1700000000000],
        },
        **changes,
    }
    path = folder / f"{release}-uv-py3.11.json"
    path.write_text(json.dumps(stored))
    return path


def test_figures_are_read_with_their_circumstances(tmp_path: Path) -> None:
    path = store(tmp_path / "box", "2.1.9", [10.0, 20.0, 1.0, None])
    folder = journal.open_run(journal.path_for(path))
    for style, rows, more in (
        ("full_entity", 1000, {"instrument": "sampled", "measured_with": {"sqlite": "3"}}),
        ("columns", 10000, {"failed": "out of memory"}),
    ):
        record = {"task": "bounced_addresses", "style": style, "rows": rows, **more}
        (folder / f"{style}.record").write_text(json.dumps({**record, "measures": "resident"}))
    journal.close_run(journal.path_for(path), ends=())
    figures = {(figure.style, figure.rows): figure for figure in results.read(tmp_path)}
    assert figures["full_entity", 1000].value == 10.0
    assert figures["full_entity", 1000].sampled
    assert figures["full_entity", 1000].measured_with == {"sqlite": "3"}
    assert figures["columns", 10000].value is None
    assert figures["columns", 10000].failed == "out of memory"


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
        f"{path}: not measured as it is today, and passed over: track_peak;"
        " measure the release again"
    ]


@pytest.mark.parametrize("content", ["", "null", "[]", '{"version": 2}', '{"version": 1}', "\x00"])
def test_a_damaged_file_is_named_and_passed_over(tmp_path: Path, content: str) -> None:
    store(tmp_path / "box", "2.1.9", [1.0, 2.0, 3.0, 4.0])
    (tmp_path / "box" / "2.0.58-uv-py3.11.json").write_text(content)
    warnings: list[str] = []
    assert {figure.release for figure in results.read(tmp_path, warnings.append)} == {"2.1.9"}
    assert len(warnings) == 1
    assert "2.0.58-uv-py3.11.json" in warnings[0]


def test_no_results_are_no_figures(tmp_path: Path) -> None:
    assert results.read(tmp_path / "missing") == []


@given(st.sampled_from(sorted(styles.tasks())), st.sampled_from(sorted(FIGURES)))
def test_a_benchmark_name_is_read_as_it_was_built(task: str, metric: str) -> None:
    named = benchmark_names.parse(benchmark_names.build(task, metric))
    assert named is not None
    assert (named.task, named.metric) == (task, metric)


def figure(release: str, style: str, value: float | None, metric: str = "track_peak") -> Figure:
    return Figure(
        release, "bounced_addresses", style, 1000, metric, value, "box", "env", "3.11", "1"
    )


def test_the_table_has_the_dearest_style_first_and_factors_by_release() -> None:
    figures = [
        figure("2.1.9", "columns", 10 * MEBIBYTE),
        figure("2.1.9", "full_entity", 60 * MEBIBYTE),
        figure("1.4.54", "columns", 20 * MEBIBYTE),
        figure("1.4.54", "full_entity", None),
    ]
    task = styles.tasks()["bounced_addresses"]
    table = style_by_release(figures, task, "track_peak", 1000)
    assert table.releases == ["1.4.54", "2.1.9"]
    assert list(table.cells) == ["full_entity", "columns"]
    assert table.cells["full_entity"]["2.1.9"].factor == 6.0
    assert table.cells["full_entity"]["1.4.54"].value is None
    console = Console(width=120, record=True)
    console.print(render(table))
    text = console.export_text()
    assert task.label("full_entity") in text
    assert "60.0   6.0x" in text
    assert "failed" in text


@pytest.mark.parametrize(("metric", "factor"), [("track_peak", None), ("track_heap", 8.0)])
def test_no_factor_against_less_than_the_instrument_can_tell(
    metric: str, factor: float | None
) -> None:
    figures = [
        figure("2.1.9", "columns", MEBIBYTE / 2, metric),
        figure("2.1.9", "full_entity", 4 * MEBIBYTE, metric),
    ]
    table = style_by_release(figures, styles.tasks()["bounced_addresses"], metric, 1000)
    assert table.cells["full_entity"]["2.1.9"].factor == factor
