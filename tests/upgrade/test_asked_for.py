"""What is judged only where it is asked for: seconds, by their samples, and whole processes."""

import json
from pathlib import Path

import pytest

from suite.figures import limits, tasks
from suite.figures.amounts import label
from suite.figures.identity import Platform
from suite.figures.limits import Limit
from suite.figures.samples import apart
from suite.figures.verdicts import Verdict
from suite.measuring import missing
from suite.measuring.missing import LEAST_SAMPLES, SAMPLES
from suite.measuring.results import Figure
from suite.upgrade import judging
from suite.upgrade.comparison import Comparison, Side
from tests.upgrade import upgrade_project
from tests.upgrade.upgrade_project import LEFT, REPEATED, UpgradeProject

RELEASES = [f"2.0.{number}" for number in range(46, 54)]
OLD, NEW = RELEASES[0], RELEASES[-1]
ONE_STYLE = ("--style", "columns", "--rows", "100000")
TIME_OF_ONE = (OLD, NEW, *ONE_STYLE, "--metric", "time")
ROWS = 100000


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UpgradeProject:
    made = upgrade_project.create(tmp_path, monkeypatch, RELEASES)
    for release in RELEASES:
        made.time(release, "columns", *around(1.0))
    return made


def around(middle: float, spread: float = 0.02, count: int = SAMPLES) -> list[float]:
    """Samples from ``spread`` below ``middle`` to as much above it."""
    return [middle * (1 - spread + 2 * spread * n / (count - 1)) for n in range(count)]


@pytest.mark.parametrize("count", [LEAST_SAMPLES, SAMPLES])
@pytest.mark.parametrize(
    ("middle", "spread", "verdict", "code"),
    [
        (1.5, 0.02, "worse", 1),
        (0.5, 0.02, "better", 0),
        (1.1, 0.02, "same", 0),  # told apart, and within the limit
        (1.5, 0.6, "same", 0),  # beyond the limit, and not told apart
    ],
)
def test_seconds_are_judged_by_samples_and_limit(
    project: UpgradeProject, middle: float, spread: float, verdict: str, code: int, count: int
) -> None:
    project.time(NEW, "columns", *around(middle, spread, count))
    checked = project.check(*TIME_OF_ONE, "--format", "json")
    assert checked.exit_code == code, checked.output
    (change,) = (c for c in json.loads(checked.stdout)["changes"] if c["metric"] == "time_query")
    assert change["verdict"] == verdict
    assert "1.00 " in project.check(*TIME_OF_ONE, "-v").stdout


@pytest.mark.parametrize(("before", "after"), [((1.0,), around(9.0)), (around(9.0), ())])
def test_one_sample_is_never_judged(before: tuple[float, ...], after: tuple[float, ...]) -> None:
    compared = seconds_compared(before, after)
    (change,) = compared.changes
    assert change.verdict is Verdict.NOT_JUDGED
    assert change.reason.endswith("one sample only")
    assert compared.exit_code == 2


def test_two_samples_on_both_sides_are_judged_by_a_wide_interval() -> None:
    assert seconds_compared((1.0, 1.01), (9.0, 9.1)).exit_code == 1
    assert not apart((1.0, 1.1), (1.2, 1.3))


def seconds_compared(before: tuple[float, ...], after: tuple[float, ...]) -> Comparison:
    """A comparison of nothing else."""
    sides = []
    for release, samples in ((OLD, before), (NEW, after)):
        key = ("bounced_addresses", "columns", ROWS, "time_query")
        figure = Figure(
            Platform("box", "3.11"),
            release,
            *key,
            value=sorted(samples)[len(samples) // 2] if samples else 1.0,
            version="2",
            measured_with={"python": "3.11"},
            samples=tuple(samples),
        )
        sides.append(Side(release, {key: figure}))
    limit = {"time_query": Limit(0.1, 0.01)}
    return judging.compare(sides[0], sides[1], tasks.tasks().values(), limit)


def test_too_few_samples_are_measured_again(project: UpgradeProject) -> None:
    """Nothing can be installed here, so the attempt is what is seen."""
    project.time(NEW, "columns", *around(1.0, count=3))
    checked = project.check(*TIME_OF_ONE)
    assert checked.exit_code == 2
    assert f"SQLAlchemy {NEW}: measuring 1 style" in checked.stderr
    assert not checked.stdout


def test_seconds_that_differ_are_measured_a_second_time(
    project: UpgradeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.time(NEW, "columns", *around(1.0, count=3))
    measured: list[str] = []

    def measure(_: object, release: str, *others: object) -> None:
        measured.append(release)
        project.time(release, "columns", *around(3.0 if len(measured) == 1 else 1.0))

    monkeypatch.setattr(missing, "measure", measure)
    checked = project.check(*TIME_OF_ONE)
    assert checked.exit_code == 0, checked.output
    assert measured == [NEW, OLD, NEW]
    assert "a second time, to be sure" in checked.stderr


def test_they_are_not_judged_unasked(project: UpgradeProject) -> None:
    project.scale(NEW, "columns", 3.0, ["peakmem_process"])
    project.time(NEW, "columns", *around(3.0))
    assert project.check(OLD, NEW).exit_code == 0
    assert project.find("bounced_addresses.columns", OLD, NEW).exit_code == 1


def test_the_whole_process_is_judged_where_asked(project: UpgradeProject) -> None:
    project.scale(NEW, "columns", 1.1, ["peakmem_process"])
    asked = project.check(OLD, NEW, "--metric", "whole process", "--metric", "heap", "-v")
    assert asked.exit_code == 1
    said = " ".join(asked.stdout.split())
    assert "A change counts above both its limits: whole process 2.0% and 1.00 MiB; heap" in said
    assert "net peak 2.0%" not in said
    assert "whole process +10%" in said


def test_limits_of_nothing_else_have_to_be_asked_for(
    project: UpgradeProject, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[limits]\ntime = { share = 0.5, floor = "0.1 s" }\n')
    project.time(NEW, "columns", *around(3.0))
    refused = project.check(OLD, NEW, *ONE_STYLE, "--limits", str(own))
    assert refused.exit_code == 2
    assert refused.stderr.splitlines() == [
        "Error: there are limits of time only, which are judged where --metric names them"
    ]
    assert project.check(*TIME_OF_ONE, "--limits", str(own)).exit_code == 1


@pytest.mark.parametrize("metric", [label(name) for name in limits.load()])
def test_every_metric_with_a_limit_can_be_followed(project: UpgradeProject, metric: str) -> None:
    name = next(name for name in limits.load() if label(name) == metric)
    for release in RELEASES[5:]:
        if name == "time_query":
            project.time(release, "columns", *around(2.0))
        else:
            rows = REPEATED if name in LEFT else ROWS
            before = project.get(release, "columns", name, rows)
            project.set(release, "columns", 2 * before + 64 * 2**20, name, [rows])
    found = project.find("bounced_addresses.columns", OLD, NEW, "--metric", metric)
    assert found.exit_code == 0, found.output
    assert f"{RELEASES[5]} brought the change" in found.stdout


@pytest.mark.parametrize("name", ["size", "", "time,heap", "TASK.time", "kept by malloc"])
def test_what_cannot_be_judged_is_refused_with_what_can(project: UpgradeProject, name: str) -> None:
    for ended in (
        project.check(OLD, NEW, "--metric", name),
        project.find("bounced_addresses.columns", OLD, NEW, "--metric", name),
    ):
        assert ended.exit_code == 2
        assert not ended.stdout
        (line,) = ended.stderr.splitlines()
        assert f'"{name}" is no metric with a limit' in line
        assert line.endswith("; ".join(map(label, limits.load())))


def test_an_accepted_change_of_what_is_not_judged_is_left_alone(
    project: UpgradeProject, tmp_path: Path
) -> None:
    accept = tmp_path / "accepted.toml"
    accept.write_text(
        '[[accepted]]\nstyle = "bounced_addresses.columns"\nmetric = "net peak"\n'
        f'from = "{NEW}"\nlimit = 0.5\nreason = "known"\n'
    )
    project.scale(NEW, "columns", 1.3, ["track_peak"])
    checked = project.check(*TIME_OF_ONE, "--accept", str(accept))
    assert checked.exit_code == 0, checked.output
    assert "accepted change" not in checked.stdout
