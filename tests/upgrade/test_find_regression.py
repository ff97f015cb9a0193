"""Bisecting: over figures that are made up, and by the command over stored results."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.figures.bisection import UnmeasurableError, bisect
from suite.measuring import environments, missing
from suite.terminal.errors import UserMistake
from tests.upgrade import upgrade_project
from tests.upgrade.upgrade_project import UpgradeProject

RELEASES = [f"2.0.{number}" for number in range(41, 54)]


class Figures:
    """A history of figures, which counts what is asked for."""

    def __init__(self, values: dict[str, float | None]) -> None:
        self.values = values
        self.asked: list[str] = []

    def measure(self, release: str) -> float:
        assert release not in self.asked
        self.asked.append(release)
        value = self.values[release]
        if value is None:
            raise UnmeasurableError("cannot be installed")
        return value


@given(count=st.integers(2, 300), data=st.data(), factor=st.floats(0.3, 3.0))
def test_a_single_step_is_found_in_log2_n_measurements(
    count: int, data: st.DataObject, factor: float
) -> None:
    place = data.draw(st.integers(1, count - 1))
    names = [str(number) for number in range(count)]
    noise = data.draw(st.lists(st.floats(-0.001, 0.001), min_size=count, max_size=count))
    changed = factor if abs(factor - 1) > 0.01 else 1.01
    values = [100 * (changed if i >= place else 1.0) * (1 + noise[i]) for i in range(count)]
    figures = Figures(dict(zip(names, values, strict=True)))
    found = bisect(names, figures.measure)
    assert (found.before.release, found.after.release) == (names[place - 1], names[place])
    assert len(figures.asked) <= 2 + math.ceil(math.log2(count))
    assert len(found.points) == len(figures.asked)


@given(count=st.integers(4, 100), data=st.data())
def test_releases_that_cannot_be_measured_are_named(count: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, count - 1))
    broken = data.draw(st.sets(st.integers(1, count - 2)))
    names = [str(number) for number in range(count)]
    values = {
        name: None if index in broken else (2.0 if index >= place else 1.0)
        for index, name in enumerate(names)
    }
    found = bisect(names, Figures(values).measure)
    low, high = names.index(found.before.release), names.index(found.after.release)
    assert low < place <= high
    assert found.candidates == names[low + 1 : high]
    assert set(found.candidates) <= set(found.unmeasured) <= {names[index] for index in broken}


def test_a_gradual_change_is_told_from_a_step() -> None:
    names = [str(number) for number in range(32)]
    slope = Figures({name: 100.0 + int(name) for name in names})
    assert bisect(names, slope.measure).gradual
    steps = Figures({name: 100.0 + 5 * (int(name) > 10) + 20 * (int(name) > 20) for name in names})
    found = bisect(names, steps.measure)
    assert found.after.release == "21"
    assert not found.gradual
    assert found.share == pytest.approx(0.8)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UpgradeProject:
    return upgrade_project.create(tmp_path, monkeypatch, RELEASES)


def test_the_release_is_named_with_both_neighbours(project: UpgradeProject) -> None:
    for release in RELEASES[7:]:
        project.scale(release, "columns", 1.2, ["track_heap"])
    found = project.find("bounced_addresses.columns", RELEASES[0], RELEASES[-1])
    assert found.exit_code == 0, found.output
    assert "2.0.48 brought the change" in found.stdout
    assert "MiB in 2.0.47" in found.stdout
    assert "heap at 100,000 rows" in found.stdout
    assert "+20.0%" in found.stdout
    assert "5 of 13 releases were looked at" in found.stdout
    assert found.stdout.startswith("2.0.48 brought the change")
    address = "https://docs.sqlalchemy.org/en/21/changelog/changelog_20.html#change-2.0.48"
    assert found.stdout.endswith(f"\n{address}\n")


def test_a_style_is_named_by_its_label_too(project: UpgradeProject) -> None:
    for release in RELEASES[7:]:
        project.scale(release, "columns", 1.2, ["track_heap"])
    found = project.find("column only, .all()", RELEASES[0], RELEASES[-1])
    assert found.exit_code == 0, found.output
    assert "column only, .all() (bounced_addresses.columns): heap" in found.stdout


def test_a_better_figure_is_found_too(project: UpgradeProject) -> None:
    for release in RELEASES[3:]:
        project.scale(release, "columns", 0.8, ["track_peak"])
    arguments = ("bounced_addresses.columns", "2.0.41", "2.0.53", "--metric", "net peak")
    found = project.find(*arguments)
    assert "2.0.44 brought the change" in found.stdout


def test_a_gradual_change_is_said(project: UpgradeProject) -> None:
    for number, release in enumerate(RELEASES):
        project.scale(release, "columns", 1 + 0.02 * number, ["track_heap"])
    found = project.find("bounced_addresses.columns", "2.0.41", "2.0.53", "--metric", "heap")
    assert found.exit_code == 0
    assert "It came gradually" in found.stdout


def test_no_change_ends_with_1(project: UpgradeProject) -> None:
    found = project.find("bounced_addresses.columns", "2.0.41", "2.0.53")
    assert found.exit_code == 1
    assert "Nothing changed beyond the limits" in found.stdout


@pytest.mark.parametrize(
    ("rows", "metric", "said"),
    [
        ("2", "heap", "--metric heap is not measured at 2 rows, but at 50, 500"),
        ("500", "growth", "--metric growth is not measured at 500 rows, but at 2"),
    ],
)
def test_a_size_at_which_the_metric_is_not_measured_is_refused(
    project: UpgradeProject, rows: str, metric: str, said: str
) -> None:
    arguments = ("requests.bundle", "2.0.41", "2.0.53", "--rows", rows, "--metric", metric)
    found = project.find(*arguments)
    assert found.exit_code == 2
    assert found.stderr == f"Error: {said}\n"


def test_what_goes_wrong_with_every_release_ends_it(
    project: UpgradeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a server that is gone: there would be an answer, which nobody can rely on."""
    for release in RELEASES[7:]:
        project.scale(release, "columns", 1.2, ["track_heap"])
    project.set("2.0.47", "columns", None, "track_heap")

    def measure(*unused: object) -> None:
        raise UserMistake("the server does not answer any more")

    monkeypatch.setattr(environments, "for_release", lambda *unused: None)
    monkeypatch.setattr(missing, "measure", measure)
    found = project.find("bounced_addresses.columns", "2.0.41", "2.0.53", "--metric", "heap")
    assert found.exit_code == 2
    assert not found.stdout
    assert found.stderr.endswith("Error: the server does not answer any more\n")


def test_a_release_that_cannot_be_installed_is_passed_over(project: UpgradeProject) -> None:
    for release in RELEASES[7:]:
        project.scale(release, "columns", 1.2, ["track_heap"])
    project.set("2.0.47", "columns", None, "track_heap")
    found = project.find("bounced_addresses.columns", "2.0.41", "2.0.53", "--metric", "heap")
    assert found.exit_code == 0, found.output
    said = f"Not measured: 2.0.47: {project.configuration}: install_command"
    assert "".join(said.split()) in "".join(found.stdout.split())


def test_a_release_with_other_circumstances_is_passed_over(project: UpgradeProject) -> None:
    for release in RELEASES[7:]:
        project.scale(release, "columns", 1.2, ["track_heap"])
    project.set_fact("2.0.47", "compiled_extensions", False)
    found = project.find("bounced_addresses.columns", "2.0.41", "2.0.53")
    assert found.exit_code == 0, found.output
    assert "one of 2.0.47, 2.0.48 brought the change" in found.stdout
    assert "Not measured: 2.0.47: " in found.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nosuch", "2.0.41", "2.0.53"), '"nosuch" is no style'),
        (("columns, .all()", "2.0.41", "2.0.53"), "is no style of bounced_addresses"),
        (("textual SQL with the values in it", "2.0.41", "2.0.53"), "several tasks have"),
        (("bounced_addresses.column", "2.0.41", "2.0.53"), "did you mean"),
        (("bounced_addresses.columns", "2.0.41", "2.0.41"), "no upgrade"),
        (("bounced_addresses.columns", "2.0.41", "9.9.9"), "9.9.9"),
        (("bounced_addresses.columns", "2.0.41", "2.0.53", "--metric", "size"), "no metric"),
        (("bounced_addresses.columns", "2.0.41", "2.0.53", "--rows", "5"), "10,000, 100,000"),
    ],
)
def test_bad_input_gets_one_line_and_2(
    project: UpgradeProject, arguments: tuple[str, ...], said: str
) -> None:
    found = project.find(*arguments)
    assert found.exit_code == 2
    assert not found.stdout
    assert said in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1
