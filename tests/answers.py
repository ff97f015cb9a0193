"""Runs inside a release's environment: every style's answer, as JSON on standard output.

``python tests/answers.py ROWS`` with the project's root in PYTHONPATH. Prints
``{task: {style: answer}}``, where an answer is ``{"skipped": reason}``, ``{"failed": message}``, or
``{"type": name, "size": n, "digest": SHA-256 of the sorted items}``. Any warning is an error.
"""

import hashlib
import json
import sys
import traceback
import warnings

import sqlalchemy

from benchmarks import catalogue
from fixtures import cache


def described(answer):
    """An answer in few words: equal answers have equal descriptions, in every release."""
    items = sorted(answer.items()) if isinstance(answer, dict) else [answer]
    digest = hashlib.sha256(repr(items).encode("utf-8")).hexdigest()
    return {"type": type(answer).__name__, "size": len(items), "digest": digest}


def answer(style, path):
    """What ``style`` says about the fixture at ``path``."""
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


def main(rows):
    """Print the answers of every style of every task."""
    path = cache.ensure(rows)
    answers = {
        name: {style.name: answer(style, path) for style in catalogue.load(name).styles.values()}
        for name in catalogue.TASKS
    }
    json.dump({"release": sqlalchemy.__version__, "answers": answers}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
