"""Runs inside a release's environment: every style's answer, as JSON on standard output.

``python -m tests.inside.answers`` with the project's root in PYTHONPATH prints
``{task: {style: answer}}`` of the database that the environment names, where an answer is
``{"skipped": reason}``, ``{"failed": traceback}`` or what `described` says of it. A warning is a
failure.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
import traceback
import warnings
from collections.abc import Iterator
from typing import Any

# By dataset: enough for chunks of 1,000 to end in the middle of somebody's history, and for those
# of 10 documents and of 100 customers to end early.
ROWS = {"mailing": 1200, "documents": 12, "customers": 250}

# By task that sends a statement for each row: fewer, which tell as much.
ASKED = {"requests": 10, "sessions": 10, "large_values": 1}

# By task that writes: what tells whether the right rows are there now, in text and whole numbers.
WRITTEN: dict[str, str] = {
    "change": "SELECT id, opens FROM email_address",
    "insert": (
        "SELECT substr(address, 16), first_name, last_name, company, opens FROM email_address"
        " WHERE substr(address, 1, 4) = 'new-' AND subscribed"
        " AND created_at = '2026-01-02 03:04:05.000000'"
    ),
    # Of 1 MiB in characters, which some databases count, or in bytes.
    "large_values": (
        "SELECT count(*) FROM document WHERE length(attachment) = 1048576"
        " OR length(body) IN (1048576, 1049600) AND substr(body, 1047553, 3) = 'caf'"
    ),
}


def described(answer: Any) -> dict[str, Any]:
    """An answer in few words; equal answers are described alike in every release."""
    items = sorted(answer.items()) if isinstance(answer, dict) else [answer]
    digest = hashlib.sha256(repr(items).encode("utf-8")).hexdigest()
    return {"type": type(answer).__name__, "size": len(items), "digest": digest}


@contextlib.contextmanager
def ran(style: Any, task: Any) -> Iterator[tuple[Any, Any, Any]]:
    """A style's answer, with the database and the engine that gave it; its copies go in the end.

    Raises NotImplementedError where it can't run.
    """
    from benchmarks import databases

    database = databases.current()
    try:
        style.require()
        database.require(style)
        place = database.fixture(ROWS[task.dataset], task.dataset)
        if task.writes:
            place = database.copy(place, task.dataset)
        engine = database.make_engine([place])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            asked = ASKED.get(task.name, ROWS[task.dataset])
            answer = database.run(style.at(asked), engine)
        yield answer, database, engine
    finally:
        database.remove_copies()


def _answer(style: Any, task: Any) -> dict[str, Any]:
    try:
        with ran(style, task) as (answer, database, engine):
            return described(_written(database, engine, task.name) if task.writes else answer)
    except NotImplementedError as reason:
        return {"skipped": str(reason)}
    except Exception:
        return {"failed": traceback.format_exc()}


def _written(database: Any, engine: Any, task: str) -> tuple[Any, ...]:
    """What a style has written."""

    def read(engine: Any) -> list[Any]:
        with contextlib.closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(WRITTEN[task])
            return [tuple(row) for row in cursor.fetchall()]

    return tuple(sorted(database.run(read, engine)))


def main() -> None:
    """Print the answers of every style of every task."""
    from benchmarks import registry

    answers = {}
    for name in registry.task_names():
        task = registry.load(name)
        answers[name] = {style.name: _answer(style, task) for style in task.styles.values()}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
