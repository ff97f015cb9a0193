"""A warm process in a release's environment: it measures one unit of work after the other."""

import json
import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.endings import why_it_ended
from benchmarks.metrics import BY_NAME
from suite.measuring import surroundings
from suite.measuring.surroundings import Surroundings


@dataclass(frozen=True, order=True)
class Unit:
    """What to measure: a style at a number of rows, under an instrument ("resident", ...)."""

    task: str
    style: str
    rows: int
    instrument: str


@dataclass(frozen=True)
class Limits:
    """What one unit may take: ``timeout`` in seconds, ``memory`` in bytes of address space."""

    timeout: float = 600.0
    memory: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What a unit of work gave: its record, which says why where there are no figures."""

    unit: Unit
    record: dict[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> str | None:
        """Why it failed; None where it did not."""
        return self.record.get("failed")

    @property
    def skipped(self) -> str | None:
        """Why the release can't run the style; None where it can."""
        return self.record.get("skipped")

    @property
    def failure(self) -> str:
        """What failed and why, for a person."""
        unit = self.unit
        where = f"{unit.task}.{unit.style} at {unit.rows} rows ({unit.instrument})"
        return f"failed: {where}: {self.failed}"

    def figure(self, metric: str) -> float | None:
        """The value of a metric (bytes, or seconds), None where this unit does not give it."""
        found = BY_NAME[metric]
        if found.instrument != self.unit.instrument:
            return None
        value = self.record.get(found.figure)
        return None if value is None else float(value)


class ProcessEndedError(Exception):
    """The warm process itself ended; the message says why."""


class WarmProcess:
    """One process for one task; measures a unit at a time, each in a child of its own.

    It ends when this object is closed, or when the process that holds it ends.
    """

    def __init__(self, surrounded: Surroundings, task: str) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        how = "fresh" if surroundings.must_not_fork() else "fork"
        self._process = subprocess.Popen(
            surrounded.command("-m", "benchmarks", task, how),
            cwd=surrounded.folder,
            env=surrounded.variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            # Ctrl-C is for the command, which then closes its processes.
            start_new_session=True,
        )

    def fileno(self) -> int:
        """What to wait for until an answer is there."""
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def send(self, unit: Unit, limits: Limits) -> None:
        """Let it measure a unit. Raises ProcessEndedError."""
        request = {**asdict(unit), "timeout": limits.timeout, "memory_limit": limits.memory}
        self._write(request)

    def ask_for_facts(self) -> dict[str, Any]:
        """What its figures are measured with. Raises ProcessEndedError."""
        self._write({"facts": True})
        facts = self.receive()
        if "failed" in facts:
            raise ProcessEndedError(str(facts["failed"]))
        return facts

    def receive(self) -> dict[str, Any]:
        """Its answer, for which this waits. Raises ProcessEndedError."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise ProcessEndedError(self._why())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End it, and what it is measuring: it leads a session of its own."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:
                continue  # what was to be sent has nobody to read it
        self._process.wait()
        self._errors.close()

    def _write(self, request: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise ProcessEndedError(self._why()) from error

    def _why(self) -> str:
        reason = why_it_ended(self._process.wait()) or "ended before it answered"
        self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - 4096))
        said = self._errors.read().decode("utf-8", "replace").strip()
        return said.splitlines()[-1] if said else f"the measuring process {reason}"
