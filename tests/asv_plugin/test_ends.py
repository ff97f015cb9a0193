"""A command that is ended while asv measures under it: both end, and what is measured is stored."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from suite.measuring import store
from tests.asv_plugin import asv_project
from tests.asv_plugin.asv_project import AsvProject

NEW = "2.1.9"
# So much that asv is still at it long after the first three figures.
MANY = r"bounced_addresses.*\('\w+', (1000|10000)\)"
COMMAND = """
import sys
from pathlib import Path
import click
from suite.asv_plugin.commands import asv
from suite.commands import options

@click.command(cls=options.Command)
@options.configuration
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def main(project, words):
    sys.exit(asv(*words, configuration=project.configuration))

main()
"""


def start(project: AsvProject, *words: str, program: str = sys.executable) -> subprocess.Popen[str]:
    """A command that runs asv, in a session of its own."""
    return subprocess.Popen(
        [program, "-c", COMMAND, "--config", str(project.configuration), "--", *words],
        cwd=project.folder,
        env=project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def has_three(project: AsvProject) -> bool:
    # The first line names the place.
    journals = project.results.glob("*/*.run")
    return sum(journal.read_text().count("\n") for journal in journals) > 3


def is_running(session: int) -> bool:
    listed = subprocess.run(["ps", "-eo", "sess="], capture_output=True, text=True, check=True)
    return session in map(int, listed.stdout.split())


def require_in_order(project: AsvProject) -> None:
    (kept,) = project.results.glob("*/*.records")
    assert len(store.read_records(kept)) >= 3
    assert not list(project.results.glob("*/*.run"))


def end(process: subprocess.Popen[str], how: str) -> None:
    if how == "reader":
        assert process.stdout is not None
        process.stdout.close()
    else:
        process.send_signal(getattr(signal, how))


@pytest.mark.parametrize(
    ("how", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129), ("reader", 141)]
)
def test_asv_ends_with_its_command_and_keeps_what_it_has(
    tmp_path: Path, how: str, code: int
) -> None:
    project = asv_project.create(tmp_path)
    process = start(project, "run", NEW, "--bench", MANY)
    wait_until(lambda: has_three(project))
    end(process, how)
    assert process.wait(timeout=60) == code
    assert process.stderr is not None
    said = process.stderr.read()
    assert said.splitlines()[-1].startswith("Interrupted: what was measured is kept")
    assert said.count("Interrupted") == 1
    assert "Traceback" not in said
    assert not is_running(process.pid)
    require_in_order(project)


def test_asv_ends_after_its_command_was_killed_and_keeps_what_it_has(tmp_path: Path) -> None:
    project = asv_project.create(tmp_path)
    process = start(project, "run", NEW, "--bench", MANY)
    wait_until(lambda: has_three(project))
    process.kill()
    process.wait()
    wait_until(lambda: not is_running(process.pid))
    require_in_order(project)


def test_asv_alone_ends_by_its_signal(tmp_path: Path) -> None:
    project = asv_project.create(tmp_path)
    process = project.start("run", NEW, "--bench", MANY)
    wait_until(lambda: has_three(project))
    process.terminate()
    output, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGTERM
    assert "Traceback" not in output
    require_in_order(project)


def test_asv_is_started_without_its_script(tmp_path: Path) -> None:
    """The first line of a script can't name every folder."""
    folder = tmp_path / 'a & b\'s "$HOME" ; é'
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/*/site-packages")
    ours = next(path for path in sys.path if path.endswith("site-packages"))
    (packages / "ours.pth").write_text(ours)
    project = asv_project.create(tmp_path)
    process = start(project, "--version", program=str(folder / "bin" / "python"))
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "asv" in output
