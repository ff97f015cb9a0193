"""A folder with an asv configuration, results and a site of its own, to publish from."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suite.asv_commands import ROOT
from tests.scratch_project import ScratchProject


@dataclass(frozen=True)
class SiteProject(ScratchProject):
    """What scripts/publish is pointed to."""

    def publish(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "suite.commands.publish", "--config"]
        return subprocess.run(
            [*command, str(self.configuration), *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
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
    project = SiteProject(folder)
    project.write_configuration()
    project.results.mkdir()
    return project
