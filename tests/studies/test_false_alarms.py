"""A release compared with itself."""

from click.testing import CliRunner

from suite.commands.study.false_alarms import main
from suite.figures import limits
from suite.measuring import environments
from suite.studies import false_alarms
from suite.studies.false_alarms import FalseAlarms
from suite.upgrade import checking


def test_a_release_is_not_worse_than_itself() -> None:
    arguments = ["2.1.9", "--repeat", "1", "--rows", "1000", "--style", "columns"]
    ended = CliRunner().invoke(main, arguments)
    assert ended.exit_code == 0, ended.output
    assert "compared with itself 1 times, 4 verdicts: 0 false alarms" in ended.output
    for metric in ("net peak", "heap", "retained", "leaked"):
        assert f"  {metric}: bounced_addresses.columns at 1,000 rows" in ended.output


def test_a_limit_of_nothing_finds_any_difference() -> None:
    """Between two measurements of the resident size, or else none at all."""
    cells = checking.select([], ["columns"], [1000])
    strict = {"track_peak": limits.Limit(0.0, 0.0)}
    environment = environments.for_release("2.1.9")
    compared = next(false_alarms.comparisons(environment, cells, strict))
    found = FalseAlarms("2.1.9", [compared])
    assert len(found.verdicts) == 1
    (change,) = found.verdicts
    assert bool(found.alarms) == (change.before != change.after)


def test_bad_input_ends_with_2() -> None:
    for arguments, words in (
        (["--rows", "7"], "is not measured at 7 rows"),
        (["--style", "nosuch"], '"nosuch" is no style'),
        (["--repeat", "0"], "--repeat"),
    ):
        ended = CliRunner().invoke(main, arguments)
        assert ended.exit_code == 2, ended.output
        assert words in ended.output
