"""A folder with an asv configuration, results and a site of its own, to publish from."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asv.util import load_json

from suite import asv_commands


@dataclass(frozen=True)
class SiteProject:
    """What scripts/publish is pointed to."""

    folder: Path

    @property
    def configuration(self) -> Path:
        return self.folder / "asv.conf.json"

    @property
    def results(self) -> Path:
        return self.folder / "results"

    @property
    def html(self) -> Path:
        return self.folder / "html"

    def publish(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "suite.commands.publish", "--config"]
        return subprocess.run(
            [*command, str(self.configuration), *arguments],
            cwd=asv_commands.ROOT,
            env={**os.environ, "PYTHONPATH": str(asv_commands.ROOT), **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def index(self) -> dict[str, Any]:
        """What the page knows before it loads a task."""
        text = (self.html / "query-styles.html").read_text()
        (found,) = re.findall(r'id="index">(.*?)</script>', text, re.DOTALL)
        loaded: dict[str, Any] = json.loads(found)
        return loaded

    def data(self, key: str) -> dict[str, Any]:
        """What the page loads for a task."""
        text = (self.html / "query-styles" / f"{key}.js").read_text()
        loaded: list[Any] = json.loads(
            "[" + text.removeprefix("queryStyles.receive(").rstrip().removesuffix(");") + "]"
        )
        assert loaded[0] == key
        task: dict[str, Any] = loaded[1]
        return task


def create(folder: Path) -> SiteProject:
    """The project's own configuration, with results and site below ``folder``."""
    configuration = load_json(str(asv_commands.CONFIGURATION), js_comments=True)
    configuration["benchmark_dir"] = str(asv_commands.ROOT / "benchmarks")
    (folder / "asv.conf.json").write_text(json.dumps(configuration))
    (folder / "results").mkdir()
    return SiteProject(folder)
