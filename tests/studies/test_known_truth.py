"""Trying the instruments: what the study says where that fails."""

from pathlib import Path

import pytest

from suite.measuring import environments
from suite.measuring.environments import Environment
from suite.studies import known_truth
from suite.studies.known_truth import Case
from suite.terminal.errors import UserMistake


def test_cases_are_every_combination_in_the_order_of_the_table() -> None:
    found = known_truth.cases(("bytes", "sqlite"), (1, 2), (0.1,))
    assert found == [
        Case("bytes", 1, 0.1),
        Case("bytes", 2, 0.1),
        Case("sqlite", 1, 0.1),
        Case("sqlite", 2, 0.1),
    ]


def test_what_cannot_be_held_is_named_with_its_reason() -> None:
    environment = environments.for_release("2.1.9")
    with pytest.raises(
        UserMistake, match=r"holding 1099511627776 MiB \(bytes\) under heap failed: Mem"
    ):
        list(known_truth.measure(environment, [Case("bytes", 2**60, 0.001)], ["heap"]))


def test_a_process_that_never_starts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        known_truth.run(Environment("2.1.9", "3.11", tmp_path), ["-c", "pass"])


def test_leaks_are_every_one_with_its_sizes() -> None:
    work = known_truth.leak_cases()
    assert {name for name, _ in work} == set(known_truth.LEAK_LABELS)
    assert ("objects", 100) in work


def test_a_leak_that_cannot_be_made_is_named_with_its_reason() -> None:
    environment = environments.for_release("2.1.9")
    with pytest.raises(UserMistake, match=r"again and again \(an object kept\) failed: Mem"):
        list(known_truth.leak(environment, [("objects", 2**60)]))
