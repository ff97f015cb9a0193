"""One line that moves on a terminal, and plain lines in a log."""

import io
import itertools
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from rich.console import Console

from suite.project import ROOT
from suite.terminal import progress
from tests.terminal import reading

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\x00-\x09\x0b-\x1f]")


class Terminal(io.StringIO):
    """A terminal that remembers everything."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock is a second later, and a line moves at once."""
    ticks = itertools.count()
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: float(next(ticks))))
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    monkeypatch.setattr(progress, "MOVES_A_SECOND", 100)
    monkeypatch.setenv("TERM", "xterm")


def screen(terminal: Terminal) -> list[str]:
    """Each line that was on the terminal, one after the other, without what moves the cursor."""
    written = CONTROL.sub("\n", terminal.getvalue())
    return [line for line in written.split("\n") if line]


def wait_for(terminal: Terminal, words: str) -> None:
    """The line moves by itself."""
    deadline = time.monotonic() + 60
    while words not in terminal.getvalue():
        assert time.monotonic() < deadline, terminal.getvalue()
        time.sleep(0.01)


def shown(width: int = 120) -> tuple[Terminal, Console]:
    terminal = Terminal()
    return terminal, Console(file=terminal, width=width)


def test_a_log_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    # As CI systems set it, for colours: a line can't move in their logs.
    monkeypatch.setenv("FORCE_COLOR", "1")
    console = Console(file=io.StringIO(), width=40)
    with progress.progress_of(console, "Seeding") as show:
        for done in range(10, 1_001, 10):
            show(done, 1_000)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert 15 <= len(lines) <= 20
    assert re.fullmatch(r"Seeding: 50 of 1,000 \(5%\), \d a second, \d min left", lines[0])
    assert re.fullmatch(r"Seeding: 850 of 1,000 \(85%\), \d a second, \d\d s left", lines[-3])
    assert not CONTROL.search("".join(lines))


def test_a_log_gets_plain_lines_of_measurements() -> None:
    console = Console(file=io.StringIO(), width=40)
    with progress.steps_of(console, "2.1.9", 6, about=True) as step:
        for _ in range(6):
            step()
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert re.fullmatch(r"2\.1\.9: 3 of about 6 measurements, \d s left", lines[2])
    assert not CONTROL.search("".join(lines))


def test_a_terminal_gets_one_line_that_is_gone_in_the_end() -> None:
    terminal, console = shown()
    with progress.progress_of(console, "Seeding") as show:
        show(500, 1_000)
        wait_for(terminal, "Seeding: 500 of 1,000 (50%), ")
        console.print("said meanwhile")
        show(1_000, 1_000)
    lines = screen(terminal)
    assert lines[0] == "Seeding ..."
    assert "said meanwhile" in lines
    assert re.fullmatch(r"Seeding: 1,000 of 1,000 \(100%\), [\d,]+ a second, last step", lines[-1])
    assert terminal.getvalue().endswith("\x1b[1A\x1b[2K")
    assert terminal.getvalue().rfind("\x1b[?25h") > terminal.getvalue().rfind("\x1b[?25l")


def test_the_line_is_never_wider_than_the_terminal() -> None:
    terminal, console = shown(width=20)
    with progress.steps_of(console, "SQLAlchemy 2.0.58", 1_000) as step:
        step()
    assert max(map(len, screen(terminal))) <= 20


def test_more_steps_than_there_should_be_are_counted() -> None:
    terminal, console = shown()
    with progress.steps_of(console, "2.1.9", 1, about=True) as step:
        step()
        step()
    assert screen(terminal)[-1] == "2.1.9: 2 of about 2 measurements"


def test_much_time_is_told_in_minutes() -> None:
    terminal, console = shown()
    with progress.steps_of(console, "2.1.9", 60_000) as step:
        step()
        wait_for(terminal, "1 of 60,000 measurements, ")
    assert re.search(r"1 of 60,000 measurements, [\d,]+ min left", terminal.getvalue())


def test_work_inside_work_shares_the_line() -> None:
    terminal, console = shown()
    with progress.steps_of(console, "outer", 2) as step:
        step()
        with progress.steps_of(Console(file=terminal, width=120), "inner", 3):
            pass
        step()
    lines = screen(terminal)
    inside = [line for line in lines if "inner" in line]
    assert inside
    assert all(re.match(r"outer: 1 of 2 .*; inner: 0 of 3", line) for line in inside)
    assert lines[-1] == "outer: 2 of 2 measurements"


def test_what_is_said_by_click_stands_above_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, console = shown()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.steps_of(console, "2.1.9", 3):
        click.echo("failed: a style", err=True)
    assert sys.stderr is terminal
    before, _, after = terminal.getvalue().partition("failed: a style")
    assert before.endswith("\r\x1b[2K")
    assert CONTROL.sub("", after).strip().startswith("2.1.9: 0 of 3 measurements")


def test_a_note_is_replaced_and_gives_way_to_work() -> None:
    terminal, console = shown()
    note = progress.Note(console)
    note.show("Discovering ...")
    with progress.steps_of(console, "2.1.9", 3):
        note.show("not seen")
    note.show("Saving ...")
    note.close()
    lines = screen(terminal)
    assert "not seen" not in lines
    assert not any("Discovering" in line and "2.1.9" in line for line in lines)
    assert lines[0] == "Discovering ..."
    assert lines[-1] == "Saving ..."


def test_a_log_gets_no_note() -> None:
    console = Console(file=io.StringIO())
    note = progress.Note(console)
    note.show("Discovering ...")
    note.close()
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == ""


INTERRUPTED = """
import os, time, click
from rich.console import Console
from suite.commands import options
from suite.terminal import progress

@click.command(cls=options.Command)
def main():
    with progress.steps_of(Console(stderr=True), "2.1.9", 3) as step:
        step()
        os.write(1, b"ready")
        time.sleep(60)

main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_the_terminal_in_order(tmp_path: Path, number: int) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    begun = b""
    while b"ready" not in begun:
        begun += os.read(ours, 1000)
    process.send_signal(number)
    written = begun + reading.to_the_end(ours)
    assert process.wait(timeout=60) == 128 + number
    last = written.rpartition(b"measurements")[2]
    # The cursor is back, and the line is gone before anything else is said.
    assert b"\x1b[?25h" in last
    assert last.index(b"\x1b[2K") < last.index(b"Interrupted.")
