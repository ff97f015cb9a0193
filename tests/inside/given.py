"""Runs inside a release's environment: what each style was seen to give, as JSON.

``python -m tests.inside.given`` with the project's root in PYTHONPATH prints
``{task: {style: "objects", "values" or "dbapi"}}`` of the styles that run on the database that the
environment names: of objects SQLAlchemy has loaded or made some, to values it has sent statements.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from tests.inside.answers import ran


def main() -> None:
    """Run every style once, and watch it."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.orm import Mapper

    from benchmarks import registry

    seen: set[str] = set()
    event.listen(Mapper, "load", lambda *_: seen.add(registry.OBJECTS))
    event.listen(Mapper, "init", lambda *_: seen.add(registry.OBJECTS))
    event.listen(Engine, "before_cursor_execute", lambda *_: seen.add(registry.VALUES))
    found: dict[str, dict[str, str]] = {}
    for name in registry.task_names():
        task = registry.load(name)
        for style in task.styles.values():
            seen.clear()
            if _has_run(style, task):
                given = [kind for kind in registry.GIVEN if kind in seen]
                found.setdefault(name, {})[style.name] = (given or [registry.DBAPI])[0]
    json.dump(found, sys.stdout)


def _has_run(style: Any, task: Any) -> bool:
    try:
        with ran(style, task):
            return True
    except NotImplementedError:
        return False


if __name__ == "__main__":
    main()
