"""A folder of its own that a test measures into, publishes from or compares in."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asv.util import load_json

from suite.project import ROOT


@dataclass(frozen=True)
class ScratchProject:
    """A folder with an asv.conf.json, results and graphs."""

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

    def write_configuration(self, **changes: Any) -> None:
        """The project's own, with its benchmarks, and with ``changes``."""
        configuration = load_json(str(ROOT / "asv.conf.json"), js_comments=True)
        configuration["benchmark_dir"] = str(ROOT / "benchmarks")
        self.configuration.write_text(json.dumps({**configuration, **changes}))
