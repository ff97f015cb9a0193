"""This project's folders, and the one reader of an asv configuration."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from asv.util import UserError, load_json

from suite.database import SQLITE, Database
from suite.terminal.errors import UserMistake

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = ROOT / "asv.conf.json"
HISTORY_CONFIGURATION = ROOT / "asv.history.conf.json"


@dataclass(frozen=True)
class Project:
    """An asv configuration: what it measures with, and where its results and pages lie.

    ``database`` is the one that a command measures. Every property raises UserMistake where asv
    could not read the configuration.
    """

    configuration: Path = CONFIGURATION
    database: Database = SQLITE

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What the file says, without asv's defaults."""
        try:
            loaded = load_json(str(self.configuration), js_comments=True)
        except (UserError, OSError, ValueError) as error:
            raise UserMistake(
                f"{self.configuration} is no configuration of asv: {error}"
            ) from error
        if not isinstance(loaded, dict):
            raise UserMistake(f"{self.configuration} is no configuration of asv: it is no object")
        return loaded

    def checked(self) -> "Project":
        """This project, once it is known that its configuration can be read."""
        _ = self.pythons, self.results_dir
        return self

    @property
    def results_dir(self) -> Path:
        """Where results are stored."""
        return self._folder("results_dir", "results")

    @property
    def html_dir(self) -> Path:
        """Where the site is published."""
        return self._folder("html_dir", "html")

    @property
    def pythons(self) -> list[str]:
        """The Pythons that are measured with, such as "3.11"."""
        return self._list("pythons")

    @property
    def python(self) -> str:
        """The first of them."""
        return self.pythons[0]

    @property
    def branches(self) -> list[str]:
        """The series whose newest releases are measured unasked."""
        return self._list("branches")

    def _folder(self, name: str, default: str) -> Path:
        return self.configuration.resolve().parent / str(self.settings.get(name, default))

    def _list(self, name: str) -> list[str]:
        found = self.settings.get(name)
        if not isinstance(found, list) or not found:
            raise UserMistake(f"{self.configuration} is no configuration of asv: it has no {name}")
        return [str(entry) for entry in found]
