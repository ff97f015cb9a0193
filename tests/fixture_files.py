"""Building fixtures in processes of their own, and what lies in a folder meanwhile and after."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from suite.asv_commands import ROOT

ROWS = 2_000
# Builds for a second: long enough to be met in the middle.
LONG = 100_000

# Prints the path, and "built" where this process wrote the file.
ENSURE = """
import sys
from fixtures import cache
calls = []
print(cache.ensure(int(sys.argv[1]), progress=lambda *numbers: calls.append(numbers)))
print("built" if calls else "found")
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Run ``code`` beside the test, its output in pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(condition: Callable[[], object]) -> None:
    """Return when ``condition`` holds; fails after a minute."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "waited for a minute"
        time.sleep(0.005)


def unfinished(folder: Path) -> list[Path]:
    """What is being built, and has begun to grow."""
    return [path for path in folder.glob("*.building-*") if path.stat().st_size > 1_000_000]


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def leftovers(folder: Path) -> list[str]:
    """What lies there besides fixtures."""
    return [name for name in names(folder) if not name.endswith(".db")]


def notices() -> tuple[list[str], Callable[[str], None]]:
    """A list, and what fills it with the notices of a build."""
    lines: list[str] = []
    return lines, lines.append
