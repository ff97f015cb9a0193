"""A project whose results are made up, for tests of the commands that compare releases."""

import itertools
import json
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from benchmarks.metrics import BYTES, METRICS, REPEATING
from suite.commands import check_upgrade, find_regression
from suite.figures.tasks import tasks
from suite.measuring import names
from suite.terminal import consoles
from tests import fake_results
from tests.package_index import CLOSED_PORT
from tests.scratch_project import ScratchProject

TASK = "bounced_addresses"
MEMORY = tuple(
    metric.name for metric in METRICS if metric.unit == BYTES and metric.instrument != REPEATING
)
LEFT = tuple(metric.name for metric in METRICS if metric.instrument == REPEATING)
SIZES = (10000, 100000)
# What --format takes.
FORMATS = ("table", "markdown", "json", "junit")
REPEATED = tasks()[TASK].repeated
PROCESS = 48 * 2**20


@dataclass(frozen=True)
class UpgradeProject(ScratchProject):
    """Results of some releases that are all alike, until a test changes one."""

    def check(self, *arguments: str) -> Result:
        """Of the article's task where nothing else is asked for, as nothing else is stored."""
        asked = {"--task", "--style", "--all"} & {*arguments}
        return self.check_all(*arguments, *([] if asked else ["--task", TASK]))

    def check_all(self, *arguments: str) -> Result:
        return self._run(check_upgrade.main, *arguments)

    def find(self, *arguments: str) -> Result:
        return self._run(find_regression.main, *arguments)

    def _run(self, command: click.Command, *arguments: str) -> Result:
        words = [*arguments, "--config", str(self.configuration)]
        return CliRunner().invoke(command, words, catch_exceptions=False)

    def set(
        self,
        release: str,
        style: str,
        value: float | None,
        metric: str,
        rows: Iterable[int] = SIZES,
        task: str = TASK,
    ) -> None:
        """Store a figure, or that there is none."""

        def change(stored: dict[str, Any]) -> None:
            row = stored["results"][names.build(task, metric)]
            for index, (name, size) in enumerate(itertools.product(*row[1])):
                if name == repr(style) and int(size) in rows:
                    row[0][index] = value

        self._edit(self._result(release), change)

    def get(self, release: str, style: str, metric: str, rows: int, task: str = TASK) -> float:
        """A stored figure."""
        row = json.loads(self._result(release).read_text())["results"][names.build(task, metric)]
        keys = list(itertools.product(*row[1]))
        value: float = row[0][keys.index((repr(style), str(rows)))]
        return value

    def scale(
        self,
        release: str,
        style: str,
        factor: float,
        metrics: Iterable[str] = ("track_peak", "track_heap"),
        rows: Iterable[int] = SIZES,
    ) -> None:
        """Multiply stored figures."""
        for metric, size in itertools.product(metrics, rows):
            before = self.get(release, style, metric, size)
            self.set(release, style, before * factor, metric, [size])

    def set_fact(self, release: str, name: str, value: Any) -> None:
        """Change what a release was measured with."""

        def change(journal: dict[str, Any]) -> None:
            journal["measured_with"] = [{**journal["measured_with"][0], name: value}]

        self._edit(self._journal(release), change)

    def record(self, release: str, style: str, **words: Any) -> None:
        """Change what the journal says of a style: skipped="...", failed="...", method=..."""

        def change(journal: dict[str, Any]) -> None:
            for record in journal["records"]:
                if record["style"] == style and record["instrument"] == "resident":
                    record.update(words)

        self._edit(self._journal(release), change)

    def time(self, release: str, style: str, *samples: float, rows: int = 100000) -> None:
        """Store the seconds of a style, each from a process of its own."""
        self.set(release, style, statistics.median(samples), "time_query", [rows])

        def change(journal: dict[str, Any]) -> None:
            for record in journal["records"]:
                if (record["style"], record["rows"], record["instrument"]) == (
                    style,
                    rows,
                    "seconds",
                ):
                    record.update(seconds=statistics.median(samples), samples=samples)

        self._edit(self._journal(release), change)

    def skip(self, release: str, style: str, reason: str) -> None:
        """Let a release skip a style."""
        for metric in (*MEMORY, *LEFT):
            self.set(release, style, float("nan"), metric, [*SIZES, REPEATED])
        self.record(release, style, skipped=reason)

    def _result(self, release: str) -> Path:
        return self.results / fake_results.MACHINE / f"{release}-engine-py3.11.json"

    def _journal(self, release: str) -> Path:
        return self._result(release).with_suffix(".records")

    @staticmethod
    def _edit(path: Path, change: Any) -> None:
        stored = json.loads(path.read_text())
        change(stored)
        path.write_text(json.dumps(stored))


def create(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    releases: Iterable[str],
) -> UpgradeProject:
    """A project with the same figures for each of ``releases``; nothing in it can be installed."""
    releases = list(releases)
    home = folder / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PIP_INDEX_URL", CLOSED_PORT)
    # Whoever runs the tests may have a terminal.
    monkeypatch.setenv("COLUMNS", str(consoles.WIDTH_OF_A_FILE))
    monkeypatch.setenv("SQLALCHEMY_ASV_CACHE", str(folder / "cache"))
    project = UpgradeProject(folder)
    project.write_configuration(install_command=["python -c 'raise SystemExit(1)'"])
    stored = fake_results.write(project.results, releases, sizes=SIZES)
    known = json.loads((stored / "machine.json").read_text())
    del known["version"]
    machines = {fake_results.MACHINE: known, "version": 1}
    (home / ".asv-machine.json").write_text(json.dumps(machines))
    for release in releases:
        project._edit(project._result(release), lambda result: _level(result, releases[0]))
    return project


def _level(result: dict[str, Any], like: str) -> None:
    """Give a release the figures of another, without the differences between releases."""
    for name, row in result["results"].items():
        parsed = names.parse(name)
        assert parsed is not None
        row[2] = parsed.metric.version
        keys = itertools.product(*row[1])
        row[0] = [
            fake_results.value(
                parsed.task, names.style_name(style), int(rows), parsed.metric.name, like
            )
            for style, rows in keys
        ]


def entry(style: str, limit: float, since: str = "2.0.58", metric: str = "heap") -> str:
    """An entry of a file of accepted changes."""
    return (
        f'[[accepted]]\nstyle = "bounced_addresses.{style}"\nmetric = "{metric}"\n'
        f'from = "{since}"\nlimit = {limit}\nreason = "we have the memory"\n'
    )
