"""What further runs leave, in the check of an upgrade and in the search for a release."""

import json
from pathlib import Path

import pytest

from suite.figures.tasks import FIRST_TASK, tasks
from suite.measuring import missing
from suite.measuring.missing import Cell
from tests.upgrade import upgrade_project
from tests.upgrade.upgrade_project import FORMATS, REPEATED, UpgradeProject

RELEASES = [f"2.0.{number}" for number in range(46, 54)]
OLD, NEW = RELEASES[0], RELEASES[-1]
GROWTH = "track_growth"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UpgradeProject:
    return upgrade_project.create(tmp_path, monkeypatch, RELEASES)


def leave(
    project: UpgradeProject, release: str, value: float, style: str = "columns", name: str = GROWTH
) -> None:
    """Let each run of a style leave so many bytes."""
    project.set(release, style, value, name, [REPEATED])


def said(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize("kind", FORMATS)
def test_growth_alone_is_worse_and_said_in_a_line(project: UpgradeProject, kind: str) -> None:
    leave(project, OLD, 12)
    leave(project, NEW, 18646)
    checked = project.check(OLD, NEW, "--format", kind)
    assert checked.exit_code == 1, checked.output
    assert "each further run leaves up to 18.2 KiB more, 17.8 MiB after 1,000" in said(
        checked.stdout
    )
    if kind != "json":
        assert "12 bytes → 18.2 KiB" in said(checked.stdout)
    if kind == "junit":
        assert "+18.2 KiB" in said(checked.stdout)


def test_what_the_collector_takes_is_not_said_to_stay(project: UpgradeProject) -> None:
    for release, value in ((OLD, 0), (NEW, 4096)):
        leave(project, release, value, name="track_growth_uncollected")
    checked = project.check(OLD, NEW)
    assert checked.exit_code == 1, checked.output
    assert "4.0 KiB more of each further run wait for the collector" in said(checked.stdout)
    assert "after 1,000" not in checked.stdout


def test_nothing_of_the_kind_is_said_where_more_is_worse(project: UpgradeProject) -> None:
    leave(project, NEW, 18646)
    project.scale(NEW, "full_entity", 1.3)
    checked = project.check(OLD, NEW)
    assert checked.exit_code == 1
    assert "Growth alone" not in checked.stdout
    leave(project, NEW, 12)
    project.scale(NEW, "full_entity", 1 / 1.3)
    assert "Growth alone" not in project.check(OLD, NEW).stdout


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (-8, 400, "+408 bytes"),
        (0, 400, "+400 bytes"),
        (300, 600, "+300 bytes"),
        (2000, 3000, "+50.0%"),
        (2000, 200_000, "+193.4 KiB"),
    ],
)
def test_a_share_of_next_to_nothing_is_told_as_an_amount(
    project: UpgradeProject, before: float, after: float, told: str
) -> None:
    leave(project, OLD, before)
    leave(project, NEW, after)
    assert f", {told}" in said(project.check(OLD, NEW, "--format", "junit").stdout)


def test_what_grew_from_nothing_does_not_hide_what_is_dearer(project: UpgradeProject) -> None:
    leave(project, OLD, 0.3)
    leave(project, NEW, 400)
    project.scale(NEW, "full_entity", 2.0)
    worse = [
        (change["style"], change["metric"])
        for change in json.loads(project.check(OLD, NEW, "--format", "json").stdout)["changes"]
        if change["verdict"] == "worse"
    ]
    assert worse[-1] == ("columns", GROWTH)


def test_instead_of_it_one_of_the_cheap_is_named_whatever_the_noise(
    project: UpgradeProject,
) -> None:
    leave(project, NEW, 18646)
    for style, noise in (("columns_keyset", 30), ("core_iterated", -3)):
        for release in (OLD, NEW):
            leave(project, release, noise, style)
    text = said(project.check(OLD, NEW).stdout)
    assert "column only, keyset pages of 1000 (growth 30 bytes)" in text


def test_instead_of_it_nothing_is_named_that_needs_more_memory(project: UpgradeProject) -> None:
    """Whatever else is cheap: each of them grows, but for the one whose net peak is above."""
    for style in tasks()[FIRST_TASK].styles:
        leave(project, NEW, 18646, style)
    leave(project, NEW, 0, "core_fetchall")
    assert "write instead: Core, fetchall()" in said(project.check(OLD, NEW).stdout)
    for release in (OLD, NEW):
        project.scale(release, "core_fetchall", 100, ["track_peak"])
    assert "write instead" not in said(project.check(OLD, NEW).stdout)


def test_the_overview_has_it_beside_the_largest_size(project: UpgradeProject) -> None:
    leave(project, OLD, 777)
    leave(project, NEW, 778)
    text = said(project.check(OLD, NEW, "--format", "markdown").stdout)
    overview = text.partition("Every style")[2]
    assert "| column only, .all() | columns | 100,000 |" in overview
    assert "777 → 778 bytes" in overview


@pytest.mark.parametrize(
    ("limit", "code", "told"),
    [
        ('"20 KiB"', 0, "up to 20.0 KiB since"),
        ('"18 KiB"', 1, "18.2 KiB more is above the accepted 18.0 KiB"),
        ("2000", 1, "nothing is a share of a figure that was none: write an amount"),
    ],
)
def test_an_amount_can_be_accepted(
    project: UpgradeProject, tmp_path: Path, limit: str, code: int, told: str
) -> None:
    leave(project, OLD, -2)
    leave(project, NEW, 18646)
    accept = tmp_path / "accepted.toml"
    accept.write_text(
        '[[accepted]]\nstyle = "*.columns"\nmetric = "growth"\n'
        f'from = "{NEW}"\nlimit = {limit}\nreason = "known"\n'
    )
    checked = project.check(OLD, NEW, "--accept", str(accept))
    assert checked.exit_code == code, checked.output
    assert told in said(checked.stdout)


def test_it_is_measured_alone_where_it_is_judged_alone(
    project: UpgradeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[Cell] = set()

    def measure(_: object, release: str, cells: list[Cell], *others: object) -> None:
        asked.update(cells)

    monkeypatch.setattr(missing, "measure", measure)
    checked = project.check(OLD, NEW, "--style", "columns", "--metric", "growth", "--fresh")
    assert checked.exit_code == 0
    assert {cell.rows for cell in asked} == {REPEATED}
    asked.clear()
    project.check(OLD, NEW, "--style", "columns", "--metric", "heap", "--fresh")
    assert {cell.rows for cell in asked} == {10000, 100000}


@pytest.mark.parametrize(
    ("changed", "measured"),
    [
        (["track_growth_resident"], 4),
        (["track_growth_resident", GROWTH], 2),
        ([GROWTH], 2),
        (["track_peak"], 4),
    ],
)
def test_resident_growth_that_differs_alone_is_measured_a_second_time(
    project: UpgradeProject, monkeypatch: pytest.MonkeyPatch, changed: list[str], measured: int
) -> None:
    for name in changed:
        rows = 100000 if name == "track_peak" else REPEATED
        project.set(NEW, "columns", 90e6, name, [rows])
    calls: list[str] = []
    monkeypatch.setattr(missing, "measure", lambda _, release, *others: calls.append(release))
    checked = project.check(OLD, NEW, "--style", "columns", "--fresh")
    assert checked.exit_code == 1, checked.output
    assert len(calls) == measured


def test_the_release_is_found_untold(project: UpgradeProject) -> None:
    for release in RELEASES:
        leave(project, release, 18646 if release in RELEASES[5:] else 2.6)
    found = project.find("bounced_addresses.columns", OLD, NEW)
    assert found.exit_code == 0, found.output
    text = said(found.stdout)
    assert f"growth at {REPEATED} rows" in text
    assert f"{RELEASES[5]} brought the change: 3 bytes in {RELEASES[4]}, 18.2 KiB in" in text
    assert "+18.2 KiB ← here" in text
    # And the heap is followed where it got worse too.
    for release in RELEASES[3:]:
        project.scale(release, "columns", 1.2)
    assert f"{RELEASES[3]} brought" in project.find("bounced_addresses.columns", OLD, NEW).stdout
