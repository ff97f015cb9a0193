"""Ctrl-C ends a command with the exit code that its help names, whatever it was doing."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from suite.terminal import interruption
from tests.environments import run

COMMAND = """
import click
from suite.commands import options

@click.command(cls=options.Command)
def main():
    {work}

main()
"""
SELF = "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(60)"


def interrupted(folder: Path, work: str) -> subprocess.CompletedProcess[str]:
    """Run a command, as ``scripts/`` do, that sends itself SIGINT."""
    (folder / "interrupted_command.py").write_text(COMMAND.format(work=work), encoding="utf-8")
    return run(sys.executable, "-m", "interrupted_command", folder=folder)


@pytest.mark.parametrize(
    "work",
    [
        SELF,
        # As importing a library does that defines a namedtuple or a dataclass.
        f"exec({SELF!r})",
    ],
)
def test_the_exit_code_is_that_of_an_interrupted_command(tmp_path: Path, work: str) -> None:
    ended = interrupted(tmp_path, work)
    assert ended.returncode == interruption.EXIT_CODE
    assert ended.stderr == "Interrupted.\n"


def test_a_command_that_says_what_is_kept_says_no_more(tmp_path: Path) -> None:
    ended = interrupted(tmp_path, f"\n    with options.interruptible('All kept.'):\n        {SELF}")
    assert ended.returncode == interruption.EXIT_CODE
    assert ended.stderr == "All kept.\n"


def test_python_gets_its_own_handler_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interruption.raised(), pytest.raises(interruption.Interruption):
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_an_ignored_ctrl_c_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruption.raised():
            signal.raise_signal(signal.SIGINT)
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
