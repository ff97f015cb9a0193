"""A copy of the project's asv configuration with results, graphs and environments of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asv.util import load_json

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class AsvProject:
    """A folder with an asv.conf.json that measures this project's benchmarks."""

    folder: Path

    @property
    def results(self) -> Path:
        return self.folder / "results"

    @property
    def html(self) -> Path:
        return self.folder / "html"

    def environment(self) -> dict[str, str]:
        """What asv is started with: a home of its own, where it stores the machine."""
        return {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(self.folder / "home")}

    def command(self, *arguments: str) -> list[str]:
        configuration = str(self.folder / "asv.conf.json")
        return [str(Path(sys.executable).parent / "asv"), *arguments, "--config", configuration]

    def asv(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def result(self, release: str) -> dict[str, Any]:
        (path,) = self.results.glob(f"*/{release}-*.json")
        loaded: dict[str, Any] = json.loads(path.read_text())
        return loaded

    def values(self, release: str, benchmark: str) -> dict[tuple[str, int], float | None]:
        """The stored values of a benchmark by style and rows."""
        stored = self.result(release)
        row = dict(zip(stored["result_columns"], stored["results"][benchmark], strict=False))
        styles, sizes = row["params"]
        keys = [(style.strip("'"), int(rows)) for style in styles for rows in sizes]
        return dict(zip(keys, row["result"] or [None] * len(keys), strict=True))


def create(folder: Path, **changes: Any) -> AsvProject:
    """Write the project's configuration into ``folder``, with its own folders and ``changes``."""
    configuration = load_json(str(ROOT / "asv.conf.json"), js_comments=True)
    configuration["benchmark_dir"] = str(ROOT / "benchmarks")
    configuration.update(changes)
    (folder / "asv.conf.json").write_text(json.dumps(configuration))
    (folder / "home").mkdir()
    project = AsvProject(folder)
    assert project.asv("machine", "--yes").returncode == 0
    return project
