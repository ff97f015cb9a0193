"""The order of releases, and what names, ranges and specifiers select."""

import random
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from suite.releases.catalogue import DATA_FILE, Release, read_releases
from suite.releases.timeline import HISTORY, Timeline, UnknownReleaseError
from suite.terminal.errors import UserMistake

REAL = Timeline(read_releases(DATA_FILE))


def release(version: str, yanked: bool = False) -> Release:
    return Release(version, datetime(2020, 1, 1, tzinfo=UTC), None, yanked)


def versions(releases: list[Release]) -> list[str]:
    return [r.version for r in releases]


def mistake(text: str, timeline: Timeline = REAL) -> str:
    with pytest.raises(UserMistake) as raised:
        timeline.select(text)
    assert "\n" not in raised.value.message
    return raised.value.message


def test_order_is_pep_440_and_not_that_of_the_dates() -> None:
    order = versions(REAL.releases)
    assert order.index("1.4.54") < order.index("2.0.0b1") < order.index("2.0.0rc1")
    assert order.index("2.0.0rc1") < order.index("2.0.0") < order.index("2.0.9")
    assert order.index("2.0.9") < order.index("2.0.10")
    by_version = {r.version: r for r in REAL.releases}
    assert by_version["1.4.54"].uploaded > by_version["2.0.0"].uploaded


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("2.0.58", ["2.0.58"]),
        (" 2.0.58 ", ["2.0.58"]),
        ("1.4", ["1.4.54"]),
        ("2.0.50..2.0.53", ["2.0.51", "2.0.52", "2.0.53"]),
        ("1.4.54..2.0.2", ["2.0.0", "2.0.1", "2.0.2"]),
        ("1.4..2.0.1", ["2.0.0", "2.0.1"]),
        ("1.3.23..1.3", ["1.3.24"]),
        (">=2.0,<2.0.3", ["2.0.0", "2.0.1", "2.0.2"]),
        ("~=1.3.22", ["1.3.22", "1.3.23", "1.3.24"]),
        ("==2.0.58", ["2.0.58"]),
        (">=1.4.32,<1.4.36", ["1.4.32", "1.4.35"]),
        ("1.4.32..1.4.36", ["1.4.35", "1.4.36"]),
        ("2.0.5..2.0.6", ["2.0.5.post1", "2.0.6"]),
    ],
)
def test_selection(text: str, selected: list[str]) -> None:
    assert versions(REAL.select(text)) == selected


def test_the_whole_history_ends_in_the_newest_release() -> None:
    known = Timeline([release("2.0.9"), release("2.1.0"), release("2.2.0b1"), release("2.1.1")])
    assert known.named(HISTORY).version == "2.1.1"
    assert versions(known.select(f"2.0.9..{HISTORY}")) == ["2.1.0", "2.1.1"]


def test_a_series_name_leaves_out_yanked_releases_and_prereleases() -> None:
    known = Timeline([release("2.0.0"), release("2.0.1b1"), release("2.0.2", yanked=True)])
    assert known.named("2.0").version == "2.0.0"
    assert versions(known.series("2.0")) == ["2.0.0"]


def test_prereleases_are_selected_only_where_one_of_their_series_is_named() -> None:
    assert versions(REAL.select("2.1.0b2")) == ["2.1.0b2"]
    assert versions(REAL.select("2.1b2")) == ["2.1.0b2"]
    assert versions(REAL.select("2.0.0rc2..2.0.1")) == ["2.0.0rc3", "2.0.0", "2.0.1"]
    assert versions(REAL.select(">=2.0.0rc3,<2.0.1")) == ["2.0.0rc3", "2.0.0"]
    assert versions(REAL.select("1.4.54..2.1.0b1"))[-1] == "2.1.0b1"
    assert "2.0.0b1" not in versions(REAL.select("1.4.54..2.1.0b1"))
    assert not any(r.is_prerelease for r in REAL.select(">=0.9"))
    assert not any(r.is_prerelease for r in REAL.select("0.9.0..2.1"))


@pytest.mark.parametrize("text", ["2.0.5", "==2.0.5", "2.0.4..2.0.5"])
def test_a_yanked_release_that_is_named_is_an_error_that_says_so(text: str) -> None:
    message = mistake(text)
    assert "2.0.5: yanked" in message
    assert "not measured" in message
    assert "2.0.5.post1" in message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "is not a release"),
        ("banana", '"banana" is not a release'),
        ("2", '"2" is not a release'),
        ("0.8.7", "older than 0.9.0"),
        ("..", "is not a range"),
        ("2.0.50..", "is not a range"),
        ("..2.0.50", "is not a range"),
        ("2.0.50...2.0.58", "is not a range"),
        ("2.0.1..2.0.2..2.0.3", "is not a range"),
        ("2.0.50..banana", '"banana" is not a release'),
        ("2.0.58..2.0.50", "runs backwards"),
        ("2.0.58..2.0.58", "selects nothing"),
        ("2.0.32..2.0.32", "selects nothing"),
        (">=", "not a PEP 440 specifier"),
        (">=x", "not a PEP 440 specifier"),
        (">=2.0 <2.1", "not a PEP 440 specifier"),
        ("===banana", '"banana" is not a release'),
        (">=2.0,<1.4", "no release satisfies"),
        (">=99", "no release satisfies"),
    ],
)
def test_mistakes_are_named(text: str, part: str) -> None:
    assert part in mistake(text)


def test_a_range_backwards_is_shown_the_right_way_round() -> None:
    assert "write 1.4..2.0" in mistake("2.0..1.4")


@pytest.mark.parametrize(
    ("text", "name"),
    [("9.9.9", "9.9.9"), ("9.9", "9.9"), ("2.0.1..9.9.9", "9.9.9"), ("==9.9.9", "9.9.9")],
)
def test_an_unknown_release_carries_its_name(text: str, name: str) -> None:
    with pytest.raises(UnknownReleaseError) as raised:
        REAL.select(text)
    assert raised.value.name == name


def test_a_series_of_prereleases_only() -> None:
    known = Timeline([release("2.1.9"), release("2.2.0b1"), release("2.2.0b2")])
    assert "name one, such as 2.2.0b2" in mistake("2.2", known)


def test_the_release_before() -> None:
    assert REAL.before("2.0.0").version == "1.4.54"
    assert REAL.before("2.1.0rc1").version == "2.0.58"
    assert REAL.before("2.0.6").version == "2.0.5.post1"
    with pytest.raises(UserMistake, match="oldest"):
        REAL.before("0.9.0")


def test_a_range_of_our_own_may_be_empty() -> None:
    assert REAL.between(Version("2.1.9"), Version("1.3.0")) == []


NUMBERS = st.integers(0, 12)
VERSIONS = st.builds(
    "{}.{}.{}{}".format,
    st.integers(1, 3),
    st.integers(0, 4),
    NUMBERS,
    st.sampled_from(["", "", "", "b1", "b2", "rc1", ".post1"]),
)
RELEASES = st.lists(st.builds(release, VERSIONS, st.booleans()), unique_by=lambda r: r.version)


@given(RELEASES, st.randoms(use_true_random=False))
def test_the_order_is_total_and_does_not_depend_on_the_input(
    releases: list[Release], rng: random.Random
) -> None:
    shuffled = rng.sample(releases, len(releases))
    order = [r.parsed for r in Timeline(shuffled).releases]
    assert order == [r.parsed for r in Timeline(releases).releases]
    assert all(a < b for a, b in pairwise(order))


FINAL = [r.version for r in REAL.releases if not r.is_prerelease and not r.yanked]


@given(st.lists(st.sampled_from(FINAL), min_size=3, max_size=3, unique=True))
def test_two_ranges_that_meet_are_one(names: list[str]) -> None:
    a, b, c = sorted(names, key=Version)
    assert REAL.select(f"{a}..{b}") + REAL.select(f"{b}..{c}") == REAL.select(f"{a}..{c}")


CLAUSES = st.builds("{}{}".format, st.sampled_from([">=", "<=", ">", "<", "!=", "=="]), VERSIONS)


@given(RELEASES, st.lists(CLAUSES, min_size=1, max_size=3))
def test_what_a_specifier_selects_satisfies_it(releases: list[Release], clauses: list[str]) -> None:
    text = ",".join(clauses)
    try:
        selected = Timeline(releases).select(text)
    except UserMistake:
        selected = []
    specifiers = SpecifierSet(text, prereleases=True)
    plain = {r for r in releases if not r.yanked and not r.is_prerelease}
    assert {r for r in plain if r.parsed in specifiers} <= set(selected)
    named = {c.lstrip("<>=!") for c in clauses}
    for r in selected:
        assert r.parsed in specifiers
        assert not r.yanked
        if r.is_prerelease:
            assert any(
                Version(n).is_prerelease and Version(n).release[:2] == r.parsed.release[:2]
                for n in named
            )


@given(RELEASES, VERSIONS, VERSIONS)
def test_a_range_holds_what_stands_after_its_start_up_to_its_end(
    releases: list[Release], first: str, last: str
) -> None:
    selected = Timeline(releases).between(Version(first), Version(last))
    assert all(Version(first) < r.parsed <= Version(last) and not r.yanked for r in selected)
    plain = [r for r in releases if not r.yanked and not r.is_prerelease]
    assert {r for r in plain if Version(first) < r.parsed <= Version(last)} <= set(selected)
