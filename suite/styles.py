"""The tasks and styles of benchmarks/, as plain data for tables and pages."""

from dataclasses import dataclass
from functools import cache

from benchmarks import catalogue


@dataclass(frozen=True)
class Style:
    """One way of answering a task; ``label`` is its one-line docstring."""

    name: str
    label: str
    since: str | None


@dataclass(frozen=True)
class Task:
    """A question, with its styles in the order of graphs and tables."""

    name: str
    question: str
    styles: dict[str, Style]

    def label(self, style: str) -> str:
        """The style's label; its name where the style is no longer in the catalogue."""
        return self.styles[style].label if style in self.styles else style


@cache
def tasks() -> dict[str, Task]:
    """Every task by its name, in the order of pages and tables."""
    loaded = (catalogue.load(name) for name in catalogue.TASKS)
    return {
        task.name: Task(
            task.name,
            task.question,
            {
                style.name: Style(style.name, style.label, style.since)
                for style in task.styles.values()
            },
        )
        for task in loaded
    }
