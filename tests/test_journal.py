"""The journal keeps what asv does not: instruments, circumstances, and reasons."""

import json
from pathlib import Path
from typing import Any

import pytest

from suite import journal
from suite.journal import TIMED_OUT, ProcessEnd


def leave_record(folder: Path, **record: Any) -> None:
    """Write a record as a measured process does."""
    whole = {"task": "export", "style": "core", "rows": 1000, "measures": "resident", **record}
    name = f"{whole['task']}.{whole['style']}.{whole['rows']}.{whole['measures']}.record"
    (folder / name).write_text(json.dumps(whole))


def ended(exit_code: int, output: str = "", metric: str = "peakmem_process") -> ProcessEnd:
    parameters = ("'core'", "1000")
    return ProcessEnd(f"memory.Export.{metric}", parameters, exit_code, output, timeout=60)


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (ended(0), None),
        (ended(TIMED_OUT), "timed out after 60 s"),
        (ended(1, "Traceback ...\nMemoryError"), "out of memory"),
        (ended(1, "Traceback ...\nValueError: no such column\n"), "ValueError: no such column"),
        (ended(139), "crashed (exit code 139)"),
        (ended(-11), "crashed (signal 11)"),
        (ended(-9), "killed (signal 9), as the kernel does when memory runs out"),
    ],
)
def test_reason_of_an_end(end: ProcessEnd, reason: str | None) -> None:
    assert end.reason == reason


def test_a_run_is_taken_into_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "2.1.9-env.journal"
    folder = journal.open_run(path)
    leave_record(folder, instrument="kernel", peak=5, measured_with={"sqlite": "3"})
    leave_record(folder, style="columns", instrument="kernel", peak=7)
    assert journal.close_run(path, ends=()) == []
    kept = journal.read(path)
    assert kept["export", "core", 1000, "resident"]["peak"] == 5
    # The second process did not ask for its circumstances: it shares those of the run.
    assert kept["export", "columns", 1000, "resident"]["measured_with"] == {"sqlite": "3"}
    assert not folder.exists()


def test_a_process_that_died_gets_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "2.1.9-env.journal"
    leave_record(journal.open_run(path))
    (failed,) = journal.close_run(path, ends=[ended(139)])
    assert failed["failed"] == "crashed (exit code 139)"
    assert "export.core at 1000 rows" in journal.describe_failure(failed)


def test_a_figure_that_asv_was_refused_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "2.1.9-env.journal"
    leave_record(journal.open_run(path), instrument="kernel", peak=5)
    (refused,) = journal.close_run(path, ends=[ended(1, "MeasurementError: asv's own size")])
    assert refused["peak"] == 5
    assert refused["refused"] == {"peakmem_process": "MeasurementError: asv's own size"}


def test_a_later_run_replaces_what_it_measured_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "2.1.9-env.journal"
    for peaks in ({"core": 1, "columns": 2}, {"core": 3}):
        folder = journal.open_run(path)
        for style, peak in peaks.items():
            leave_record(folder, style=style, instrument="kernel", peak=peak)
        journal.close_run(path, ends=())
    kept = {key[1]: record["peak"] for key, record in journal.read(path).items()}
    assert kept == {"core": 3, "columns": 2}


def test_what_a_killed_run_left_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "2.1.9-env.journal"
    leave_record(journal.open_run(path), instrument="kernel", peak=5)
    folder = journal.open_run(path)
    assert list(folder.iterdir()) == []
    assert journal.read(path)["export", "core", 1000, "resident"]["peak"] == 5


@pytest.mark.parametrize("content", ["", "{", "[]", '{"records": [{}]}', "\x00\xff"])
def test_a_damaged_journal_is_an_empty_one(tmp_path: Path, content: str) -> None:
    path = tmp_path / "2.1.9-env.journal"
    path.write_text(content, encoding="latin-1")
    assert journal.read(path) == {}
