"""What a figure is a figure of. Nothing is compared or merged across any part of it in silence."""

from dataclasses import dataclass

from suite.database import SQLITE

COMPILED, PURE, UNKNOWN_BUILD = "compiled", "pure", "unknown"


@dataclass(frozen=True, order=True)
class Platform:
    """What measures SQLAlchemy: the machine, the Python, and the database with its driver.

    ``sampled``: the kernel keeps no mark there, so that figures can be below the truth.
    """

    machine: str
    python: str
    database: str = SQLITE.name
    sampled: bool = False

    @property
    def key(self) -> str:
        """The platform in a link or on a command line: "box/3.11/sqlite"."""
        sampled = "/sampled" if self.sampled else ""
        return f"{self.machine}/{self.python}/{self.database}{sampled}"


@dataclass(frozen=True, order=True)
class Identity:
    """What exactly was measured.

    ``revision`` is a release of SQLAlchemy, ``build`` whether it ran with its compiled extensions
    ("compiled", "pure", "unknown"), ``rows`` the number of rows, ``metric`` the name of a
    benchmarks.metrics.Metric.
    """

    platform: Platform
    revision: str
    build: str
    task: str
    style: str
    rows: int
    metric: str

    def apart_from(self, other: "Identity") -> list[str]:
        """In words, why a change from this figure to the other is not one of the revision alone.

        A build that is not known is taken for the same.
        """
        found = [
            f"{axis} differs ({mine}, {theirs})"
            for axis, mine, theirs in (
                ("the machine", self.platform.machine, other.platform.machine),
                ("Python", self.platform.python, other.platform.python),
                ("the database", self.platform.database, other.platform.database),
                ("the task", self.task, other.task),
                ("the style", self.style, other.style),
                ("the number of rows", self.rows, other.rows),
                ("the metric", self.metric, other.metric),
            )
            if mine != theirs
        ]
        builds = (self.build, other.build)
        if self.build != other.build and UNKNOWN_BUILD not in builds:
            without = self.revision if self.build == PURE else other.revision
            found.append(f"compiled extensions differ ({without} has none)")
        return found
