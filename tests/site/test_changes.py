"""The page's list of changes: every step beyond the limits, and nothing else."""

from suite.figures.identity import Platform
from suite.figures.limits import Limit
from suite.measuring.results import Figure
from suite.releases.catalogue import Catalogue
from suite.site import changes, page_data
from suite.site.changes import Change

TASK = "bounced_addresses"
MEBIBYTE = 2**20
LIMITS = {
    "track_peak": Limit(0.03, MEBIBYTE),
    "time_query": Limit(0.2, 0.02),
    "track_growth": Limit(0.05, 64.0),
}


def found(figures: list[Figure]) -> list[Change]:
    (platform,) = page_data.by_platform(figures, LIMITS)
    return changes.of_platform(platform, Catalogue.load())


def series(
    metric: str,
    values: dict[str, float | None],
    spread: float | None = None,
    pure: tuple[str, ...] = (),
) -> list[Figure]:
    """Figures of one style by release; seconds have samples so far around them."""
    return [
        Figure(
            platform=Platform("quiet", "3.11"),
            release=release,
            task=TASK,
            style="columns",
            rows=1000,
            metric=metric,
            value=value,
            version="1",
            measured_with={"compiled_extensions": [] if release in pure else ["cyextension"]},
            samples=(value - spread, value, value + spread) if spread and value else (),
        )
        for release, value in values.items()
    ]


def peaks(values: dict[str, float | None], pure: tuple[str, ...] = ()) -> list[Figure]:
    in_bytes = {release: value and value * MEBIBYTE for release, value in values.items()}
    return series("track_peak", in_bytes, pure=pure)


def steps(figures: list[Figure]) -> list[tuple[str, str]]:
    return [(change.previous, change.release) for change in found(figures)]


def test_every_step_beyond_the_limit_is_listed_the_newest_first() -> None:
    values = {"1.4.52": 100.0, "1.4.53": 50.0, "1.4.54": 50.9, "2.0.0": 80.0, "2.0.1": 20.0}
    assert steps(peaks({**values, "2.0.2": 21.2})) == [
        ("2.0.1", "2.0.2"),
        ("2.0.0", "2.0.1"),
        ("1.4.54", "2.0.0"),
        ("1.4.52", "1.4.53"),
    ]


def test_a_step_tells_how_many_releases_lie_between() -> None:
    """Of what was released and not measured; pre-releases only before another one."""
    gap = peaks({"2.0.49": 100.0, "2.0.50": None, "2.0.53": 50.0})
    assert [change.between for change in found(gap)] == [3]
    assert [change.between for change in found(peaks({"1.4.54": 10.0, "2.0.0": 20.0}))] == [0]
    (change,) = found(peaks({"1.4.54": 10.0, "2.0.0b2": 20.0}))
    assert change.between == 1


def test_seconds_are_judged_by_their_intervals_alone() -> None:
    values: dict[str, float | None] = {"2.0.1": 1.0, "2.0.2": 2.0}
    assert steps(series("time_query", values)) == []
    assert steps(series("time_query", values, spread=0.9)) == []
    assert steps(series("time_query", values, spread=0.001)) == [("2.0.1", "2.0.2")]


def test_what_gives_back_does_not_grow() -> None:
    assert steps(series("track_growth", {"2.0.1": -5000.0, "2.0.2": 10.0})) == []
    assert steps(series("track_growth", {"2.0.1": -5000.0, "2.0.2": 90.0})) == [("2.0.1", "2.0.2")]


def test_a_release_without_compiled_extensions_is_compared_with_none_that_had_them() -> None:
    values: dict[str, float | None] = {"2.0.1": 10.0, "2.0.2": 30.0, "2.0.3": 10.1, "2.0.4": 20.0}
    assert steps(peaks(values, pure=("2.0.2",))) == [("2.0.3", "2.0.4")]


def test_a_metric_without_a_limit_is_not_judged() -> None:
    assert steps(series("track_heap", {"2.0.1": 1.0, "2.0.2": 1e9})) == []
