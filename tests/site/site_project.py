"""A folder with an asv configuration, results and a site of its own, to publish from."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suite.project import ROOT
from tests.environments import run_command
from tests.scratch_project import ScratchProject


@dataclass(frozen=True)
class SiteProject(ScratchProject):
    """What scripts/publish is pointed to."""

    def publish(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        where = ["--config", str(self.configuration)]
        return run_command("publish", *where, *arguments, **variables)

    def asv(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One of asv's own commands, with errors in its output."""
        program = str(Path(sys.executable).parent / "asv")
        return subprocess.run(
            [program, arguments[0], "--config", str(self.configuration), *arguments[1:]],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def index(self) -> dict[str, Any]:
        """What the page knows before it loads a task."""
        text = (self.html / "index.html").read_text()
        (found,) = re.findall(r'id="index">(.*?)</script>', text, re.DOTALL)
        loaded: dict[str, Any] = json.loads(found)
        return loaded

    def asv_index(self) -> dict[str, Any]:
        """What asv's own pages know before they load a graph."""
        loaded: dict[str, Any] = json.loads((self.html / "asv" / "index.json").read_text())
        return loaded

    def release(self, release: str, platform: int = 0) -> dict[str, Any]:
        """What the page loads of a release on a platform, by task."""
        file = self.index()["platforms"][platform]["file"]
        loaded: dict[str, Any] = self.data(f"{file}-r-{release}")
        return loaded

    def data(self, key: str) -> Any:
        """What a file of data holds."""
        text = (self.html / "site" / "data" / f"{key}.js").read_text()
        loaded = json.loads(
            "[" + text.removeprefix("queryStyles.receive(").rstrip().removesuffix(");") + "]"
        )
        assert loaded[0] == key
        return loaded[1]


def create(folder: Path) -> SiteProject:
    """The project's own configuration, with results and site below ``folder``."""
    project = SiteProject(folder)
    project.write_configuration()
    project.results.mkdir()
    return project
