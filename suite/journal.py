"""What asv does not store: how each figure was measured, and why one is missing.

asv's results JSON holds a value or null. Beside ``2.0.58-uv-py3.11.json`` the journal
``2.0.58-uv-py3.11.journal`` holds a record of every execution: its figures, the instrument,
everything installed, and the reason where it failed. It is JSON too; asv reads ``*.json`` only, and
leaves it alone.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import records
from suite import benchmark_names

# An execution's identity: task, style, rows, and what it measures (resident, heap, time).
Key = tuple[str, str, int, str]

TIMED_OUT = -256  # asv.util.TIMEOUT_RETCODE
# How Python begins the last line of a process that hands on why another one failed.
REPORTED = "benchmarks.records.FailedError: "


@dataclass(frozen=True)
class ProcessEnd:
    """How one of asv's benchmark processes ended."""

    benchmark: str
    parameters: tuple[str, ...]
    exit_code: int
    output: str
    timeout: float

    @property
    def reason(self) -> str | None:
        """Why it failed, in a few words; None where it did not."""
        if self.exit_code == 0:
            return None
        if self.exit_code == TIMED_OUT:
            return f"timed out after {self.timeout:g} s"
        if "MemoryError" in self.output:
            return "out of memory"
        if self.exit_code == 1:
            return self._last_line() or "failed without a message"
        return str(records.why_it_ended(self.exit_code))

    def _last_line(self) -> str:
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return lines[-1].removeprefix(REPORTED) if lines else ""


def path_for(result_file: Path) -> Path:
    """The journal that belongs to asv's result file."""
    return result_file.with_suffix(".journal")


def read(journal: Path) -> dict[Key, dict[str, Any]]:
    """The latest record of every execution; nothing where the journal is missing or damaged."""
    try:
        stored = json.loads(journal.read_text(encoding="utf-8"))
        facts = stored["measured_with"]
        return {
            _key(record): {**record, "measured_with": facts[record["measured_with"]]}
            for record in stored["records"]
        }
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return {}


def open_run(journal: Path) -> Path:
    """A folder in which the processes of a run leave their records, and empty it.

    What a run that was killed left there is taken into the journal first.
    """
    folder = journal.with_suffix(".run")
    close_run(journal, ends=())
    folder.mkdir(parents=True)
    return folder


def close_run(journal: Path, ends: Iterable[ProcessEnd]) -> list[dict[str, Any]]:
    """Take the run's records, and what is known of its processes, into the journal.

    Returns the records of executions that failed, or of which asv was refused a figure.
    """
    folder = journal.with_suffix(".run")
    found = {_key(record): record for record in _records(folder)} if folder.is_dir() else {}
    _explain(found, ends)
    _share_circumstances(found.values())
    if found:
        _write(journal, {**read(journal), **found})
    shutil.rmtree(folder, ignore_errors=True)
    return [record for record in found.values() if "failed" in record or "refused" in record]


def describe_failure(record: dict[str, Any]) -> str:
    """One line for a person."""
    what = "{task}.{style} at {rows} rows ({measures})".format(**record)
    refused = [f"{metric}: {reason}" for metric, reason in record.get("refused", {}).items()]
    return f"failed: {what}: {record.get('failed') or '; '.join(refused)}"


def _key(record: dict[str, Any]) -> Key:
    return record["task"], record["style"], int(record["rows"]), record["measures"]


def _records(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.record")):
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            _key(record)
        except (ValueError, KeyError, TypeError):
            continue
        yield record


def _explain(found: dict[Key, dict[str, Any]], ends: Iterable[ProcessEnd]) -> None:
    """Give every failed execution its reason: from its process' end, where it could not say."""
    for end in ends:
        named = benchmark_names.parse(end.benchmark)
        if end.reason is None or named is None:
            continue
        style, rows = benchmark_names.style_name(end.parameters[0]), int(end.parameters[1])
        key = (named.task, style, rows, named.measures)
        record = found.setdefault(key, records.begin(*key))
        if _ended_well(record):
            record.setdefault("refused", {})[named.metric] = end.reason
        elif end.reason != records.UNFINISHED:
            record.setdefault("failed", end.reason)
        else:
            # It was not begun, as the execution that comes before it had failed.
            before = found.get((named.task, style, rows, "resident"), {})
            record.setdefault("failed", before.get("failed", end.reason))
        if named.metric == "peakmem_process":
            _explain_what_ran_beside(found.get((named.task, style, rows, "heap")), end)
    for record in found.values():
        if not _ended_well(record):
            record.setdefault("failed", "interrupted")


def _explain_what_ran_beside(record: dict[str, Any] | None, end: ProcessEnd) -> None:
    """The heap is measured beside resident memory, and ends at the latest with that process."""
    if record is not None and not _ended_well(record):
        timed_out = end.exit_code == TIMED_OUT
        stopped = f"stopped, as the process beside it {end.reason}"
        record.setdefault("failed", end.reason if timed_out else stopped)


def _share_circumstances(records: Iterable[dict[str, Any]]) -> None:
    """A process whose peak asv reads does not ask what it ran with; the one beside it did."""
    described = [record["measured_with"] for record in records if "measured_with" in record]
    for record in records:
        if described:
            record.setdefault("measured_with", described[0])


def _ended_well(record: dict[str, Any]) -> bool:
    return "instrument" in record or "skipped" in record


def _write(journal: Path, executions: dict[Key, dict[str, Any]]) -> None:
    """Replace the journal. What many executions were measured with stands in it once."""
    facts: list[dict[str, Any]] = []
    rows = []
    for key in sorted(executions):
        measured_with = executions[key].get("measured_with", {})
        if measured_with not in facts:
            facts.append(measured_with)
        rows.append({**executions[key], "measured_with": facts.index(measured_with)})
    journal.parent.mkdir(parents=True, exist_ok=True)
    new = journal.with_suffix(".journal.new")
    new.write_text(json.dumps({"measured_with": facts, "records": rows}), encoding="utf-8")
    new.replace(journal)
