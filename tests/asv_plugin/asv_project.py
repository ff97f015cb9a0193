"""A scratch copy of the project's asv configuration, and asv run with it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures import cache
from suite.measuring import names
from suite.project import ROOT
from tests.scratch_project import ScratchProject


@dataclass(frozen=True)
class AsvProject(ScratchProject):
    """A folder with an asv.conf.json that measures this project's benchmarks."""

    def environment(self) -> dict[str, str]:
        """What asv is started with: a home of its own, for its file of machines, and our cache."""
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.folder / "home"),
            "SQLALCHEMY_ASV_CACHE": str(cache.folder()),
        }

    def command(self, *arguments: str) -> list[str]:
        asv = str(Path(sys.executable).parent / "asv")
        return [asv, *arguments, "--config", str(self.configuration)]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """asv beside the test, everything that it prints in one pipe."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def asv(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """asv to its end."""
        process = self.start(*arguments)
        output, _ = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, output)

    def result(self, release: str) -> dict[str, Any]:
        (path,) = self.results.glob(f"*/{release}-*.json")
        loaded: dict[str, Any] = json.loads(path.read_text())
        return loaded

    def values(self, release: str, benchmark: str) -> dict[tuple[str, int], float | None]:
        """The stored values of a benchmark by style and rows."""
        stored = self.result(release)
        row = dict(zip(stored["result_columns"], stored["results"][benchmark], strict=False))
        styles, sizes = row["params"]
        keys = [(names.style_name(style), int(rows)) for style in styles for rows in sizes]
        return dict(zip(keys, row["result"] or [None] * len(keys), strict=True))


def create(folder: Path, **changes: Any) -> AsvProject:
    """Write the project's configuration into ``folder``, with its own folders and ``changes``."""
    project = AsvProject(folder)
    project.write_configuration(**changes)
    (folder / "home").mkdir()
    assert project.asv("machine", "--yes").returncode == 0
    return project
