"""asv's own list of regressions: by the limits of the upgrade check."""

import re

from benchmarks.metrics import METRICS
from suite.figures import limits
from suite.figures.identity import Platform
from suite.measuring import names, results
from suite.releases.timeline import HISTORY
from suite.site import regressions
from tests import fake_results

TASK = "bounced_addresses"
NEW = "2.1.9"


def test_asv_judges_by_the_same_limits() -> None:
    judged_by = limits.chosen(limits.load())
    figures = [
        figure("columns", rows, metric.name, value)
        for metric in METRICS
        for rows in fake_results.SIZES
        for value in (1.0 * rows, 1000.0 * rows, 2000.0 * rows)
    ]
    thresholds = regressions.thresholds(figures, judged_by)
    unlisted = regressions.unlisted(judged_by)
    for metric in METRICS:
        for rows in fake_results.SIZES:
            entry = f"{names.build(TASK, metric.name)}(yield_per(1000), {rows})@{HISTORY}"
            matching = [value for regex, value in thresholds.items() if re.match(regex, entry)]
            if metric.name in judged_by:
                limit = judged_by[metric.name]
                assert matching == [max(limit.share, limit.floor / (1000 * rows))], entry
            else:
                assert matching == []
    excluded = {metric.label for metric in METRICS if matches(unlisted, metric.name)}
    small = {"leaked", "growth", "growth, collector off", "resident growth"}
    assert excluded == small | {m.label for m in METRICS if m.name not in judged_by}
    # What is published of seconds can be one sample.
    assert {"whole process", "time"} <= excluded


def matches(patterns: dict[str, None], metric: str) -> bool:
    entry = f"{names.build(TASK, metric)}(column only, 1000)@{HISTORY}"
    return any(re.match(regex, entry) for regex in patterns)


def figure(style: str, rows: int, metric: str, value: float) -> results.Figure:
    return results.Figure(
        platform=Platform("quiet", "3.11"),
        release=NEW,
        task=TASK,
        style=style,
        rows=rows,
        metric=metric,
        value=value,
        version="1",
    )
