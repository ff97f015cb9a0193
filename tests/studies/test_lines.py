"""A style line by line: the readings for real on two releases, how they are printed, bad input."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from suite.commands.study.lines import main
from suite.measuring import environments
from suite.measuring.capacity import MEMORY_LIMIT
from suite.measuring.environments import Environment
from suite.measuring.processes import Outcome, Unit
from suite.project import ROOT
from suite.releases.catalogue import Catalogue
from suite.reports import tables
from suite.studies import lines, runs
from suite.studies.lines import LineProfile, NoProfileError, NotInReleaseError
from suite.terminal.errors import UserMistake
from tests.environments import run_command
from tests.lacking import lacks

NEW, OLD = ("2.1.9", "3.11"), ("0.9.9", "3.8")
MEBIBYTE = 2**20


def environment(release: str, python: str) -> Environment:
    """The release's environment; skips where this machine has no such Python."""
    try:
        return environments.for_release(release, python)
    except UserMistake as mistake:
        if "no Python" in mistake.message:
            lacks(f"needs Python {python}: {mistake.message}")
        raise


@pytest.fixture(scope="module", params=[NEW, OLD], ids=lambda which: "-".join(which))
def profile(request: pytest.FixtureRequest) -> LineProfile:
    where = environment(*request.param)
    return lines.measure(where, "bounced_addresses", "full_entity", 1000)


@pytest.mark.network
def test_lines_are_the_style_s_own_source(profile: LineProfile) -> None:
    source = (ROOT / "benchmarks" / "tasks" / "bounced_addresses.py").read_text().splitlines()
    assert len(profile.lines) > 5
    for line in profile.lines:
        assert line.source == source[line.number - 1]


@pytest.mark.network
def test_increments_add_up_to_the_change_over_the_function(profile: LineProfile) -> None:
    ran = [line for line in profile.lines if line.memory is not None]
    change = sum(line.increment or 0 for line in ran)
    assert profile.start + change == ran[-1].memory
    assert profile.afterwards.returned >= profile.start


@pytest.mark.network
def test_the_query_takes_the_memory_and_the_loop_runs_once_a_row(profile: LineProfile) -> None:
    ran = [line for line in profile.lines if line.memory is not None]
    query = next(line for line in ran if ".all()" in line.source)
    body = next(line for line in ran if "= True" in line.source)
    assert (query.increment or 0) > MEBIBYTE
    assert (query.increment or 0) > 10 * (body.increment or 0)
    assert (query.rounds, body.rounds) == (1, 1000)


@pytest.mark.network
def test_rises_in_a_loop_whose_memory_falls_are_not_counted_twice() -> None:
    where = environment(*NEW)
    profile = lines.measure(where, "bounced_addresses", "yield_per", 10_000)
    ran = [line for line in profile.lines if line.memory is not None]
    highest = max(line.memory or 0 for line in ran)
    assert sum(line.increment or 0 for line in ran) <= highest - profile.start


@pytest.mark.network
def test_a_style_that_the_release_lacks_says_why() -> None:
    with pytest.raises(NotInReleaseError, match="PEP 479"):
        lines.measure(environment(*OLD), "bounced_addresses", "core_iterated", 1000)


@pytest.mark.network
def test_a_style_that_runs_out_of_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY_LIMIT, str(160 * MEBIBYTE))
    with pytest.raises(NoProfileError, match="memory"):
        lines.measure(environment(*NEW), "bounced_addresses", "full_entity", 100_000)


@pytest.mark.network
def test_the_second_run_uses_the_environment_again() -> None:
    environment(*NEW)
    arguments = ["export.columns", "--release", NEW[0], "--rows", "1000", "--format", "markdown"]
    done = run_command("study", "lines", *arguments)
    assert done.returncode == 0, done.stderr
    assert "Installing" not in done.stderr
    assert "| line | memory | increment | rounds | source |" in done.stdout
    assert "1,000 rows" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nosuch"], '"nosuch" is no style of bounced_addresses: '),
        (["nosuch.columns"], '"nosuch" is no task: '),
        (["export."], '"" is no style of export'),
        (["columns", "--release", "2.1.99999"], "not in the catalogue"),
        (["columns", "--release", "0.9.9", "--python", "3.11"], "does not run on Python 3.11"),
        (["columns", "--release", "2.1.9", "--python", "3.8"], "does not run on Python 3.8"),
        (["columns", "--rows", "0"], "0 is not in the range"),
        (["columns", "--format", "html"], "'html' is not one of"),
    ],
)
def test_bad_input_ends_with_2_and_one_line(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2, result.output
    assert words in result.output
    assert "Traceback" not in result.output


def test_a_python_that_is_missing_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path))
    result = CliRunner().invoke(main, ["columns", "--release", "0.9.9"])
    assert result.exit_code == 2
    assert "pyenv install 3.8" in result.output


def test_each_release_has_a_python_that_runs_it() -> None:
    known = {release.version: release for release in Catalogue.load()}
    assert runs.default_python(known["0.9.9"]) == "3.8"
    assert runs.default_python(known["1.2.0"]) == "3.8"
    assert runs.default_python(known["2.1.9"]) == "3.11"


def test_figures_are_printed_in_mib_and_source_keeps_its_indent() -> None:
    source = [
        {"number": 1, "source": "def f(engine):"},
        {"number": 2, "source": "    a = b | c", "memory": 50 * MEBIBYTE, "increment": -1024}
        | {"rounds": 12345},
    ]
    record = {
        "start": 0,
        "lines": source,
        "afterwards": dict.fromkeys(("returned", "collected", "trimmed", "dropped"), 0),
        "measured_with": {},
    }
    outcome = Outcome(Unit("bounced_addresses", "columns", 1000, "lines"), record)
    profile = lines.of(outcome, Environment("2.1.9", "3.11", Path()))
    text = tables.render(lines.table(profile), tables.MARKDOWN)
    assert "| 1 |  |  |  | `` def f(engine): `` |" in text
    assert "&nbsp;&nbsp;&nbsp;&nbsp;`` a = b \\| c `` |" in text
    assert "| 2 | 50.0 MiB | 0.0 MiB | 12,345 |".replace(" MiB", "\u00a0MiB") in text
    assert "column only, .all(): SQLAlchemy 2.1.9, Python 3.11, 1,000 rows" in text
