"""What a figure is a figure of, and what keeps two of them from being compared."""

from dataclasses import fields, replace

import pytest

from suite.figures.identity import COMPILED, PURE, UNKNOWN_BUILD, Identity, Platform

BOX = Platform("box", "3.11")
FIGURE = Identity(BOX, "1.4.54", COMPILED, "export", "columns", 1000, "track_heap")


def test_two_releases_on_one_platform_can_be_compared() -> None:
    assert FIGURE.apart_from(replace(FIGURE, revision="2.0.58")) == []


OTHERS = [
    (replace(FIGURE, platform=Platform("other", "3.11")), "the machine differs (box, other)"),
    (replace(FIGURE, platform=Platform("box", "3.8")), "Python differs (3.11, 3.8)"),
    (
        replace(FIGURE, platform=Platform("box", "3.11", "postgresql")),
        "the database differs (sqlite, postgresql)",
    ),
    (replace(FIGURE, rows=10), "the number of rows differs (1000, 10)"),
    (replace(FIGURE, style="x"), "the style differs (columns, x)"),
    (replace(FIGURE, task="x"), "the task differs (export, x)"),
    (replace(FIGURE, metric="x"), "the metric differs (track_heap, x)"),
    (
        replace(FIGURE, revision="2.0.58", build=PURE),
        "compiled extensions differ (2.0.58 has none)",
    ),
]


def test_no_axis_is_overlooked() -> None:
    """The revision is what is compared; how resident memory was read is told of each figure."""
    axes = {each.name for each in (*fields(Identity), *fields(Platform))} - {"platform"}
    differing = {
        each.name
        for other, _ in OTHERS
        for mine, theirs in ((FIGURE, other), (FIGURE.platform, other.platform))
        for each in fields(mine)
        if getattr(mine, each.name) != getattr(theirs, each.name)
    }
    assert differing - {"platform"} == axes - {"sampled"}


@pytest.mark.parametrize(("other", "said"), OTHERS)
def test_every_axis_keeps_figures_apart(other: Identity, said: str) -> None:
    assert FIGURE.apart_from(other) == [said]


def test_a_build_that_is_not_known_is_no_difference() -> None:
    assert FIGURE.apart_from(replace(FIGURE, build=UNKNOWN_BUILD)) == []


def test_platforms_have_keys_of_their_own() -> None:
    platforms = [BOX, Platform("box", "3.8"), Platform("box", "3.11", "mariadb")]
    platforms.append(replace(BOX, sampled=True))
    assert len({platform.key for platform in platforms}) == len(platforms)
