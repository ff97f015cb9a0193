"""asv's result files without the damaged ones, which `asv publish` would end on with a traceback.

asv itself passes over a file that is not JSON or of another format version. What is JSON of the
right version can still hold anything.
"""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from asv import machine, results, util
from asv.console import log
from packaging.version import Version


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
                result = results.Results.load(str(path), machine_name=machine_name)
                _check(result)
            except util.UserError as error:
                self.report(path, str(error))
            except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
                self.report(path, f"{path}: not a result file of asv, passed over ({error})")
            else:
                yield result

    def iter_machine_files(self, results_dir: str) -> Iterator[str]:
        """Every machine.json that describes a machine."""
        for path in machine.iter_machine_files(results_dir):
            try:
                described = util.load_json(path)
                if not isinstance(described["machine"], str):
                    raise ValueError("the machine has no name")
            except util.UserError as error:
                self.report(Path(path), str(error))
            except (OSError, ValueError, KeyError, TypeError) as error:
                self.report(Path(path), f"{path}: describes no machine, passed over ({error})")
            else:
                yield path

    def report(self, path: Path, message: str) -> None:
        """Name a bad file, once however often it is read."""
        if path.resolve() not in self.reported:
            self.reported.add(path.resolve())
            self._warn(message)


def _check(result: Any) -> None:
    """Raise where the file's values are not what asv is about to calculate with."""
    if str(Version(result.commit_hash)) != result.commit_hash:
        raise ValueError(f"{result.commit_hash!r} is no release")
    float(result.date)
    for value in result.params.values():
        if not isinstance(value, str | int | float | None):
            raise TypeError(f"{value!r} describes no environment")
    dict(result.env_vars)
    for name in result.get_all_result_keys():
        _check_benchmark(result, name)


def _check_benchmark(result: Any, name: str) -> None:
    params = result.get_result_params(name)
    values = result._results[name]
    count = math.prod(len(choices) for choices in params)
    if values is not None and len(values) != count:
        raise ValueError(f"{name} has {len(values)} values for {count} sets of parameters")
    for value in values or []:
        # asv writes NaN for a skipped benchmark.
        if value is not None and math.isinf(value):
            raise ValueError(f"{name} has a value without end")
    result.get_result_stats(name, params)
    started = result.started_at.get(name)
    if started is not None:
        float(started)
