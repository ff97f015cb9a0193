"""asv's files without the unreadable ones, which `asv publish` would end on with a traceback."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from asv import machine, results
from asv.console import log
from asv.machine import Machine

from suite.measuring import sound
from suite.measuring.sound import UnreadableError


class Reader:
    """Reads result files in the place of asv.results.iter_results, and names each bad one once."""

    def __init__(self, warn: Callable[[str], None] = log.warning) -> None:
        self._warn = warn
        self.reported: set[Path] = set()

    def iter_results(self, results_dir: str) -> Iterator[Any]:
        """Every result below ``results_dir`` that can be published."""
        for folder, name, machine_name in results.iter_results_paths(results_dir):
            path = Path(folder) / name
            try:
                result = sound.load(path, machine_name)
            except UnreadableError as error:
                self.report(path, error.passed_over)
            else:
                yield result

    def iter_machine_files(self, results_dir: str) -> Iterator[str]:
        """Every machine.json that describes a machine."""
        for path in map(Path, machine.iter_machine_files(results_dir)):
            try:
                if not isinstance(sound.read_json(path, Machine.api_version).get("machine"), str):
                    raise UnreadableError(path, "the machine has no name")
            except UnreadableError as error:
                self.report(path, error.passed_over)
            else:
                yield str(path)

    def report(self, path: Path, message: str) -> None:
        """Name a bad file, once however often it is read."""
        if path.resolve() not in self.reported:
            self.reported.add(path.resolve())
            self._warn(message)
