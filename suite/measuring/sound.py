"""Which of asv's result files are sound: one reader for tables, pages, checks and new figures.

asv itself passes over a file that is not JSON or of another format version. What is JSON of the
right version can still hold anything.
"""

import itertools
import json
import math
from pathlib import Path
from typing import Any

from asv.results import Results
from asv.util import UserError
from packaging.version import Version

from suite.measuring import names

# What reading a file of JSON, and taking it for something, can raise.
UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    RecursionError,
    UserError,
)


# asv's own, which suite.asv_plugin.patches replaces.
_load = Results.load.__func__


class UnreadableError(Exception):
    """A file that holds nothing readable, and in some words on one line why."""

    def __init__(self, path: Path, error: BaseException | str) -> None:
        self.path = path
        self.reason = error if isinstance(error, str) else _words(error)
        super().__init__(f"{path} can't be read: {self.reason}")

    @property
    def passed_over(self) -> str:
        """What to say where the work goes on without the file."""
        return f"{self.path} can't be read, and is passed over: {self.reason}"


def load(path: Path, machine: str | None = None) -> Any:
    """asv's Results of a file, of a machine where one is named. Raises UnreadableError."""
    try:
        result = _load(Results, str(path), machine)
        _check(result)
    except UserError as error:
        # asv's own words name the file again.
        read_json(path, Results.api_version)
        raise UnreadableError(path, "it lacks a part, or is of another machine") from error
    except UNREADABLE as error:
        raise UnreadableError(path, error) from error
    return result


def read_json(path: Path, known: int, older: bool = False) -> dict[str, Any]:
    """What asv wrote in this version of its format, or an ``older`` one. Raises UnreadableError."""
    try:
        stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        version = int(stored.pop("version"))
    except UNREADABLE as error:
        raise UnreadableError(path, error) from error
    if version > known:
        raise UnreadableError(path, f"a newer asv wrote it, in version {version} of its format")
    if version < known and not older:
        raise UnreadableError(path, "an old asv wrote it, whose format `asv update` changes")
    return stored


def _words(error: BaseException) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    words = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
    return " ".join(words.split())


def _check(result: Any) -> None:
    """Raise where the file's values are not what asv is about to calculate with."""
    if str(Version(result.commit_hash)) != result.commit_hash:
        raise ValueError(f"{result.commit_hash!r} is no release")
    float(result.date)
    for value in result.params.values():
        if not isinstance(value, str | int | float | None):
            raise TypeError(f"{value!r} describes no environment")
    if not {"machine", "python"} <= result.params.keys():
        raise ValueError("it does not say which machine and Python measured")
    if not all(isinstance(value, str) for value in dict(result.env_vars).values()):
        raise TypeError(f"{result.env_vars!r} describe no environment")
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
    if names.parse(name) is not None:
        for style, rows in itertools.product(*params):
            names.style_name(style)
            int(rows)
