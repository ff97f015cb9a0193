"""The tasks and styles that the site shows: the catalogue's, and then what results alone have."""

from collections.abc import Iterable
from dataclasses import dataclass

from suite.figures.tasks import Style, tasks
from suite.site import labels
from suite.site.page_data import PlatformData


@dataclass(frozen=True)
class ShownTask:
    """A task by its number in all files. ``known`` are the styles that the catalogue describes."""

    number: int
    name: str
    label: str
    question: str
    writes: bool
    styles: dict[str, str]
    known: dict[str, Style]

    def gives(self, style: str) -> str | None:
        """What the reader gets of a style; None where the catalogue no longer has it."""
        return self.known[style].gives if style in self.known else None


def tasks_of(platforms: Iterable[PlatformData]) -> list[ShownTask]:
    """Every task that was measured somewhere, with all of its styles."""
    measured: dict[str, set[str]] = {}
    for platform in platforms:
        for name, data in platform.tasks.items():
            measured.setdefault(name, set()).update(data.styles)
    order = [*tasks(), *sorted(measured)]
    return [
        _task(number, name, measured[name])
        for number, name in enumerate(sorted(measured, key=order.index))
    ]


def _task(number: int, name: str, measured: set[str]) -> ShownTask:
    task = tasks().get(name)
    known = task.styles if task else {}
    order = [*known, *sorted(measured - set(known))]
    return ShownTask(
        number,
        name,
        labels.task_label(name).capitalize(),
        task.question if task else "",
        bool(task and task.writes),
        {style: known[style].label if style in known else style for style in order},
        known,
    )
