"""What the charts load: a metric of one task over all releases."""

from suite.site.page_data import PlatformData, Row


def of_task(platform: PlatformData, task: str) -> dict[str, dict[int, dict[str, Row]]]:
    """By metric and rows a value of each style for each release; of seconds, the medians."""
    return {
        metric: {
            rows: {
                style: row
                for style, row in by_style.items()
                if any(value is not None for value in row)
            }
            for rows, by_style in sorted(sizes.items())
        }
        for metric, sizes in platform.tasks[task].values.items()
    }
