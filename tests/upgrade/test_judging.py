"""What is judged and what is not, on figures that are made up one by one."""

import json
from dataclasses import replace
from typing import Any

import pytest
from packaging.version import Version

from benchmarks import databases, provenance
from suite.figures import limits, tasks
from suite.figures.identity import Platform
from suite.figures.limits import Limit
from suite.figures.verdicts import Verdict
from suite.measuring.results import Figure
from suite.upgrade import judging
from suite.upgrade.accepted import Accepted
from suite.upgrade.comparison import Comparison, Key, Side
from tests import fake_results

OLD, NEW = "2.0.57", "2.0.58"
TASK = "bounced_addresses"
HEAP, PEAK = "track_heap", "track_peak"
MIB = 2**20
LIMITS = {HEAP: Limit(0.01, 1.0), PEAK: Limit(0.1, 1.0)}
FACTS: dict[str, Any] = {
    **dict.fromkeys(judging.CIRCUMSTANCES, "as ever"),
    "compiled_extensions": [],
}


def figure(
    release: str, style: str, value: float | None, metric: str = HEAP, rows: int = 1000
) -> Figure:
    return Figure(
        Platform("box", "3.11"),
        release,
        TASK,
        style,
        rows,
        metric,
        value,
        "1",
        failed="out of memory" if value is None else None,
        method="kernel",
        measured_with=FACTS,
    )


def side(*figures: Figure, **skipped: str) -> Side:
    by_key: dict[Key, Figure] = {
        (each.task, each.style, each.rows, each.metric): each for each in figures
    }
    reasons = {(TASK, style): reason for style, reason in skipped.items()}
    return Side(figures[0].release, by_key, reasons)


def compared(old: Side, new: Side, *accepted: Accepted) -> Comparison:
    return judging.compare(old, new, tasks.tasks().values(), LIMITS, accepted)


def test_what_is_recorded_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """But what is what differs between releases, or is no more than the system's name."""
    assert "server" not in provenance.facts()
    address = {"driver": "postgresql+psycopg2", "server": "PostgreSQL 18.4"}
    monkeypatch.setenv(databases.VARIABLE, json.dumps(address))
    facts = provenance.facts()
    assert facts["server"] == "PostgreSQL 18.4"
    recorded = set(facts)
    assert set(judging.CIRCUMSTANCES) <= recorded
    apart = recorded - set(judging.CIRCUMSTANCES)
    assert apart <= {"sqlalchemy", "compiled_extensions", "packages", "system"}


@pytest.mark.parametrize("fact", judging.CIRCUMSTANCES)
def test_every_circumstance_keeps_figures_apart(fact: str) -> None:
    before = figure(OLD, "columns", 100.0)
    after = replace(figure(NEW, "columns", 100.0), measured_with={**FACTS, fact: "another"})
    assert judging.differences(before, before) == []
    assert judging.differences(before, after) == [f"{judging.CIRCUMSTANCES[fact]} differs"]
    lacking = {name: value for name, value in FACTS.items() if name != fact}
    unknown = replace(before, measured_with=lacking)
    assert judging.differences(unknown, before) == [f"{judging.CIRCUMSTANCES[fact]} differs"]


def test_another_instrument_keeps_figures_apart() -> None:
    before, after = figure(OLD, "columns", 1.0), figure(NEW, "columns", 1.0)
    sampled = replace(after, method="sampled")
    assert judging.differences(before, sampled) == ["instruments differ (kernel, sampled)"]


@pytest.mark.parametrize("unknown", [OLD, NEW])
def test_figures_of_unknown_circumstances_are_not_compared(unknown: str) -> None:
    before, after = (
        replace(each, measured_with={}) if each.release == unknown else each
        for each in (figure(OLD, "columns", 100.0), figure(NEW, "columns", 200.0))
    )
    (change,) = compared(side(before), side(after)).changes
    assert change.verdict is Verdict.NOT_COMPARABLE
    assert change.reason == "it is not known what one of them was measured with"


def test_every_verdict_has_its_reason() -> None:
    """One style each. What is not judged or is accepted does not show in a style's verdict."""
    pairs: dict[str, tuple[float | None, float | None]] = {
        "full_entity": (100.0, 102.0),
        "columns": (100.0, 98.0),
        "yield_per": (100.0, 101.0),
        "bundle": (100.0, None),
        "core_fetchall": (100.0, 150.0),
    }
    known = Accepted(f"{TASK}.core_fetchall", HEAP, Version(NEW), 0.6, "we know")
    old, new = (
        side(
            *(figure(release, style, values[place]) for style, values in pairs.items()),
            figure(release, "scalars", 100.0),
            *(figure(release, style, MIB * (1 + place), "peakmem_process") for style in pairs),
            **({"scalars": "gone"} if release == NEW else {}),
        )
        for place, release in enumerate((OLD, NEW))
    )
    found = compared(old, new, known)
    verdicts = {
        (change.style, change.metric): (change.verdict, change.reason) for change in found.changes
    }
    assert {style: verdicts[style, HEAP] for style in (*pairs, "scalars")} == {
        "full_entity": (Verdict.WORSE, ""),
        "columns": (Verdict.BETTER, ""),
        "yield_per": (Verdict.SAME, ""),
        "bundle": (Verdict.FAILED, f"{NEW}: out of memory"),
        "core_fetchall": (Verdict.WORSE, ""),
        "scalars": (Verdict.GONE, "gone"),
    }
    assert {verdicts[style, "peakmem_process"] for style in pairs} == {(Verdict.NOT_JUDGED, "")}
    assert {style: verdict for (_, style), verdict in found.style_verdicts.items()} == {
        "full_entity": Verdict.WORSE,
        "columns": Verdict.BETTER,
        "yield_per": Verdict.SAME,
        "bundle": Verdict.FAILED,
        "core_fetchall": Verdict.SAME,
        "scalars": Verdict.GONE,
    }
    assert [change.style for change in found.worse] == ["full_entity"]
    assert [change.style for change in found.accepted] == ["core_fetchall"]
    assert [change.style for change in found.undecided] == ["bundle"]


@pytest.mark.parametrize(
    ("heap", "peak", "code"),
    [
        ((100.0, 100.0), (100.0, 100.0), 0),
        ((100.0, 98.0), (100.0, 100.0), 0),
        ((100.0, 102.0), (100.0, 100.0), 1),
        ((100.0, None), (100.0, 100.0), 2),
        ((100.0, None), (100.0, 200.0), 1),
        ((None, None), (None, None), 2),
    ],
)
def test_the_exit_code(
    heap: tuple[float | None, float | None], peak: tuple[float | None, float | None], code: int
) -> None:
    old, new = (
        side(figure(release, "columns", heap[place]), figure(release, "columns", peak[place], PEAK))
        for place, release in enumerate((OLD, NEW))
    )
    assert compared(old, new).exit_code == code


def test_nothing_that_is_judged_is_no_success() -> None:
    old, new = (side(figure(each, "columns", 1.0, "peakmem_process")) for each in (OLD, NEW))
    assert compared(old, new).exit_code == 2


def test_a_headline_is_the_largest_of_the_worst_sizes() -> None:
    sizes = fake_results.SIZES
    old = side(*(figure(OLD, "columns", 100.0, rows=rows) for rows in sizes))
    afters = dict(zip(sizes, (150.0, 110.0, 100.0), strict=True))
    new = side(*(figure(NEW, "columns", after, rows=rows) for rows, after in afters.items()))
    found = compared(old, new)
    (headline,) = found.headlines(Verdict.WORSE)
    assert (headline.rows, headline.factor) == (10000, 1.1)
    assert found.headlines(Verdict.SAME) == []
    assert [change.rows for change in found.worse] == [1000, 10000]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"psutil": "7.2.2"}, {"psutil": "7.2.2"}, []),
        ({"psutil": "7.2.2"}, {"psutil": "7.3.0"}, ["psutil differs (7.2.2, 7.3.0)"]),
        ({}, {"typing_extensions": "4.13.2"}, []),
    ],
)
def test_what_is_installed_beside_the_release_is_compared(
    before: dict[str, str], after: dict[str, str], said: list[str]
) -> None:
    """The releases themselves differ, and so may what only one of them depends on."""
    old, new = (
        replace(
            figure(release, "columns", 100.0),
            measured_with={**FACTS, "packages": {"SQLAlchemy": release, **packages}},
        )
        for release, packages in ((OLD, before), (NEW, after))
    )
    assert judging.differences(old, new) == said


@pytest.mark.parametrize("before", [-4.0, 0.0, 30.0, 1000.0])
def test_a_leak_of_100_bytes_an_execution_is_worse(before: float) -> None:
    """By the limits that this project ships; and 20 bytes, which surroundings can make, are not."""
    shipped, metric = limits.load(), "track_growth"
    for more, expected in ((100.0, Verdict.WORSE), (20.0, Verdict.SAME)):
        old = side(figure(OLD, "columns", before, metric, rows=20))
        new = side(figure(NEW, "columns", before + more, metric, rows=20))
        key = (TASK, "columns", 20, metric)
        assert judging.verdict(key, old, new, shipped) == (expected, "")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (-180.0, 0.0, Verdict.SAME),
        (0.0, -180.0, Verdict.SAME),
        (-180.0, 100.0, Verdict.WORSE),
        (1100.0, 1000.0, Verdict.BETTER),
    ],
)
def test_who_gives_back_does_not_grow(before: float, after: float, expected: Verdict) -> None:
    metric, key = "track_growth", (TASK, "columns", 20, "track_growth")
    old, new = (
        side(figure(release, "columns", value, metric, rows=20))
        for release, value in ((OLD, before), (NEW, after))
    )
    assert judging.verdict(key, old, new, limits.load()) == (expected, "")
