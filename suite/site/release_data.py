"""What the page loads of one release: all tasks, whatever the number of releases."""

from typing import Any

from suite.figures.amounts import is_seconds
from suite.site.page_data import PlatformData, TaskData
from suite.site.shown import ShownTask


def of_release(platform: PlatformData, place: int, tasks: list[ShownTask]) -> dict[str, Any]:
    """By task the values, why styles failed, and whether they stream; without what it lacks.

    The values of a metric and size stand in the order of the task's styles. Seconds are the median
    in a list, followed by the ends of its interval where there are samples enough.
    """
    found = {task.name: _of_task(platform.tasks.get(task.name), place, task) for task in tasks}
    return {name: data for name, data in found.items() if any(data.values())}


def _of_task(data: TaskData | None, place: int, task: ShownTask) -> dict[str, Any]:
    if data is None:
        return {}
    values = {
        metric: {
            rows: [_value(data, metric, rows, style, place) for style in task.styles]
            for rows, by_style in sorted(sizes.items())
            if any(row[place] is not None for row in by_style.values())
        }
        for metric, sizes in data.values.items()
    }
    failed = {
        rows: {style: places[place] for style, places in by_style.items() if place in places}
        for rows, by_style in sorted(data.failed.items())
    }
    streams = {style: row[place] for style, row in data.streams.items() if row[place] is not None}
    return {
        "values": {metric: sizes for metric, sizes in values.items() if sizes},
        "failed": {rows: reasons for rows, reasons in failed.items() if reasons},
        "streams": streams,
    }


def _value(data: TaskData, metric: str, rows: int, style: str, place: int) -> Any:
    row = data.values[metric][rows].get(style)
    value = row[place] if row else None
    if value is None or not is_seconds(metric):
        return value
    return [value, *data.intervals.get(rows, {}).get(style, {}).get(place, ())]
