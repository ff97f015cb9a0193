"""All styles of a task give the same answer in every release, and asv runs each of them."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import registry
from benchmarks.compat import version_numbers
from suite.project import ROOT
from tests.environments import environment, run
from tests.inside.answers import ROWS, described
from tests.inside.truth import truth

LONGEST_LABEL = 45

# Why SQLite by its own driver can't run a style, whatever the release.
NEEDS_ASYNC, NO_SERVER = "needs an async driver", "no server-side cursors"

# Tasks whose answers are numbers of rows.
NUMBERS = ("campaigns", "how_many")

NEWEST = [
    ("1.3.24", "3.11"),
    ("1.4.54", "3.11"),
    ("2.0.58", "3.11"),
    ("2.1.9", "3.11"),
]
# The first release of the 2.0-style API, and what only Python 3.8 runs.
OLDER = [
    ("1.4.0", "3.11"),
    ("0.9.9", "3.8"),
    ("1.0.19", "3.8"),
    ("1.1.18", "3.8"),
    ("1.2.19", "3.8"),
]


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """The answer to every task."""
    return truth()


@pytest.mark.network
@pytest.mark.parametrize(("release", "python"), NEWEST + OLDER)
def test_every_style_gives_the_same_answer(
    release: str, python: str, expected: dict[str, Any]
) -> None:
    ended = run(environment(release, python), "-m", "tests.inside.answers")
    assert ended.returncode == 0, ended.stderr
    answers = json.loads(ended.stdout)
    assert list(answers) == list(expected)
    for task, by_style in answers.items():
        styles = registry.load(task).styles
        assert list(by_style) == list(styles)
        for style, answer in by_style.items():
            if (reason := reason_to_skip(styles[style], release)) is not None:
                assert reason in answer["skipped"]
            else:
                assert answer == described(expected[task]), f"{task}, {style}: {answer}"


def reason_to_skip(style: Any, release: str) -> str | None:
    """Why SQLite by its own driver can't run a style."""
    version = version_numbers(release)
    if style.since and version < version_numbers(style.since):
        return f"needs SQLAlchemy {style.since}"
    wrong = style.wrong
    if wrong and version_numbers(wrong.first) <= version < version_numbers(wrong.fixed):
        return f"until {wrong.fixed}"
    if style.is_async:
        return NEEDS_ASYNC
    return NO_SERVER if style.name == "server_cursor" else None


@pytest.mark.network
def test_styles_give_what_they_say() -> None:
    ended = run(environment("2.1.9", "3.11"), "-m", "tests.inside.given")
    assert ended.returncode == 0, ended.stderr
    for task, seen in json.loads(ended.stdout).items():
        # A number alone, which needs no object, however it is come by.
        kinds = {registry.OBJECTS: registry.VALUES} if task in NUMBERS else {}
        said = {style: registry.load(task).styles[style].gives for style in seen}
        assert said == {style: kinds.get(kind, kind) for style, kind in seen.items()}, task


def test_the_truth_tells_answers_apart(expected: dict[str, Any]) -> None:
    for answer in expected.values():
        if isinstance(answer, dict):
            (name, value), *others = answer.items()
            # Releases return rows in orders of their own.
            assert described(dict([*others, (name, value)])) == described(answer)
            wrong: list[Any] = [dict(others), {**answer, name: (value, "more")}, list(answer)]
        else:
            wrong = [answer * 2, {answer: answer}, str(answer) + " "]
        for each in wrong:
            assert described(each) != described(answer)
    assert len(expected["bounced_addresses"]) == expected["how_many"] == ROWS["mailing"]
    assert max(expected["history"].values()) > 1 < max(expected["campaigns"].values())


@pytest.mark.parametrize("task", registry.task_names())
def test_every_style_has_a_label_of_its_own(task: str) -> None:
    styles = registry.load(task).styles.values()
    labels = [style.label for style in styles]
    assert len(set(labels)) == len(labels)
    for style in styles:
        assert "\n" not in style.function.__doc__.strip()
        assert 0 < len(style.label) <= LONGEST_LABEL, style.label


@pytest.mark.parametrize("task", registry.task_names())
def test_the_documentation_lists_every_style_and_its_label(task: str) -> None:
    document = (ROOT / "docs" / "using" / "styles.md").read_text()
    section = document.partition(f": `{task}`\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \| (.*?) \|", section, re.MULTILINE)
    styles = registry.load(task).styles.values()
    assert listed == [(style.name, style.label) for style in styles]


def test_asv_runs_every_style_and_metric() -> None:
    ended = _discovered(ROOT)
    assert (ended.returncode, ended.stdout.strip()) == (0, ""), ended.stdout + ended.stderr


MISTAKES = {
    "a metric without asv's prefix": (
        "metrics.py",
        '"track_leaked"',
        '"trak_leaked"',
        "tasks.export.Styles.trak_leaked: asv finds no such benchmark",
    ),
    "a method that is no metric": (
        "declared.py",
        "    def time_query(self, style, rows):",
        "    def trackpeak(self, style, rows):\n        return 1\n\n"
        "    def time_query(self, style, rows):",
        "DeclaredStyles.trackpeak: no metric is called so",
    ),
    "a style without its decorator": (
        "tasks/export.py",
        "@task.style(gives=VALUES)\ndef columns(",
        "def columns(",
        "export.columns: is public and not a style",
    ),
    "a style that replaces another": (
        "tasks/export.py",
        "def columns_yield_per(",
        "def columns(",
        "ValueError: export.columns is there already: give the function another name",
    ),
    "a style that yields": (
        "tasks/export.py",
        '    """all columns, yield_per(1000)"""\n',
        '    """all columns, yield_per(1000)"""\n    yield\n',
        "TypeError: export.columns_yield_per yields: a style is called with an engine, and returns",
    ),
    "a style without a label": (
        "tasks/export.py",
        '    """all columns, yield_per(1000)"""\n',
        "",
        "ValueError: export.columns_yield_per has no docstring, whose first line is its label",
    ),
    "a style below what asv is told": (
        "tasks/how_many.py",
        "class Styles(DeclaredStyles):\n",
        "class Styles(DeclaredStyles):\n    task = task\n\n\n@task.style()\n"
        "def late(engine):\n    'late'\n\n\nclass Again(DeclaredStyles):\n",
        "ValueError: how_many.late stands below the task's Styles: move it above",
    ),
    "a task that asv is not told of": (
        "tasks/how_many.py",
        "class Styles(DeclaredStyles):",
        "class Styles:",
        "tasks.how_many.Styles.track_heap: asv finds no such benchmark",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_asv_would_never_run_is_found(mistake: str, tmp_path: Path) -> None:
    file, right, wrong, expected = MISTAKES[mistake]
    for folder in ("benchmarks", "fixtures", "suite", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    source = tmp_path / "benchmarks" / file
    assert right in source.read_text()
    source.write_text(source.read_text().replace(right, wrong))
    ended = _discovered(tmp_path)
    assert ended.returncode == 1
    assert expected in (ended.stdout + ended.stderr).splitlines()


def test_a_decorator_without_parentheses_registers_too() -> None:
    task = registry.Task("task", "a question", rows=(10,))

    def bare(engine: Any) -> None:
        """a label"""

    assert task.style(bare) is bare
    assert task.styles["bare"].label == "a label"


def test_styles_that_a_loop_makes_are_styles() -> None:
    task = registry.Task("task", "a question", rows=(10,))

    def made(size: int) -> Any:
        def style(engine: Any) -> int:
            return size

        style.__name__, style.__doc__ = f"chunks_of_{size}", f"in chunks of {size}"
        return style

    for size in (10, 100):
        task.style(made(size))
    assert {name: style.function(None) for name, style in task.styles.items()} == {
        "chunks_of_10": 10,
        "chunks_of_100": 100,
    }


def _discovered(root: Path) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "tests.inside.discovered", folder=root, project=root)
