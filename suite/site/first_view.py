"""What the front page shows where nobody has chosen yet: the same as static/page/state.js says."""

import math
from dataclasses import dataclass

from packaging.version import Version

from benchmarks.metrics import METRICS
from benchmarks.registry import OBJECTS, VALUES
from suite.figures.advice import instead
from suite.figures.limits import Limit
from suite.figures.tasks import FIRST_STYLE, FIRST_TASK, tasks
from suite.site import index
from suite.site.page_data import PlatformData, TaskData
from suite.site.shown import ShownTask

PEAK, PROCESS, TIME = "track_peak", "peakmem_process", "time_query"


@dataclass(frozen=True)
class View:
    """A task's figures of one metric and size, on one platform and release.

    ``place`` is the release, ``other`` the one that it is compared with, if any, and ``style`` what
    the reader writes.
    """

    platform: PlatformData
    task: ShownTask
    metric: str
    rows: int
    place: int
    other: int | None
    style: str

    @property
    def data(self) -> TaskData:
        """The task's figures."""
        return self.platform.tasks[self.task.name]

    @property
    def limit(self) -> Limit | None:
        """From where on a change of the metric counts."""
        return self.platform.limits.get(self.metric)

    @property
    def values(self) -> dict[str, float]:
        """The figures by style."""
        return self.data.at(self.metric, self.rows, self.place)

    def instead(self) -> str | None:
        """What to write in place of the style."""
        return _instead(self.task, self.style, self.values, self.limit)

    def values_instead(self) -> str | None:
        """What to write where values are enough: it needs no more than the style to write instead.

        And it is written like that.
        """
        better = self.instead()
        most = self.values[better] if better else math.inf
        cheap = {style: value for style, value in self.values.items() if value <= most}
        like = better or self.style
        known = {**cheap, like: self.values.get(self.style, 0.0)}
        return _instead(self.task, like, known, self.limit, VALUES)


def of_site(platforms: list[PlatformData], shown: list[ShownTask]) -> View | None:
    """The first view; None where nothing was measured."""
    if not platforms:
        return None
    platform = platforms[0]
    own = [task for task in shown if task.name in platform.tasks]
    task = next((each for each in own if each.name == FIRST_TASK), own[0])
    data = platform.tasks[task.name]
    metric = next(each.name for each in METRICS if each.name in data.values)
    rows = index.sizes(data, metric)[-1]
    place = index.newest(data)
    other = compared_with(platform.releases, place)
    style = _first_style(platform, task, place)
    return View(platform, task, metric, rows, place, other, style)


def compared_with(releases: list[str], place: int) -> int | None:
    """The place of the last release before it of another major version; or of another series.

    Or else the release before it, and None where there is none.
    """
    versions = [Version(release).release for release in releases]
    for kept in (1, 2):
        for earlier in range(place - 1, -1, -1):
            if versions[earlier][:kept] != versions[place][:kept]:
                return earlier
    return place - 1 if place else None


def _first_style(platform: PlatformData, task: ShownTask, place: int) -> str:
    """The most expensive style that gives objects and has a cheaper one of its kind, or of all."""
    data, limit = platform.tasks[task.name], platform.limits.get(PEAK)
    sizes = index.sizes(data, PEAK)
    values = data.at(PEAK, sizes[-1], place) if sizes else {}
    if task.name == FIRST_TASK and FIRST_STYLE in values:
        return FIRST_STYLE
    ranked = sorted((style for style in task.styles if style in values), key=lambda s: -values[s])
    improvable = [style for style in ranked if _instead(task, style, values, limit)]
    objects = [style for style in improvable if task.gives(style) == OBJECTS]
    return next(iter([*objects, *improvable, *ranked, *task.styles]))


def _instead(
    task: ShownTask,
    style: str,
    values: dict[str, float],
    limit: Limit | None,
    gives: str | None = None,
) -> str | None:
    known = tasks().get(task.name)
    return instead(known, style, values, limit, gives) if known and limit else None
