"""asv under a command that speaks for itself: what is measured, how far it is, and what failed."""

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures import cache
from tests.asv_plugin import asv_project, misbehaving_project
from tests.asv_plugin.asv_project import AsvProject
from tests.terminal import reading

RELEASE = "2.1.9"
TWO = r"bounced_addresses\..*\('(columns|core_fetchall)', 1000\)"
FEW = [rf"{TWO}|startup\.costs\.Imports\.track_heap"]
MANY = r"bounced_addresses.*\('\w+', (1000|10000)\)"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
COMMAND = """
import sys
import click
from suite.asv_plugin.commands import asv
from suite.commands import options

@click.command(cls=options.Command)
@options.configuration
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def main(project, words):
    sys.exit(asv(*words, configuration=project.configuration, quiet=True))

main()
"""


def command(project: AsvProject, *words: str) -> list[str]:
    where = ["--config", str(project.configuration)]
    return [sys.executable, "-c", COMMAND, *where, "--", *words]


def run(project: AsvProject, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(project, *words),
        cwd=project.folder,
        env=project.environment(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> AsvProject:
    return asv_project.create(tmp_path_factory.mktemp("quiet"))


def test_a_log_says_what_is_measured_and_nothing_of_asvs(project: AsvProject) -> None:
    done = run(project, "run", RELEASE, "--bench", *FEW)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    first, *others = done.stderr.splitlines()
    assert first == f"SQLAlchemy {RELEASE}, Python 3.11: bounced_addresses (2 styles) and start-up"
    assert all(line.startswith(f"{RELEASE}: ") for line in others)
    assert project.values(RELEASE, "tasks.bounced_addresses.Styles.track_peak")["columns", 1000]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "2.0.999"], "2.0.999"),
        (["run", RELEASE, "--bench", "nosuch"], "No benchmarks selected"),
    ],
)
def test_what_asv_refuses_is_one_line(project: AsvProject, words: list[str], said: str) -> None:
    done = run(project, *words)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: ")
    assert said in line


def test_failures_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", cache.folder())
    made = misbehaving_project.create(tmp_path)
    done = run(made, "run", RELEASE, "--bench", r"misbehaving.*track.*'(raises|behaves)', 1000\)")
    assert done.returncode == 2, done.stderr
    line = "failed: misbehaving.raises at 1000 rows (heap): ValueError: no such luck"
    assert line in done.stderr.splitlines()
    assert "behaves" not in done.stderr
    assert not CONTROL.search(done.stderr)


def on_terminal(project: AsvProject, *words: str, ends: bytes = b"") -> tuple[int, str]:
    """The exit code, and everything that is written on a terminal; SIGINT comes after ``ends``."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(project, *words),
        cwd=project.folder,
        env={**project.environment(), "TERM": "xterm"},
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    sent: list[int] = []

    def heard(written: bytes) -> None:
        if ends and ends in written and not sent:
            os.killpg(process.pid, signal.SIGINT)
            sent.append(signal.SIGINT)

    written = reading.to_the_end(ours, heard)
    return process.wait(timeout=60), written.decode()


def require_in_order(written: str) -> None:
    assert written.rfind("\x1b[?25h") > written.rfind("\x1b[?25l")
    left = written.rpartition("\x1b[2K")[2]
    assert "measurements" not in left
    assert "..." not in left


def test_a_terminal_has_one_line_that_moves(project: AsvProject) -> None:
    code, written = on_terminal(project, "run", RELEASE, "--bench", *FEW)
    assert code == 0, written
    assert "Discovering benchmarks ..." in written
    counted = re.findall(r"2\.1\.9: (\d+) of about (\d+) measurements", written)
    assert int(counted[-1][0]) == int(counted[-1][1]) > 6
    assert "·" not in written
    require_in_order(written)


def test_ctrl_c_leaves_the_terminal_in_order(project: AsvProject) -> None:
    code, written = on_terminal(project, "run", RELEASE, "--bench", MANY, ends=b"3 of ")
    assert code == 130, written
    assert written.count("Interrupted") == 1
    assert written.rstrip().endswith("run the same command again to go on.")
    assert "Traceback" not in written
    require_in_order(written)
