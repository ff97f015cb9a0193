"""The rows of fixtures in a server: put there, checked and dropped by `python -m fixtures.stores`.

It runs in a process of its own, as it needs a driver, which the suite's own packages lack.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from rich.console import Console

from fixtures.stores import LOADED_BY
from suite.database import Address, Database
from suite.project import ROOT
from suite.servers import packages
from suite.terminal.errors import UserMistake
from suite.terminal.progress import Callback, progress_of

# A server of our own has no password, and is reached by what we say.
ENVIRONMENT_OF_CLIENTS = ("PG", "MYSQL_", "MARIADB_")
# What is kept of what a loader says that ends for an unforeseen reason.
LAST_WORDS = 4096

Notice = Callable[[str], None]


@dataclass(frozen=True)
class Loaded:
    """Fixtures in a server.

    ``schemas`` names those of each fixture file, ``built`` the files that were just loaded.
    ``server`` is "PostgreSQL 18.1". ``address`` has what was resolved besides: user, password,
    host, port and database, as every driver needs them.
    """

    schemas: Mapping[Path, str]
    built: frozenset[Path]
    server: str
    address: Address = field(repr=False)


def ensure(
    database: Database,
    address: Address,
    paths: Iterable[Path],
    notice: Notice,
    progress: Callback | None = None,
) -> Loaded:
    """Load the fixture files that the server lacks; their rows are read back and compared.

    ``progress`` counts the rows of all that it lacks, once when they are written and once when they
    are read back; without it, a bar on standard error does. Raises UserMistake.
    """
    return _load("ensure", database, address, paths, notice, progress)


def check(
    database: Database,
    address: Address,
    paths: Iterable[Path],
    notice: Notice,
    progress: Callback | None = None,
) -> Loaded:
    """Compare all rows in the server with the fixture files. Raises UserMistake where they differ.

    ``progress`` as for `ensure`.
    """
    return _load("check", database, address, paths, notice, progress)


def drop(database: Database, address: Address, notice: Notice) -> list[str]:
    """Drop every schema of this suite from the server, and return their names.

    Raises UserMistake.
    """
    done = _run(_request("drop", database, address), notice, lambda done, total: None)
    return [str(name) for name in done["dropped"]]


def _load(
    action: str,
    database: Database,
    address: Address,
    paths: Iterable[Path],
    notice: Notice,
    progress: Callback | None,
) -> Loaded:
    request = {**_request(action, database, address), "paths": [str(path) for path in paths]}
    if progress is not None:
        done = _run(request, notice, progress)
    else:
        work = "Loading" if action == "ensure" else "Checking"
        with progress_of(Console(stderr=True), work) as show:
            done = _run(request, notice, show)
    return Loaded(
        {Path(path): str(schema) for path, schema in done["schemas"].items()},
        frozenset(map(Path, done["built"])),
        str(done["server"]),
        Address(**done["address"]),
    )


def _request(action: str, database: Database, address: Address) -> dict[str, Any]:
    return {
        "action": action,
        "dialect": database.dialect,
        "address": address.as_json(),
        "own": database.address is None,
    }


def _run(request: Mapping[str, Any], notice: Notice, progress: Callback) -> dict[str, Any]:
    """The answer to a request, which goes by a pipe: others may read a command line."""
    environment = dict(os.environ)
    if request["own"]:
        environment = {
            name: value
            for name, value in environment.items()
            if not name.startswith(ENVIRONMENT_OF_CLIENTS)
        }
    driver = packages.folder(LOADED_BY[request["dialect"]], notice=notice)
    environment["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(driver)))
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "fixtures.stores"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            # Ctrl-C is for the command, which then ends it.
            start_new_session=True,
        )
        try:
            return _answer(process, request, notice, progress, errors)
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                try:
                    pipe.close()
                except OSError:
                    continue  # what was to be sent has nobody to read it


def _answer(
    process: subprocess.Popen[str],
    request: Mapping[str, Any],
    notice: Notice,
    progress: Callback,
    errors: IO[bytes],
) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(request))
        process.stdin.close()
    except OSError:
        pass  # it has ended, and says why
    for line in process.stdout:
        if not line.endswith("\n"):
            break
        said = json.loads(line)
        if "progress" in said:
            progress(*said["progress"])
        elif "notice" in said:
            notice(said["notice"])
        elif "error" in said:
            raise UserMistake(said["error"])
        else:
            done: dict[str, Any] = said["done"]
            return done
    process.wait()
    errors.seek(max(0, errors.seek(0, os.SEEK_END) - LAST_WORDS))
    words = errors.read().decode("utf-8", "replace").strip().splitlines()
    reason = words[-1] if words else f"it ended with {process.returncode}"
    raise UserMistake(f"the rows could not be loaded ({reason}): run the command again")
