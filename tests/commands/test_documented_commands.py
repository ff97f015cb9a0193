"""Every command that a document or a workflow shows, run until it would begin to measure.

The names of these tests are the list of the commands: pytest --collect-only -q shows it.
"""

import itertools
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from asv.commands import make_argparser
from click.testing import CliRunner
from markdown_it import MarkdownIt
from ruamel.yaml import YAML

from suite.commands import bench, check_upgrade, find_regression, publish, seed, show, study
from suite.project import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
COMMANDS: dict[str, click.Command] = {
    "bench": bench.main,
    "check-upgrade": check_upgrade.main,
    "find-regression": find_regression.main,
    "publish": publish.main,
    "seed": seed.main,
    "show": show.main,
    "study": study.main,
}
# Where a command has understood its arguments, and would measure, read results or write.
BOUNDARIES = (
    "suite.upgrade.checking.check",
    "suite.studies.runs.environment",
    "suite.studies.ten_years.points",
    "suite.studies.seed_speed.naive",
    "suite.measuring.store.read_records",
    "suite.measuring.results.read",
    "suite.reports.fixture.describe",
    "suite.releases.catalogue.refresh",
    "suite.commands.bench.asv",
    "suite.commands.publish.run",
    "suite.servers.loading.drop",
    "fixtures.cache.ensure_at",
)
SCRIPT = re.compile(r"(?:^|[\s|(])(?:[\w-]+/)?scripts/([\w-]+)(.*)")
ASV = re.compile(r"(?:\.venv/bin/|scripts/in-venv )asv (.*)")
TESTS = re.compile(r"\btests/[\w./]+")
SHELL = ("sh", "console")
HERE_DOCUMENT = re.compile(r"<<'(\w+)'$")
# What a shell block may hold beside the commands of scripts/ and asv's: scripts that tests of their
# own run, and tools of others, which no test runs.
RUN_ELSEWHERE = re.compile(
    r"scripts/test\b|(\w+=\w+ )?\.venv/bin/(python -m )?pytest |.* docs/evidence/worse/\w+\.py"
)
TOOLS = re.compile(
    r"python3 -m http\.server |sqlite3 FILE |cat > /tmp/memray/|export PYTHONPATH=|/tmp/memray/bin/"
    r"|\.venv/bin/uv (venv|pip install) "
)
PLACEHOLDER = re.compile(r"\[.*|\.\.\.|[A-Z]+(\.[A-Z]+)?")
END_OF_COMMAND = re.compile(r"[|;]|>>?|&&")


class ReachedError(Exception):
    """The arguments were understood."""


def shown(path: Path) -> Iterator[str]:
    """The lines of code in a document, and the commands of a workflow, as they are typed."""
    if path.suffix == ".yml":
        yield from run_lines(path.read_text())
        return
    tokens = MarkdownIt("commonmark").parse(path.read_text())
    # A table is plain text to CommonMark, so what is code in it is found there too.
    for token in (*tokens, *(child for block in tokens for child in block.children or [])):
        if token.type == "code_inline":
            yield " ".join(token.content.split())
        elif token.type == "fence" and token.info == "yaml":
            yield from run_lines(token.content)
        elif token.type in ("fence", "code_block"):
            yield from token.content.splitlines()


def typed(path: Path) -> Iterator[str]:
    """What is typed into a shell, by a document: each command with its here-document."""
    for token in MarkdownIt("commonmark").parse(path.read_text()):
        if token.type == "code_block" or (token.type == "fence" and token.info in SHELL):
            lines = iter(token.content.replace("\\\n", "").splitlines())
            for line in lines:
                command = [line.strip().removeprefix("$ ")]
                if ends := HERE_DOCUMENT.search(line):
                    command += itertools.takewhile(ends[1].__ne__, lines)
                yield "\n".join(command)


def run_lines(workflow: str) -> Iterator[str]:
    loaded = YAML(typ="safe").load(workflow)
    steps = (
        loaded
        if isinstance(loaded, list)
        else (step for job in loaded["jobs"].values() for step in job["steps"])
    )
    for step in steps:
        yield from str(step.get("run", "")).splitlines()


def words(rest: str) -> list[str]:
    """A command's arguments, as a shell would hand them over."""
    rest = rest.replace("<(git show main:poetry.lock)", "main.lock")
    rest = rest.replace("$GITHUB_BASE_REF", "main")
    found = []
    for word in shlex.split(rest, comments=True):
        if END_OF_COMMAND.fullmatch(word):
            break
        found.append(word)
    return found


def commands_of_scripts() -> Iterator[tuple[str, list[str]]]:
    for path in (*DOCUMENTS, *WORKFLOWS):
        for line in shown(path):
            for name, rest in SCRIPT.findall(line):
                arguments = words(rest)
                known = name in COMMANDS
                if known and not any(PLACEHOLDER.fullmatch(word) for word in arguments):
                    yield name, arguments


# Named in a sentence, and nothing to type.
MENTIONS = {
    ("check-upgrade", ()),
    ("find-regression", ()),
    ("seed", ("--show",)),
    ("study", ("lines",)),
    ("seed", ("--drop",)),
}
SHOWN = sorted({(name, tuple(words)) for name, words in commands_of_scripts()} - MENTIONS)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with the files that documents name: pinned to a newer release than in main."""
    folder = tmp_path_factory.mktemp("repository")

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@b.c")
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)

    def pin(release: str, *names: str) -> None:
        for name in names:
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            if path.suffix == ".lock":
                path.write_text(f'[[package]]\nname = "sqlalchemy"\nversion = "{release}"\n')
            else:
                path.write_text(f"SQLAlchemy=={release}\n")

    git("init", "--quiet", "--initial-branch", "main")
    pin("2.0.57", "requirements.txt", "poetry.lock", "base/requirements.txt", "main.lock")
    git("add", ".")
    git("commit", "--quiet", "--message", "pinned")
    git("update-ref", "refs/remotes/origin/main", "main")
    pin("2.0.58", "requirements.txt", "poetry.lock")
    pin("2.1.9", "new/requirements.txt")
    (folder / ".github").symlink_to(ROOT / ".github")
    return folder


@pytest.fixture
def workplace(repository: Path, offline: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands are typed in."""
    monkeypatch.chdir(repository)
    return repository


@pytest.mark.parametrize(
    ("name", "arguments"), SHOWN, ids=[f"{name} {' '.join(words)}" for name, words in SHOWN]
)
def test_a_command_that_is_shown_understands_its_arguments(
    workplace: Path, monkeypatch: pytest.MonkeyPatch, name: str, arguments: tuple[str, ...]
) -> None:
    ended = run(monkeypatch, name, arguments)
    assert ended is None or ended.exit_code == 0, ended.output


def run(
    monkeypatch: pytest.MonkeyPatch, name: str, arguments: tuple[str, ...]
) -> click.testing.Result | None:
    """How a command ended; None where it got as far as measuring."""

    def reached(*arguments: object, **options: object) -> None:
        raise ReachedError

    for boundary in BOUNDARIES:
        monkeypatch.setattr(boundary, reached)
    try:
        return CliRunner().invoke(
            COMMANDS[name], arguments, input="SQLAlchemy==2.0.58\n", catch_exceptions=False
        )
    except ReachedError:
        return None


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("check-upgrade", ("2.0.57", "2.0.58", "--task", "history", "--style", "joined")),
        ("find-regression", ("bounced_addresses.columns", "2.0.57", "2.0.58", "--metrics", "heap")),
        ("bench", ("--nosuch",)),
        ("study", ("noise", "2.0.58", "--style", "nosuch")),
    ],
)
def test_a_wrong_one_would_be_found(
    workplace: Path, monkeypatch: pytest.MonkeyPatch, name: str, arguments: tuple[str, ...]
) -> None:
    ended = run(monkeypatch, name, arguments)
    assert ended is not None
    assert ended.exit_code == 2


def test_commands_are_found_where_they_stand() -> None:
    assert {name for name, _ in SHOWN} == set(COMMANDS)
    assert ("check-upgrade", ("1.4", "2.0")) in SHOWN  # a block
    assert ("publish", ()) in SHOWN  # a sentence
    assert ("check-upgrade", ("-", "2.1.9")) in SHOWN  # behind a pipe
    assert any(words[:1] == ("origin/main:requirements.txt",) for _, words in SHOWN)  # YAML
    assert len(SHOWN) > 30


ASKED_OF_ASV = sorted(
    {
        tuple(words(rest))
        for path in (*DOCUMENTS, *WORKFLOWS)
        for line in shown(path)
        for rest in ASV.findall(line)
    }
)


@pytest.mark.parametrize("arguments", ASKED_OF_ASV, ids=" ".join)
def test_asv_understands_what_is_shown(arguments: tuple[str, ...]) -> None:
    make_argparser()[0].parse_args(arguments)


def test_every_command_to_type_is_one_that_a_test_runs() -> None:
    commands = [command for path in DOCUMENTS for command in typed(path)]
    known = re.compile("|".join(rf"scripts/{name}\b" for name in COMMANDS))
    unknown = [
        command
        for command in commands
        if not (known.search(command) or ASV.search(command))
        and not (RUN_ELSEWHERE.match(command) or TOOLS.match(command))
        and "\n" not in command  # the code of these is checked below
    ]
    assert len(commands) > 50
    assert unknown == []


def test_code_in_a_command_is_python() -> None:
    commands = [command for path in DOCUMENTS for command in typed(path)]
    codes = [command.partition("\n")[2] for command in commands if "\n" in command]
    assert codes
    for code in codes:
        compile(code, "a document", "exec")


def test_tests_that_are_named_exist() -> None:
    lines = [line for path in DOCUMENTS for line in shown(path)]
    named = {name for line in lines for name in TESTS.findall(line)}
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def slug(heading: str) -> str:
    """A heading as GitHub names it in an address."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files_and_headings_that_exist(path: Path) -> None:
    lost = []
    for token in MarkdownIt("commonmark").parse(path.read_text()):
        for child in token.children or []:
            address = str(child.attrs.get("href") or child.attrs.get("src") or "")
            name, _, anchor = address.partition("#")
            target = path.parent / name if name else path
            if address and "://" not in address and not _has(target, anchor):
                lost.append(address)
    assert lost == []


def _has(target: Path, anchor: str) -> bool:
    if not anchor:
        return target.exists()
    headings = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
    return anchor in map(slug, headings)
