"""What got worse is shown by a script each, and the page's figures are what the scripts print."""

import re
import subprocess
from pathlib import Path

import pytest

from suite.measuring import environments
from suite.project import ROOT

EVIDENCE = ROOT / "docs" / "evidence"
PAGE = EVIDENCE / "worse.md"
SCRIPTS = sorted((EVIDENCE / "worse").glob("*.py"))
OLD, NEW = "1.3.24", "2.1.9"
# Each script with the release before the change, and how many times as much the newest one needs
# at least: 1 and about half of what was measured above it, so that another machine does not matter,
# and a script that shows nothing, which gives 1, fails.
WORSE = {
    "add_all": ("1.4.54", 1.12),
    "bulk_insert_mappings": ("1.4.54", 1.14),
    "bulk_update_mappings": ("1.4.54", 1.1),
    "engines": ("1.3.24", 1.18),
    "hybrid_on_alias": ("1.3.24", 1.07),
    "importing": ("1.3.24", 1.45),
    "in_list": ("1.4.32", 3.5),
    "json_fetchall": ("1.3.24", 3.5),
    "literals": ("1.3.24", 80.0),
    "mapping": ("1.3.24", 1.07),
    "selectinload_yield_per": ("1.4.54", 1.45),
    "stream_results": ("1.4.39", 20.0),
    "text_of_literals": ("1.3.24", 25.0),
    "update_fetch": ("1.3.24", 1.4),
}
# Of a figure in the page: a dictionary that is about to grow has a seventh more or less.
TOLERANCE = 0.15
# `name.py` | 1.3.24 | 2.1.9 | 2.1.9, instead
ROW = r"^\|.*\| ([\d,]+) \| ([\d,]+) \|.*\| ([\d,]+|-) \| \[`(\w+)\.py`\]\(worse/\4\.py\) \|$"
FIGURES = {row[3]: row[:3] for row in re.findall(ROW, PAGE.read_text(), re.MULTILINE)}

each = pytest.mark.parametrize("name", sorted(WORSE))


def printed(script: Path, release: str, *arguments: str) -> int:
    """The bytes that a script measures in a release's environment."""
    interpreter = environments.for_release(release).interpreter
    ended = subprocess.run(
        [interpreter, script, *arguments], capture_output=True, text=True, check=True
    )
    return int(ended.stdout)


def times(script: Path, before: str) -> float:
    """How many times as much the newest release needs as the one before the change."""
    return printed(script, NEW) / printed(script, before)


def script_of(name: str) -> Path:
    return EVIDENCE / "worse" / f"{name}.py"


def shown(figure: str) -> float:
    return float(figure.replace(",", ""))


@each
def test_it_needs_more_today(name: str) -> None:
    before, least = WORSE[name]
    assert times(script_of(name), before) > least


@each
def test_the_page_has_its_figures(name: str) -> None:
    script = script_of(name)
    old, new, _ = FIGURES[name]
    assert printed(script, OLD) == pytest.approx(shown(old), rel=TOLERANCE)
    assert printed(script, NEW) == pytest.approx(shown(new), rel=TOLERANCE)


@each
def test_what_to_write_instead_needs_less(name: str) -> None:
    script = script_of(name)
    *_, instead = FIGURES[name]
    assert ('"instead"' in script.read_text()) is (instead != "-")
    if instead != "-":
        measured = printed(script, NEW, "instead")
        assert measured == pytest.approx(shown(instead), rel=TOLERANCE)
        assert measured < printed(script, NEW)


def test_every_script_is_in_the_page_and_judged() -> None:
    names = [script.stem for script in SCRIPTS]
    assert names == sorted(WORSE)
    assert names == sorted(FIGURES)


@pytest.mark.parametrize("line", ["print(1000)", ""])
def test_a_script_that_shows_nothing_is_found(tmp_path: Path, line: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(line)
    if not line:
        with pytest.raises(ValueError, match="invalid literal"):
            times(script, OLD)
    else:
        assert times(script, OLD) < min(least for _, least in WORSE.values())


@each
def test_a_script_is_short(name: str) -> None:
    lines = script_of(name).read_text().splitlines()
    assert len([line for line in lines if line.strip()]) <= 34
