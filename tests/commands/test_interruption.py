"""Whatever ends a command early: all is put in order, in one line, and with the right exit code."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from suite.project import ROOT
from suite.terminal import interruption
from tests.environments import run
from tests.scratch_project import ScratchProject

COMMAND = """
import os, signal, sys, time
from pathlib import Path
import click
from suite.commands import options

@click.command(cls=options.Command)
@options.configuration
def main(project):
    {work}

main()
"""
WAIT = "print('ready', flush=True); time.sleep(60)"
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def to_self(number: int) -> str:
    return f"os.kill(os.getpid(), {int(number)}); time.sleep(60)"


def command(folder: Path, *lines: str) -> list[str]:
    """A command, as those of ``scripts/``, that does the lines."""
    path = folder / "a_command.py"
    path.write_text(COMMAND.format(work="\n    ".join(lines)), encoding="utf-8")
    return [sys.executable, "-m", "a_command"]


def ended(folder: Path, *lines: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
    done = run(*command(folder, *lines), *options, folder=folder)
    return done.returncode, done.stderr


def start(
    folder: Path, *lines: str, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(folder, *lines),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        stdout=stdout,
        stderr=stderr,
    )


@pytest.mark.parametrize("number", SIGNALS)
def test_the_exit_code_is_that_of_the_signal(tmp_path: Path, number: int) -> None:
    assert ended(tmp_path, to_self(number)) == (128 + number, "Interrupted.\n")


def test_the_exit_code_is_right_after_code_that_was_compiled_from_a_string(tmp_path: Path) -> None:
    # As importing a library does that defines a namedtuple or a dataclass.
    assert ended(tmp_path, f"exec({to_self(signal.SIGINT)!r})") == (130, "Interrupted.\n")


def test_an_impatient_second_signal_does_not_end_the_putting_in_order(tmp_path: Path) -> None:
    done = ended(
        tmp_path,
        "try:",
        f"    {to_self(signal.SIGINT)}",
        "finally:",
        f"    for number in {[int(number) for number in SIGNALS]}:",
        "        os.kill(os.getpid(), number)",
        "    Path('in-order').touch()",
    )
    assert done == (130, "Interrupted.\n")
    assert (tmp_path / "in-order").exists()


@pytest.mark.parametrize(
    ("written", "line"),
    [
        (True, "Interrupted: what was measured is kept; run the same command again to go on.\n"),
        (False, "Interrupted.\n"),
    ],
)
def test_what_was_measured_is_kept_is_said_where_something_was(
    tmp_path: Path, written: bool, line: str
) -> None:
    project = ScratchProject(tmp_path)
    project.write_configuration()
    stored = project.results / "machine" / "2.1.9.records"
    stored.parent.mkdir(parents=True)
    (stored.parent / "1.4.54.records").touch()
    write = f"Path({str(stored)!r}).touch()" if written else ""
    where = ("--config", str(project.configuration))
    assert ended(tmp_path, write, to_self(signal.SIGTERM), options=where) == (143, line)


def test_a_reader_that_goes_away_ends_a_command_in_order(tmp_path: Path) -> None:
    process = start(
        tmp_path,
        "try:",
        "    while True: click.echo('x' * 1000)",
        "finally:",
        "    click.echo('a last table')",
        "    Path('in-order').touch()",
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=60) == 141
    assert process.stderr.read() == "Interrupted.\n"
    assert (tmp_path / "in-order").exists()


def test_help_that_nobody_reads_is_no_verdict(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*command(tmp_path, "pass"), "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=writing,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 141


def test_a_terminal_that_closes_ends_a_command_in_order(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = start(
        tmp_path,
        "try:",
        f"    {WAIT}",
        "    while True: click.echo('x' * 1000)",
        "finally:",
        "    click.echo('a last table')",
        "    Path('in-order').touch()",
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    assert os.read(ours, 5) == b"ready"
    # The kernel sends it to the foreground of a terminal that closes.
    os.close(ours)
    process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=60) == 129
    assert (tmp_path / "in-order").exists()


def test_a_terminal_that_is_lost_under_a_progress_bar_ends_a_command_in_order(
    tmp_path: Path,
) -> None:
    """Another thread draws it; and where SIGHUP is ignored, writing is all that tells."""
    ours, theirs = pty.openpty()
    work = [
        "import threading",
        "from rich.console import Console",
        "from rich.progress import Progress",
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)",
        "with Progress(console=Console(stderr=True, force_terminal=True)) as bar:",
        "    bar.add_task('measuring', total=None)",
        "    os.write(2, b'ready')",
        "    time.sleep(60)",
    ]
    process = start(tmp_path, *work, stderr=theirs)
    os.close(theirs)
    shown = b""
    while b"ready" not in shown:
        shown += os.read(ours, 1000)
    os.close(ours)
    assert process.wait(timeout=50) == 129


def test_output_to_a_full_disk_gets_one_line(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        process = start(tmp_path, "click.echo('a table')", stdout=full.fileno())
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert errors == "Error: the output can't be written: No space left on device\n"


def test_closed_output_is_no_trouble_and_takes_no_file(tmp_path: Path) -> None:
    work = ["click.echo('a table')", "file = open('file', 'w')", "os.write(1, b'a child')"]
    shell = '"$0" -m a_command >&-'
    command(tmp_path, *work)
    done = run("/bin/sh", "-c", shell, sys.executable, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "file").read_text() == ""


def test_python_gets_its_own_handlers_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with interruption.raised():
        assert signal.getsignal(signal.SIGTERM) is interruption.interrupt
    assert [signal.getsignal(number) for number in SIGNALS] == before


@pytest.mark.parametrize("number", SIGNALS)
def test_an_ignored_signal_stays_ignored(tmp_path: Path, number: int) -> None:
    """As Ctrl-C is in a shell's background job, and SIGHUP under nohup."""
    shell = f'trap "" {int(number)}; exec "$0" -m a_command'
    command(tmp_path, f"os.kill(os.getpid(), {int(number)}); print('goes on')")
    done = run("/bin/sh", "-c", shell, sys.executable, folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "goes on\n")
