"""What every command prints at several widths: no figure and no name is cut, no line is too wide.

Which columns are left out where there is little room, tests/reports/test_tables.py says.
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from benchmarks import databases
from benchmarks.metrics import METRICS, REPEATING
from suite.commands import bench, check_upgrade, find_regression, publish, seed, show
from suite.commands.study import changes, false_alarms, known_truth, museum, noise, outside
from suite.figures import limits
from suite.figures.bisection import Bisection, Point
from suite.figures.tasks import tasks
from suite.figures.verdicts import Verdict
from suite.measuring.processes import Unit
from suite.project import ROOT
from suite.reports import tables
from suite.studies.callers import CALLERS
from suite.studies.changes import Changes, GivenUp, Plan, Step
from suite.studies.false_alarms import Difference, FalseAlarms
from suite.studies.known_truth import (
    HOLDER_LABELS,
    INSTRUMENT_LABELS,
    LEAK_LABELS,
    Case,
    LeakTrial,
    Trial,
)
from suite.studies.museum import EXHIBITS, Finding
from suite.studies.noise import Spread
from suite.studies.outside import Reading
from suite.upgrade.comparison import Change
from tests import fake_results
from tests.terminal import reading
from tests.upgrade import upgrade_project
from tests.upgrade.upgrade_project import UpgradeProject

WIDTHS = (80, 100, 140)
MEBIBYTE = 2**20
RELEASES = ("1.2.19", "1.3.24", "1.4.0", "1.4.54", "2.0.0", "2.0.58", "2.1.0", "2.1.8", "2.1.9")
OLD, NEW = "1.4.54", "2.1.9"
# The task and style of the longest label.
LONG = max(
    ((task.name, style.name) for task in tasks().values() for style in task.styles.values()),
    key=lambda pair: len(tasks()[pair[0]].label(pair[1])),
)
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UpgradeProject:
    made = upgrade_project.create(tmp_path, monkeypatch, RELEASES)
    made.scale(NEW, "bundle", 1.3)
    made.scale(NEW, "full_entity", 0.7)
    return made


def tables_of(markdown: str) -> list[list[list[str]]]:
    """The rows of each table, titles first, as they read."""
    found: list[list[list[str]]] = [[]]
    for line in markdown.splitlines():
        if line.startswith("| ") and not line.startswith(("| --", "| :-")):
            cells = re.split(r"(?<!\\)\|", line.strip("|"))
            plain = [re.sub(r"\\(.)", r"\1", cell).replace(tables.NO_BREAK, " ") for cell in cells]
            found[-1].append([cell.strip() for cell in plain])
        elif found[-1] and not line.startswith("|"):
            found.append([])
    return [rows for rows in found if rows]


def left_out(section: str, titles: list[str]) -> list[str]:
    """The titles that are named as not shown; a caption follows them."""
    rest = " ".join(section.split()).partition(" columns: ")[2]
    named: list[str] = []
    for title in titles:
        if matched := re.match(re.escape(title) + "(; |$| )", rest):
            named.append(title)
            rest = rest[matched.end() :] if matched[1] == "; " else ""
    return named


def require_whole(text: str, markdown: str, width: int) -> None:
    """Every name, and every figure of a column that is not left out, stands whole in its table."""
    require_fitting(text, width)
    sections = [section for section in re.split(r"\n\s*\n", text) if section.strip()]
    written = tables_of(markdown)
    assert len(sections) == len(written), text
    for section, (titles, *rows) in zip(sections, written, strict=True):
        hidden = left_out(section, titles)
        assert len(titles) - len(hidden) > 1, section
        lines = [" ".join(line.split()) for line in section.splitlines()]
        for row in rows:
            assert any(row[0] in line for line in lines), (row[0], section)
            for title, cell in zip(titles, row, strict=True):
                missing = {*cell.split()} - {*section.split()}
                assert title in hidden or not missing, (title, missing, section)


def require_fitting(text: str, width: int) -> None:
    """No line is too wide, nothing is cut, and nothing is there that moves a cursor."""
    assert text.strip()
    for line in text.splitlines():
        assert cell_len(line) <= width, line
        assert "…" not in line
        assert not CONTROL.search(line), line


def run(command: click.Command, *words: str) -> str:
    done = CliRunner().invoke(command, words, catch_exceptions=False)
    assert done.exit_code in (0, 1), done.output
    return done.stdout


@pytest.fixture(params=[*WIDTHS, None], ids=[*map(str, WIDTHS), "piped"])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """The columns of a terminal, or of a log where nobody has one."""
    if request.param is not None:
        monkeypatch.setenv("COLUMNS", str(request.param))
        return int(request.param)
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(os, "get_terminal_size", no_terminal)
    monkeypatch.setattr("suite.terminal.consoles._TERMINAL", Path("/nonexistent/tty"))
    return 140


def no_terminal(descriptor: int = 1) -> os.terminal_size:
    raise OSError("not a terminal")


@pytest.mark.parametrize("words", [["styles"], ["styles", "--metric", "heap"], ["releases"]])
def test_what_is_stored(project: UpgradeProject, width: int, words: list[str]) -> None:
    where = [] if words == ["releases"] else ["--config", str(project.configuration)]
    text, markdown = (
        run(show.main, *words, *where, "--format", form) for form in ("table", "markdown")
    )
    require_whole(text, markdown, width)


def test_drivers(project: UpgradeProject, width: int) -> None:
    for database in databases.every_driver():
        fake_results.write(
            project.results, [NEW], ("streaming",), database=database, flat=("core_stream",)
        )
    where = ["--config", str(project.configuration)]
    text, markdown = (
        run(show.main, "drivers", *where, "--format", form) for form in ("table", "markdown")
    )
    require_whole(text, markdown, width)


def test_bench(
    project: UpgradeProject,
    width: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bench, "_measured_since", lambda figure, started: True)
    monkeypatch.setattr(bench, "asv", lambda *words, **others: 0)
    monkeypatch.setattr(publish, "asv", lambda *words, **others: 0)
    where = ["--config", str(project.configuration)]
    text, _, published = run(bench.main, NEW, *where).partition("\nPublished: ")
    markdown = run(show.main, "styles", *where, "--format", "markdown")
    require_whole(text, markdown.partition("**bounced\\_addresses: what each")[0], width)
    # A path is as long as it is.
    assert len(published.splitlines()) == 2
    assert not CONTROL.search(published.replace("\n", ""))


def test_comparisons(project: UpgradeProject, width: int) -> None:
    where = ["--config", str(project.configuration)]
    words = [OLD, NEW, "--task", "bounced_addresses", *where]
    require_fitting(run(check_upgrade.main, *words), width)
    style = ["bounced_addresses.bundle", OLD, NEW]
    require_fitting(run(find_regression.main, *style, *where), width)


def test_a_fixture(built: Path, width: int) -> None:
    text = run(seed.main, "--show", str(built))
    require_fitting(text.replace(str(built), "FILE"), width)
    assert str(built) in text


def change(metric: str, before: float, after: float | None) -> Change:
    return Change(*LONG, "a label", 10_000, metric, before, after, None, None, Verdict.WORSE)


def list_of_changes(form: str) -> None:
    steps = [
        Step(change("track_peak", 12 * MEBIBYTE, 123 * MEBIBYTE), OLD, NEW, (), False, 9.0, True),
        Step(change("track_growth_uncollected", 12.0, 2.0**20), OLD, NEW, ("2.0.0",), False),
        Step(change("track_growth_resident", 12.0, 2.0**20), "1.4.0", NEW, (), True, 1.0, False),
    ]
    given_up = [GivenUp(NEW, "it does not run", tuple(f"task.style_{n}" for n in range(9)))]
    plan = Plan([OLD, NEW], [0, 1], [])
    # Lines of reasons are as long as they are: the table is what has to fit.
    changes._print(Changes(steps, given_up[:0]), plan, form)


def museum_of_all(form: str) -> None:
    points = [Point(OLD, 12.5 * MEBIBYTE), Point(NEW, 123.4 * MEBIBYTE)]
    found = [
        Finding(each, Bisection(points[0], points[1], points, {}, ["2.0.40"]), 123, 100_000)
        for each in EXHIBITS
    ]
    found.append(Finding(EXHIBITS[0], trouble="nothing of it could be measured here"))
    click.echo(tables.render(museum._table(found), form))


def no_false_alarm(form: str) -> None:
    callers = [caller.name for caller in CALLERS]
    differences = [
        Difference(NEW, (*LONG, 100_000, metric.name), *pair, 2.0**27, 2.0**27 + 12345, *verdict)
        for metric in METRICS
        for pair in [(callers[0], max(callers, key=len))]
        for verdict in [(Verdict.SAME, "")]
    ]
    judged_by = limits.chosen(limits.load())
    false_alarms._print(FalseAlarms(judged_by, differences), 30, form)


def noise_of_all(form: str) -> None:
    found = [
        Spread(Unit(*LONG, 100_000, metric.instrument), metric.name, (2.0**27, 2.0**27 + 12345))
        for metric in METRICS
    ]
    noise._print(found, f"SQLAlchemy {NEW}, Python 3.11.7, 100,000 rows, 5 runs", form)


def truth(form: str) -> None:
    trials = [
        Trial(Case(holder, 500 * MEBIBYTE, 0.2), instrument, 0, -123 * MEBIBYTE)
        for holder in HOLDER_LABELS
        for instrument in INSTRUMENT_LABELS
    ]
    names = [metric.figure for metric in METRICS if metric.instrument == REPEATING]
    leaks = [
        LeakTrial(leak, 102_400, dict.fromkeys(names, 102_400), dict.fromkeys(names, 102_399.6))
        for leak in LEAK_LABELS
    ]
    click.echo(tables.render(known_truth._table(trials), form))
    click.echo(tables.render(known_truth._table_of_leaks(leaks), form))


def outside_of_all(form: str) -> None:
    readings = [
        Reading("postgresql+psycopg2", style, 2**27, 2.0**27)
        for style in ("core_iterated", "orm_yield_per")
    ]
    click.echo(tables.render(outside._table(readings, NEW, 100_000), form))


@pytest.mark.parametrize(
    "study", [list_of_changes, museum_of_all, no_false_alarm, noise_of_all, truth, outside_of_all]
)
def test_studies(
    study: Callable[[str], None], width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    study("table")
    text = capsys.readouterr().out
    study("markdown")
    require_whole(text, capsys.readouterr().out, width)


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_terminal_tells_how_wide_it_is(project: UpgradeProject, columns: int) -> None:
    """Colours and all, on a terminal itself, and through a pipe on it."""
    words = [sys.executable, "-m", "suite.commands.show", "styles"]
    words += ["--config", str(project.configuration)]
    markdown = run(show.main, *words[3:], "--format", "markdown")
    for command in (words, ["sh", "-c", '"$@" | cat', "sh", *words]):
        text = re.sub(r"\x1b\[[0-9;]*m", "", on_terminal(command, columns))
        require_whole(text, markdown, columns)


def on_terminal(command: Sequence[str], columns: int) -> str:
    """What a command prints on a terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    variables = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    process = subprocess.Popen(
        command,
        env={**variables, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = reading.to_the_end(ours)
    assert process.wait(timeout=60) == 0, written
    return written.decode().replace("\r\n", "\n")
