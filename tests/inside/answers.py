"""Runs inside a release's environment: every style's answer, as JSON on standard output.

``python -m tests.inside.answers`` with the project's root in PYTHONPATH prints
``{task: {style: answer}}`` of the database that the environment names, where an answer is
``{"skipped": reason}``, ``{"failed": traceback}`` or what `described` says of it. A warning is a
failure.
"""

from __future__ import annotations

import hashlib
import json
import sys
import traceback
import warnings
from typing import Any

# By dataset: enough for chunks of 1,000 to end in the middle of somebody's history, and for those
# of 10 documents to end early.
ROWS = {"mailing": 1200, "documents": 12}


def described(answer: Any) -> dict[str, Any]:
    """An answer in few words; equal answers are described alike in every release."""
    items = sorted(answer.items()) if isinstance(answer, dict) else [answer]
    digest = hashlib.sha256(repr(items).encode("utf-8")).hexdigest()
    return {"type": type(answer).__name__, "size": len(items), "digest": digest}


def _answer(style: Any, dataset: str) -> dict[str, Any]:
    from benchmarks import databases

    try:
        style.require()
        database = databases.current()
        database.require(style)
        engine = database.make_engine([database.fixture(ROWS[dataset], dataset)])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return described(database.run(style.function, engine))
    except NotImplementedError as reason:
        return {"skipped": str(reason)}
    except Exception:
        return {"failed": traceback.format_exc()}


def main() -> None:
    """Print the answers of every style of every task."""
    from benchmarks import registry

    answers = {}
    for name in registry.task_names():
        task = registry.load(name)
        answers[name] = {style.name: _answer(style, task.dataset) for style in task.styles.values()}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
