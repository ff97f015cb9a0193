"""What a check covers, and what it does not, in one line."""

from collections.abc import Iterable

from suite.figures.tasks import KINDS, Task
from suite.measuring.missing import Cell
from suite.reports import platforms


def words(cells: Iterable[Cell], tasks: Iterable[Task], database: str) -> str:
    """The line for a check of ``cells``; ``tasks`` are all that there are."""
    checked: dict[str, set[str]] = {}
    for cell in cells:
        checked.setdefault(cell.task, set()).add(cell.style)
    known = {task.name: task for task in tasks}
    left = len(known.keys() - checked.keys())
    others = f"{left} other {'task' if left == 1 else 'tasks'} (--task, or --all)"
    asked = platforms.database_words(database).replace(", ", " with ")
    lacking = [
        *([others] if left else []),
        f"databases other than {asked} (--database)",
        "your own queries",
    ]
    return f"Covered: {', '.join(_covered(checked, known))}. Not covered: {', '.join(lacking)}."


def _covered(checked: dict[str, set[str]], known: dict[str, Task]) -> list[str]:
    """Each task, those that stand for a kind of query first; how many styles where not all."""
    kinds = {task: kind for kind, task in KINDS.items()}
    whole = {name for name, styles in checked.items() if len(styles) == len(known[name].styles)}
    if len(whole) == len(known):
        return [f"all {len(known)} tasks"]
    order = [*kinds, *known]
    said = []
    for name in sorted(checked, key=order.index):
        of = (
            "" if name in whole else f"{len(checked[name])} of {len(known[name].styles)} styles of "
        )
        said.append(f"{kinds[name]} ({of}{name})" if name in kinds else f"{of}{name}")
    return said
