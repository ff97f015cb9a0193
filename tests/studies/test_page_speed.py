"""scripts/study page-speed: how soon the page shows its figures, as a user calls it."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from suite.commands.study.page_speed import main
from suite.figures.identity import Platform
from suite.measuring.results import Figure
from suite.studies import page_speed
from suite.terminal.errors import UserMistake
from tests import fake_results
from tests.lacking import lacks
from tests.site import site_project

LATENCY = page_speed.LINES[1].latency / 1000


def test_the_newest_release_and_others_evenly_spaced_are_kept() -> None:
    one = Figure(Platform("quiet", "3.11"), "", "a", "b", 1, "track_peak", 1.0, "1")
    figures = [replace(one, release=f"2.0.{number}") for number in range(10)]
    for wanted, kept in ((1, ["9"]), (2, ["4", "9"]), (5, ["1", "3", "5", "7", "9"])):
        count, thin, _ = page_speed.thinned(figures, [], wanted)
        assert [figure.release.rpartition(".")[2] for figure in thin] == kept
        assert count == wanted
    assert page_speed.thinned(figures, [], 50)[:2] == (10, figures)


@pytest.mark.browser
def test_the_page_is_opened_on_both_lines(tmp_path: Path) -> None:
    project = site_project.create(tmp_path)
    fake_results.write(project.results, ["1.4.54", "2.0.58", "2.1.9"])
    arguments = ["--config", str(project.configuration), "--releases", "2", "--repeat", "1"]
    result = CliRunner().invoke(main, [*arguments, "--format", "markdown"])
    if isinstance(result.exception, UserMistake):
        lacks(str(result.exception))
    assert result.exit_code == 0, result.output
    lines = [line for line in result.stdout.splitlines() if line.startswith("| 2 |")]
    quick, slow = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    figures, interactive, chart, tick, loaded, requests = (
        float(cell.replace(",", "")) for cell in slow[2:]
    )
    # The page comes in one answer, its script in another, and the release's figures in a third.
    assert LATENCY < figures < interactive
    assert interactive > 3 * LATENCY
    assert chart > LATENCY
    assert tick > 0
    # Without the charting library, which is 900 KiB.
    assert 50 < loaded < 500
    assert requests >= 4
    assert float(quick[3]) < interactive
    assert float(quick[4]) < chart


def test_without_a_browser_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_speed, "PROGRAMS", ())
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with pytest.raises(UserMistake, match="apt install chromium"), page_speed.browser():
        pass
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(UserMistake, match="Playwright, which is not installed"):
        page_speed.browser().__enter__()


def test_without_results_there_is_nothing_to_open(tmp_path: Path) -> None:
    project = site_project.create(tmp_path)
    result = CliRunner().invoke(main, ["--config", str(project.configuration)])
    assert isinstance(result.exception, UserMistake) or result.exit_code == 2
    assert "there are no results in" in result.stderr + str(result.exception)
