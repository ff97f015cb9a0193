"""A release compared with itself, measured by one caller and another."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from suite.commands.study.false_alarms import main, smallest_of
from suite.figures.limits import Limit
from suite.figures.verdicts import Verdict
from suite.measuring import environments
from suite.measuring.missing import Cell
from suite.measuring.processes import Outcome, Unit
from suite.studies import callers, false_alarms
from suite.studies.callers import CALLERS
from suite.studies.false_alarms import FalseAlarms, Measured
from suite.terminal.errors import UserMistake

ONE = ["2.1.9", "--rows", "1000", "--style", "columns"]
UNIT = Unit("bounced_addresses", "columns", 1000, "resident")
MEBIBYTE = 2**20

possible = [caller for caller in CALLERS if caller.is_possible()]


@pytest.mark.parametrize("caller", possible, ids=lambda caller: caller.name)
def test_every_caller_measures(caller: callers.Caller) -> None:
    environment = environments.for_release("2.1.9")
    heap = replace(UNIT, instrument="heap")
    outcomes = list(callers.measure(caller, environment, [UNIT, heap]))
    assert {outcome.unit for outcome in outcomes} == {UNIT, heap}
    assert all(outcome.failed is None for outcome in outcomes), outcomes


def test_the_orders_are_orders_of_the_same_units() -> None:
    units = [replace(UNIT, style=f"style_{number}") for number in range(20)]
    orders = {caller.name: list(caller.order(units)) for caller in CALLERS}
    assert orders["here"] == units
    assert orders["backwards"] == units[::-1]
    assert orders["shuffled"] not in (units, units[::-1])
    assert sorted(orders["shuffled"]) == sorted(units)


def test_a_release_is_not_worse_than_itself(tmp_path: Path) -> None:
    """Interrupted in the middle, the study goes on where it ended."""
    journal = tmp_path / "journal"
    arguments = [*ONE, "--caller", "here", "--caller", "long path", "--journal", str(journal)]
    ended = CliRunner().invoke(main, arguments)
    assert ended.exit_code == 0, ended.output
    assert "2 measurements of each compared with each other" in ended.output
    assert "0 false alarms" in ended.output
    assert " 0 verdicts" not in ended.output
    for metric in (
        *("net peak", "heap", "retained", "leaked", "kept by malloc", "whole process"),
        # Of which the rest is in a line below.
        *("growth", "growth,", "resident"),
    ):
        assert re.search(rf"^{metric}\s", ended.output, re.MULTILINE), metric
    lines = journal.read_text().splitlines()
    assert len(lines) == 6
    # One is lost, and half of another one.
    journal.write_text("\n".join(lines[:2]) + "\n" + lines[2][:40])
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert journal.read_text().splitlines()[:2] == lines[:2]
    assert len({json.dumps(_key(line)) for line in _whole_lines(journal)}) == 6


def _whole_lines(journal: Path) -> list[str]:
    return [line for line in journal.read_text().splitlines() if line.endswith("}")]


def _key(line: str) -> list[object]:
    found = json.loads(line)
    return [found["caller"], found["unit"]["instrument"]]


def measured(caller: str, peak: int, **record: object) -> Measured:
    outcome = Outcome(UNIT, {"peak": peak, "method": "kernel", "measured_with": {"a": 1}, **record})
    return Measured("2.1.9", "3.11", caller, 0, [outcome])


def test_what_differs_beyond_the_limit_is_an_alarm() -> None:
    limits = {"track_peak": Limit(0.01, MEBIBYTE)}
    three = [
        measured("here", 50 * MEBIBYTE),
        measured("busy", 50 * MEBIBYTE + 1000),
        measured("nice", 52 * MEBIBYTE),
    ]
    found = FalseAlarms(limits, false_alarms.compare(three, limits))
    assert found.verdicts == 3
    assert {(each.first, each.second) for each in found.alarms} == {
        ("here", "nice"),
        ("busy", "nice"),
    }
    (largest,) = (each for each in found.largest() if each.key[3] == "track_peak")
    assert (largest.first, largest.second, largest.distance) == ("here", "nice", 2 * MEBIBYTE)
    assert largest.share == pytest.approx(0.04)


def test_what_another_python_measured_is_not_taken_over(tmp_path: Path) -> None:
    """Nor what failed, which is tried again."""
    journal = false_alarms.Journal(tmp_path / "journal")
    kept = measured("here", 50)
    journal.keep(kept, kept.outcomes[0])
    again = false_alarms.Journal(tmp_path / "journal")
    assert again.of(kept) == kept.outcomes
    assert again.of(replace(kept, python="3.8")) == []
    assert again.of(replace(kept, number=1)) == []


def test_a_caller_that_is_not_possible_here_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    strange = callers.Caller("here", "by a program that is not there", prefix=("nosuchprogram",))
    monkeypatch.setattr("suite.commands.study.false_alarms.CALLERS", (strange, *CALLERS[1:]))
    arguments = [*ONE, "--caller", "here", "--caller", "again"]
    ended = CliRunner().invoke(main, arguments)
    assert ended.exit_code == 2
    assert 'left out: "here": nosuchprogram can\'t do it here' in ended.output
    assert not strange.is_possible()


def test_a_caller_that_ends_at_once_is_named() -> None:
    refused = callers.Caller("refused", "by a program that ends", prefix=("false",))
    many = [replace(UNIT, rows=rows) for rows in range(2000)]
    with pytest.raises(UserMistake, match='the caller "refused": exit code 1'):
        list(callers.measure(refused, environments.for_release("2.1.9"), many))


def test_what_could_not_be_judged_is_told() -> None:
    limits = {"track_peak": Limit(0.01, MEBIBYTE)}
    failed = Measured("2.1.9", "3.11", "busy", 0, [Outcome(UNIT, {"failed": "out of memory"})])
    differences = false_alarms.compare([measured("here", 1), failed], limits)
    found = FalseAlarms(limits, differences)
    assert found.verdicts == 0
    (undecided,) = found.undecided
    assert undecided.verdict is Verdict.FAILED
    assert "out of memory" in undecided.reason


def test_bad_input_ends_with_2(tmp_path: Path) -> None:
    other = tmp_path / "notes"
    other.write_text("mine\nand mine\n")
    for arguments, words in (
        (["--rows", "7"], "not measured at 7 rows"),
        (["--style", "nosuch"], '"nosuch" is no style'),
        (["--repeat", "0"], "--repeat"),
        (["--rows", "1000", "--smallest"], "--smallest and --rows: name one of them"),
        (["--caller", "me"], '"me" is none of here, again'),
        (["--caller", "here"], "one measurement has nothing to be compared with"),
        (["--journal", str(other)], "is no journal of this study"),
        (["--journal", str(tmp_path)], "can't be used as a journal"),
    ):
        ended = CliRunner().invoke(main, arguments)
        assert ended.exit_code == 2, ended.output
        assert words in ended.output
    assert other.read_text() == "mine\nand mine\n"


def test_the_smallest_size_of_each_task_and_where_it_is_repeated() -> None:
    cells = [Cell("history", "lazy", 100000), Cell("bounced_addresses", "columns", 10000)]
    assert smallest_of(cells) == [
        Cell("bounced_addresses", "columns", 20),
        Cell("bounced_addresses", "columns", 1000),
        Cell("history", "lazy", 20),
        Cell("history", "lazy", 10000),
    ]


def test_the_help_names_every_caller() -> None:
    said = " ".join(CliRunner().invoke(main, ["--help"]).output.split())
    for caller in CALLERS:
        assert caller.name in said
