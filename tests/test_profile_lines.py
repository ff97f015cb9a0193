"""A style line by line: the readings for real on two releases, how they are printed, bad input."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from suite import environments, line_profile
from suite.asv_commands import ROOT
from suite.catalogue import Catalogue
from suite.commands.profile_lines import main
from suite.environments import Environment
from suite.errors import UserMistake
from suite.line_profile import LineProfile, NoProfileError, NotInReleaseError

NEW, OLD = ("2.1.9", "3.11"), ("0.9.9", "3.8")
MEBIBYTE = 2**20


def environment(release: str, python: str) -> Environment:
    """The release's environment; skips where this machine has no such Python."""
    try:
        return environments.for_release(release, python)
    except UserMistake as mistake:
        if "no Python" in mistake.message:
            pytest.skip(f"needs Python {python}: {mistake.message}")
        raise


@pytest.fixture(scope="module", params=[NEW, OLD], ids=lambda which: "-".join(which))
def profile(request: pytest.FixtureRequest) -> LineProfile:
    where = environment(*request.param)
    return line_profile.measure(where, "bounced_addresses", "full_entity", 1000)


@pytest.mark.network
def test_lines_are_the_style_s_own_source(profile: LineProfile) -> None:
    source = (ROOT / "benchmarks" / "bounced_addresses.py").read_text().splitlines()
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
    profile = line_profile.measure(where, "bounced_addresses", "yield_per", 10_000)
    ran = [line for line in profile.lines if line.memory is not None]
    highest = max(line.memory or 0 for line in ran)
    assert sum(line.increment or 0 for line in ran) <= highest - profile.start


@pytest.mark.network
def test_a_style_that_the_release_lacks_says_why() -> None:
    with pytest.raises(NotInReleaseError, match="PEP 479"):
        line_profile.measure(environment(*OLD), "bounced_addresses", "core_iterated", 1000)


@pytest.mark.network
def test_a_style_that_runs_out_of_memory_says_so() -> None:
    limit = {"SQLALCHEMY_ASV_MEMORY_LIMIT": str(120 * MEBIBYTE)}
    with pytest.raises(NoProfileError, match="memory"):
        line_profile.measure(environment(*NEW), "bounced_addresses", "full_entity", 100_000, limit)


@pytest.mark.network
def test_the_second_run_uses_the_environment_again() -> None:
    environment(*NEW)
    command = [str(ROOT / "scripts" / "profile-lines"), "export.columns", "--release", NEW[0]]
    done = subprocess.run(
        [*command, "--rows", "1000", "--format", "markdown"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "Installing" not in done.stderr
    assert "| line | memory | increment | rounds | source |" in done.stdout
    assert "1,000 rows" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nosuch"], "has no style nosuch: name one of"),
        (["nosuch.columns"], "there is no task nosuch: name one of"),
        (["export."], "export has no style"),
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


@pytest.mark.parametrize("output", ["", "{}", '{"lines": 1}', "Traceback"])
def test_output_that_is_no_profile_is_named(output: str) -> None:
    with pytest.raises(NoProfileError, match="can't be read"):
        line_profile.parse(output, Environment("2.1.9", "3.11", Path()))


def test_each_release_has_a_python_that_runs_it() -> None:
    known = {release.version: release for release in Catalogue.load()}
    assert line_profile.default_python(known["0.9.9"]) == "3.8"
    assert line_profile.default_python(known["1.2.0"]) == "3.8"
    assert line_profile.default_python(known["2.1.9"]) == "3.11"


def test_figures_are_printed_in_mib_and_source_keeps_its_indent() -> None:
    lines = [
        {"number": 1, "source": "def f(engine):"},
        {"number": 2, "source": "    a = b | c", "memory": 50 * MEBIBYTE, "increment": -1024}
        | {"rounds": 12345},
    ]
    stored = {
        "task": "bounced_addresses",
        "style": "columns",
        "rows": 1000,
        "start": 0,
        "lines": lines,
        "afterwards": dict.fromkeys(("returned", "collected", "trimmed", "dropped"), 0),
        "measured_with": {},
    }
    profile = line_profile.parse(json.dumps(stored), Environment("2.1.9", "3.11", Path()))
    text = line_profile.as_markdown(profile)
    assert "| 1 |  |  |  | `` def f(engine): `` |" in text
    assert "| 2 | 50.0 MiB | 0.0 MiB | 12,345 | &nbsp;&nbsp;&nbsp;&nbsp;`` a = b \\| c `` |" in text
    assert "column only, .all(): SQLAlchemy 2.1.9, Python 3.11, 1,000 rows" in text
