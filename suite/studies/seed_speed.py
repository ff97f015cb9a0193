"""How fast fixtures are built, beside bare ``executemany`` and the naive loop."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fixtures import sqlite_file
from fixtures.identity import FAKER
from suite.figures.amounts import mebibytes
from suite.project import ROOT
from suite.reports.tables import Column, Table
from suite.terminal.errors import UserMistake

SECONDS_BETWEEN_LOOKS = 0.02
HEADINGS = (
    "bounced addresses",
    "rows written",
    "seconds",
    "rows/s",
    "peak resident",
    "bare executemany, rows/s",
    "share of it",
    "against the naive loop",
)
# Larger ones take minutes, and differ little from run to run.
LARGEST_REPEATED = 1_000_000


@dataclass(frozen=True)
class Speed:
    """``written`` rows of both tables took ``seconds``; ``peak`` is in bytes, where it is known."""

    written: int
    seconds: float
    peak: int | None = None

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.written / self.seconds


@dataclass(frozen=True)
class Comparison:
    """A fixture with ``rows`` bounced addresses, built by the command and by bare executemany."""

    rows: int
    fixture: Speed
    bare: Speed


@dataclass(frozen=True)
class Naive:
    """The naive loop at a size that ends."""

    rows: int
    speed: Speed
    sqlalchemy: str


def compare(rows: int, repeat: int, folder: Path) -> Comparison:
    """The quickest of ``repeat`` builds each; files in ``folder`` come and go."""
    rounds = repeat if rows <= LARGEST_REPEATED else 1
    fixtures, bares = [], []
    for _ in range(rounds):
        with _new_file(folder) as path:
            fixtures.append(_fixture(rows, path))
        with _new_file(folder) as path:
            bares.append(_bare(rows, path))
    return Comparison(rows, min(fixtures, key=_seconds), min(bares, key=_seconds))


def naive(rows: int, repeat: int, folder: Path) -> Naive:
    """The quickest of ``repeat`` naive loops, in an environment made for it with uv."""
    runs = []
    for _ in range(repeat):
        with _new_file(folder) as path:
            runs.append(_naive(rows, path))
    return min(runs, key=lambda run: run.speed.seconds)


def _seconds(speed: Speed) -> float:
    return speed.seconds


@contextmanager
def _new_file(folder: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=folder, prefix="seed-speed-") as temporary:
        yield Path(temporary) / "fixture.db"


def _fixture(rows: int, path: Path) -> Speed:
    """The whole command, from its start to its end."""
    arguments = ["-m", "suite.commands.seed", "--rows", str(rows), "--output", str(path)]
    started = time.perf_counter()
    _, peak = _run([sys.executable, *arguments])
    seconds = time.perf_counter() - started
    return Speed(sum(sqlite_file.describe(path).counts), seconds, peak)


def _bare(rows: int, path: Path) -> Speed:
    output, peak = _run([sys.executable, "-m", "suite.studies.bare_insert", str(rows), str(path)])
    return replace(_speed(json.loads(output)), peak=peak)


def _naive(rows: int, path: Path) -> Naive:
    uv = [str(Path(sys.executable).parent / "uv"), "run", "--quiet", "--no-project", "--isolated"]
    environment = ["--python", sys.executable, "--with", "SQLAlchemy", "--with", f"Faker=={FAKER}"]
    loop = ["python", "-m", "fixtures.mailing.naive_loop", str(rows), str(path)]
    result = json.loads(_run([*uv, *environment, *loop])[0])
    return Naive(rows, _speed(result), result["sqlalchemy"])


def _speed(result: dict[str, float]) -> Speed:
    return Speed(int(result["rows"]), result["seconds"])


def _run(command: list[str]) -> tuple[str, int | None]:
    """Standard output, and the peak resident size in bytes where the kernel tells it.

    The process's own high-water mark, looked at until it ends: the figure that a parent gets for a
    child that has ended begins with the parent's own size.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        peak = None
        while process.poll() is None:
            peak = _high_water_mark(process.pid) or peak
            time.sleep(SECONDS_BETWEEN_LOOKS)
        output, errors = process.communicate()
    if process.returncode:
        reason = (errors.strip() or "no message").splitlines()[-1]
        raise UserMistake(f"{' '.join(command[:4])} ... failed: {reason}")
    return output, peak


def _high_water_mark(pid: int) -> int | None:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def table(comparisons: list[Comparison], slowest: Naive | None) -> Table:
    """The comparisons as a table."""
    rows = []
    for comparison in comparisons:
        fixture, bare = comparison.fixture, comparison.bare
        row = [
            f"{comparison.rows:,}",
            f"{fixture.written:,}",
            f"{fixture.seconds:.1f}",
            f"{fixture.rate:,.0f}",
            mebibytes(fixture.peak) if fixture.peak else "unknown",
            f"{bare.rate:,.0f}",
            f"{fixture.rate / bare.rate:.0%}",
            f"{fixture.rate / slowest.speed.rate:.0f} x" if slowest else "",
        ]
        rows.append(row)
    return Table("How fast fixtures are built", [Column(title) for title in HEADINGS], rows)
