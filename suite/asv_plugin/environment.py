"""asv's environments, answered by the engine of this suite: "environment_type": "engine".

asv starts a process of an environment for every metric, style and size. Here it is given what a
warm process has measured; a release's environment is one of suite.measuring.environments. What is
no unit of this suite's, such as the start-up costs, asv runs in the release as it always does.
"""

import atexit
import itertools
import json
import math
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
from asv.console import log
from asv.environment import Environment
from asv.runner import BENCHMARK_RUN_SCRIPT
from asv.util import TIMEOUT_RETCODE, ProcessError, UserError
from rich.console import Console

from suite import database
from suite.asv_plugin import PARENT, QUIET, quiet
from suite.database import Database
from suite.measuring import environments, names, pool, store, surroundings
from suite.measuring.pool import Batch
from suite.measuring.processes import Outcome, Unit
from suite.project import Project
from suite.servers import local, running
from suite.terminal import interruption, progress
from suite.terminal.errors import UserMistake

PROGRESS_SECONDS = 10.0
# The folders of results that this process has claimed.
_claimed: set[Path] = set()


def setup() -> None:
    """Called by asv when it loads the plugin."""
    if QUIET in os.environ:
        quiet.be()


class Engine(Environment):  # type: ignore[misc]
    """One Python, set of requirements and database; the release that it measures changes.

    The database is that of asv's own axis, the variable DATABASE in "env_nobuild" of the matrix, or
    else what SQLALCHEMY_ASV_DATABASE names, a URL too.
    """

    tool_name = names.ENVIRONMENT_TYPE

    def __init__(self, conf: Any, python: str, requirements: Any, tagged_env_vars: Any) -> None:
        if surroundings.is_sampled():
            requirements = {**requirements, **names.SAMPLED_REQUIREMENT}
        self._database = _database(tagged_env_vars)
        tagged_env_vars = {
            ("nobuild", name): value
            for name, value in names.variables_of(self._database.name).items()
        }
        # asv's own constructor asks for the name.
        self._python, self._requirements = python, requirements
        self._is_claimed = False
        super().__init__(conf, python, requirements, tagged_env_vars)
        self._root = Path(conf.benchmark_dir).resolve().parent
        self._project = Project(Path.cwd() / _configuration_name(), self._database)
        self._environment: environments.Environment | None = None
        self._answers: _Answers | None = None
        self._step: Callable[[], None] = log.dot

    @property
    def name(self) -> str:
        """As in the names of results."""
        return names.environment(self._python, self._requirements, self._database.name)

    @property
    def installed_commit_hash(self) -> str | None:
        """The release that it measures now."""
        return None if self._environment is None else self._environment.release

    def create(self) -> None:
        """Nothing is made before a release is named; but from here on, this run is the only one."""
        # With `asv run --parallel` this is a process that ends at once: see `measuring`.
        if multiprocessing.parent_process() is None:
            self._claim()

    def _claim(self) -> None:
        """Claim the results, and let the server run, to the end of this process."""
        if self._is_claimed:
            return
        self._is_claimed = True
        stack = ExitStack()
        atexit.register(stack.close)
        local.stop_left_over()
        with _as_asvs_own_error():
            # asv's axes make several environments, whose results lie in one folder.
            if self._project.results_dir not in _claimed:
                stack.enter_context(store.claimed(self._project))
                _claimed.add(self._project.results_dir)
            # asv's own log is silent where it creates environments.
            stack.enter_context(running.server(self._database, pool.tell))
        if surroundings.is_sampled():
            log.warning(
                "The kernel keeps no mark of resident memory that can be reset:"
                " memory_profiler samples it instead, and can miss a short peak."
                f" Results are stored as {self.name}"
            )

    def install_project(self, conf: Any, repo: Any, commit_hash: str) -> None:
        """Take the environment of a release. Raises asv's ProcessError, which skips the release."""
        try:
            self.take(commit_hash)
        except UserMistake as error:
            log.error(error.message)
            raise ProcessError([], 1, error.message, "") from error

    def take(self, release: str) -> None:
        """Measure this release from now on. Raises UserMistake where it can't be installed."""
        self._environment = None
        own = {
            name: version
            for name, version in self._requirements.items()
            if name not in names.SAMPLED_REQUIREMENT
        }
        self._environment = environments.for_release(
            release, self._python, log.info, self._project, own
        )
        self._path = str(self._environment.folder)
        self._set_commit_hash(release)

    def run(self, args: list[str], **options: Any) -> Any:
        """Answer what the engine has measured; start a process for all else.

        Start-up, which is all else, asks SQLite: on another database it is skipped.
        """
        if args[:2] == [BENCHMARK_RUN_SCRIPT, "run"]:
            _, _, _, benchmark, _, _, result_file = args
            answer = self._answers.to(benchmark, Path(result_file)) if self._answers else None
            if answer is not None:
                return answer
            if self._database != database.SQLITE:
                Path(result_file).write_text(json.dumps(math.nan), encoding="utf-8")
                return "", "", 0
            ended = self.run_executable("python", args, **options)
            if ended[-1]:
                # The reason is the last line that it printed.
                log.warning(f"failed: {benchmark}: {''.join(ended[0].strip().splitlines()[-1:])}")
            self._step()
            return ended
        return self.run_executable("python", args, **options)

    @contextmanager
    def measuring(
        self,
        release: str,
        asked: Mapping[str, Any],
        units: tuple[Unit, ...],
        timeout: float,
        stored: bool,
    ) -> Iterator[None]:
        """Inside, `run` answers for these units, which are kept in the store if ``stored``.

        ``asked`` are asv's descriptions of the benchmarks that they are units of.
        """
        self._claim()
        # With `asv run --parallel`, another process has made sure that it can be installed.
        with _as_asvs_own_error():
            self.take(release)
        assert self._environment is not None
        batch = Batch(self._environment, units, self._database, self._root, timeout=timeout)
        place = store.Place(
            self._project, release, self._python, self._requirements, self._database.name
        )
        with ExitStack() as stack:
            run = stack.enter_context(store.keeping(place, asked)) if stored and units else None
            outcomes = pool.measure(batch)
            stack.callback(outcomes.close)  # type: ignore[attr-defined]
            if QUIET in os.environ:
                self._step = stack.enter_context(self._in_view(asked, units))
            self._answers = _Answers(asked, outcomes, run, self._step)
            try:
                yield
            except (KeyboardInterrupt, UserError):
                # asv turns an interruption into an error of its own, which others are too.
                if run is not None and run.kept and interruption.came() and not _has_parent():
                    release = self._environment.release
                    log.warning(f"Interrupted: what was measured for {release} is kept")
                raise
            finally:
                self._answers, self._step = None, log.dot

    @contextmanager
    def _in_view(
        self, asked: Mapping[str, Any], units: tuple[Unit, ...]
    ) -> Iterator[Callable[[], None]]:
        """Say what is measured, and show a line of how far it is; yields what counts."""
        release = self.installed_commit_hash
        others = [benchmark for name, benchmark in asked.items() if names.parse(name) is None]
        where = "" if self._database == database.SQLITE else f", {self._database.name}"
        what = [*([_words_of(units)] if units else []), *(["start-up"] if others else [])]
        line = f"SQLAlchemy {release}, Python {self._python}{where}: {' and '.join(what)}"
        click.echo(line, err=True)
        # asv goes round what is start-up by itself.
        runs = sum(len(parameter_sets(each)) * each.get("rounds", 1) for each in others)
        total = len(units) + runs
        with progress.steps_of(Console(stderr=True), str(release), total, bool(runs)) as step:
            yield step


class _Answers:
    """What asv is told: from what was measured, which goes on as far as an answer needs."""

    def __init__(
        self,
        asked: Mapping[str, Any],
        outcomes: Iterator[Outcome],
        run: store.Run | None,
        step: Callable[[], None],
    ) -> None:
        self._asked, self._outcomes, self._run, self._step = asked, outcomes, run, step
        self._known: dict[Unit, Outcome] = {}
        self._last_sign = time.monotonic()

    def to(self, benchmark: str, result_file: Path) -> tuple[str, str, int] | None:
        """asv's (output, errors, exit code) for "NAME-INDEX"; None for what is no unit of ours."""
        name, _, index = benchmark.rpartition("-")
        parsed = names.parse(name)
        if parsed is None or name not in self._asked:
            return None
        style, rows = parameter_sets(self._asked[name])[int(index)]
        metric = parsed.metric
        outcome = self._outcome_of(
            Unit(parsed.task, names.style_name(style), int(rows), metric.instrument)
        )
        if outcome is None:
            return None
        if outcome.failed:
            late = outcome.record.get("timed_out")
            return outcome.failed, "", TIMEOUT_RETCODE if late else 1
        value: Any = store.value_of(outcome.record, metric.figure)
        if metric.unit == "seconds" and not math.isnan(value):
            value = {"samples": outcome.record["samples"], "number": 1}
        result_file.write_text(json.dumps(value), encoding="utf-8")
        return "", "", 0

    def _outcome_of(self, unit: Unit) -> Outcome | None:
        while unit not in self._known:
            with _as_asvs_own_error():
                outcome = next(self._outcomes, None)
            if outcome is None:
                return None
            self._known[outcome.unit] = outcome
            if self._run is not None:
                self._run.keep(outcome)
            if outcome.failed:
                log.warning(outcome.failure)
            self._give_sign(outcome.unit)
        return self._known[unit]

    def _give_sign(self, unit: Unit) -> None:
        """asv is silent while a benchmark goes through its parameters, which can take minutes."""
        self._step()
        if not sys.stdout.isatty() and time.monotonic() > self._last_sign + PROGRESS_SECONDS:
            self._last_sign = time.monotonic()
            log.info(f"measured {unit.task}.{unit.style} at {unit.rows:,} rows")


def parameter_sets(benchmark: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """A benchmark's combinations of parameters, in asv's order."""
    return list(itertools.product(*benchmark["params"])) or [()]


def units_of(benchmarks: Any) -> tuple[Unit, ...]:
    """What has to be measured for the benchmarks that asv has selected, each once."""
    found: dict[Unit, None] = {}
    for name, benchmark in benchmarks.items():
        parsed = names.parse(name)
        if parsed is None:
            continue
        sets = parameter_sets(benchmark)
        for index in benchmarks.benchmark_selection[name]:
            style, rows = sets[index]
            unit = Unit(parsed.task, names.style_name(style), int(rows), parsed.metric.instrument)
            found[unit] = None
    return tuple(found)


@contextmanager
def _as_asvs_own_error() -> Iterator[None]:
    """asv prints its own UserError as one line, and ends."""
    try:
        yield
    except UserMistake as error:
        raise UserError(error.message) from error


def _database(tagged_env_vars: Mapping[tuple[str, str], str]) -> Database:
    with _as_asvs_own_error():
        named = tagged_env_vars.get(("nobuild", names.DATABASE))
        if named and "://" in named:
            raise UserMistake(
                f"asv's matrix holds the URL of a server ({names.DATABASE}), which ends where"
                f" everybody reads it: name it with the variable {database.VARIABLE} instead"
            )
        named = named or os.environ.get(database.VARIABLE)
        return database.named(named) if named else database.SQLITE


def _words_of(units: tuple[Unit, ...]) -> str:
    styles = {(unit.task, unit.style) for unit in units}
    tasks = list(dict.fromkeys(task for task, _ in styles))
    named = tasks[0] if len(tasks) == 1 else f"{len(tasks)} tasks"
    return f"{named} ({len(styles)} style{'' if len(styles) == 1 else 's'})"


def _has_parent() -> bool:
    """Whether a command of this suite has started asv, which speaks for itself."""
    return PARENT in os.environ


def _configuration_name() -> str:
    """The configuration that this asv was started with; asv works in its folder."""
    from asv.commands import make_argparser

    asked, _ = make_argparser()[0].parse_known_args(sys.argv[1:])
    return Path(asked.config).name if asked.config else "asv.conf.json"
