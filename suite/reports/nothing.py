"""Why a table has nothing to show: which part of what was asked for the results lack."""

from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from suite.figures.amounts import label
from suite.figures.tasks import Task
from suite.measuring import results
from suite.measuring.results import Figure


def why(
    stored: Iterable[Figure],
    tasks: Iterable[Task],
    rows: int | None,
    python: str | None,
    database: str | None,
    releases: Collection[str],
    results_dir: Path,
    metric: str | None = None,
) -> str:
    """What is wrong and what to do; ``stored`` are all figures of ``results_dir``.

    The rest is what was asked for, a metric by its label; None and nothing stand for all.
    """
    left = list(stored)
    if not left and any(results.files(results_dir)):
        return f"no figure in {results_dir} was measured as today: measure anew with scripts/bench"
    if not left:
        return f"there are no results in {results_dir} yet: measure with scripts/bench"
    asked: list[tuple[str, Callable[[Figure], str], set[str]]] = [
        ("of Python", lambda figure: figure.platform.python, set(filter(None, [python]))),
        ("of", lambda figure: figure.platform.database, set(filter(None, [database]))),
        ("of SQLAlchemy", lambda figure: figure.release, set(releases)),
        ("of", lambda figure: figure.task, {task.name for task in tasks}),
        ("of the", lambda figure: label(figure.metric), set(filter(None, [metric]))),
        ("at", lambda figure: _size(figure.rows), set() if rows is None else {_size(rows)}),
    ]
    for word, value_of, wanted in asked:
        found = [figure for figure in left if not wanted or value_of(figure) in wanted]
        if not found:
            return (
                f"nothing is stored {word} {_listed(wanted)}, but {word}"
                f" {_listed(map(value_of, left))}: name one of these, or measure with scripts/bench"
                f"{f' --database {database}' if database else ''}"
            )
        left = found
    return f"all of it failed, {left[0].task}.{left[0].style} so: {left[0].failed}"


def _size(rows: int) -> str:
    return f"{rows:,} rows"


def _listed(values: Iterable[str]) -> str:
    # Shorter ones first, which sorts numbers.
    return ", ".join(sorted(set(values), key=lambda value: (len(value), value)))
