"""Runs inside a release's environment: every style's answer, as JSON on standard output.

``python -m tests.inside.answers ROWS`` with the project's root in PYTHONPATH prints
``{task: {style: answer}}``, where an answer is ``{"skipped": reason}``, ``{"failed": traceback}``
or what `described` says of it. A warning is a failure.
"""

from __future__ import annotations

import hashlib
import json
import sys
import traceback
import warnings
from typing import Any


def described(answer: Any) -> dict[str, Any]:
    """An answer in few words; equal answers are described alike in every release."""
    items = sorted(answer.items()) if isinstance(answer, dict) else [answer]
    digest = hashlib.sha256(repr(items).encode("utf-8")).hexdigest()
    return {"type": type(answer).__name__, "size": len(items), "digest": digest}


def _answer(style: Any, path: str) -> dict[str, Any]:
    import sqlalchemy

    engine = sqlalchemy.create_engine("sqlite:///" + path)
    try:
        style.require()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return described(style.function(engine))
    except NotImplementedError as reason:
        return {"skipped": str(reason)}
    except Exception:
        return {"failed": traceback.format_exc()}
    finally:
        engine.dispose()


def main(rows: int) -> None:
    """Print the answers of every style of every task."""
    from benchmarks import registry
    from fixtures import cache

    path = cache.ensure(rows)
    answers = {}
    for name in registry.task_names():
        styles = registry.load(name).styles.values()
        answers[name] = {style.name: _answer(style, path) for style in styles}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
