"""Where asv 0.6.6 has to be told that a revision is a release. An asv plugin: see asv.conf.json.

asv has no hook for any of this, so the functions below are put in the place of asv's own. Each
says what asv would do otherwise. tests/test_asv.py runs asv for real over all of them.
"""

import atexit
import operator
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from asv import results, runner, util
from asv.benchmarks import Benchmarks
from asv.commands import asv_profiling, find, publish, run
from asv.console import log
from asv.environment import Environment
from asv.machine import Machine
from asv.repo import get_repo
from filelock import FileLock, Timeout

from suite import journal, measuring_environment, recorded
from suite.observer import Observer
from suite.releases import HISTORY


def setup() -> None:
    """Called by asv when it loads the plugin."""
    measuring_environment.prepare()
    sys.excepthook = say_in_one_line
    results.get_result_hash_from_prefix = find_exact_version
    util.hash_equal = asv_profiling.hash_equal = operator.eq
    Benchmarks.discover = check_python_first(Benchmarks.discover)
    publish.Publish.run = publish_one_history(publish.Publish.run)
    run.skip_benchmarks = keep_earlier_results(run.skip_benchmarks)
    results.Results.load_data = mark_what_is_stored(results.Results.load_data)
    runner._run_benchmark_single_param = Observer.watch(
        recorded.ask_first(runner._run_benchmark_single_param)
    )
    Machine.load = keep_sampled_apart(Machine.load)
    for command in (run, find):
        command.run_benchmarks = keep_everything_measured(command.run_benchmarks)


def find_exact_version(results_dir: str, machine: str, version: str) -> str | None:
    """asv matches prefixes, as of hashes, and calls 2.0.5 ambiguous where 2.0.50 has results too.

    Its file names hold the first eight characters, which are unique among releases.
    """
    stored = version[:8]
    for _, name, owner in results.iter_results_paths(str(Path(results_dir) / machine)):
        if owner == machine and name.split("-")[0] == stored:
            return stored
    return None


def check_python_first(discover: Any) -> Any:
    """asv would install, and fail to import, releases that do not run on the environment's Python.

    Takes them out of the list of releases that asv is about to measure; raises asv's UserError
    where none is left.
    """

    def with_runnable_only(
        cls: Any, /, conf: Any, repo: Any, environments: Any, releases: list[str], **options: Any
    ) -> Any:
        claim_environments(Path(conf.env_dir))
        for release in list(releases):
            try:
                repo.require_python(release, environments[0].python)
            except util.UserError as error:
                if len(releases) == 1:
                    raise
                log.warning(f"left out: {error}")
                releases.remove(release)
        return discover.__func__(cls, conf, repo, environments, releases, **options)

    return classmethod(with_runnable_only)


def claim_environments(folder: Path) -> None:
    """Two runs would install their releases over each other, and measure the wrong one.

    The claim ends with this process. Raises asv's UserError where another one holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "measuring.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise util.UserError(
            f"another run is measuring with the environments in {folder}: wait until it ends"
        ) from None
    atexit.register(lock.release)


def publish_one_history(run_publish: Callable[..., Any]) -> Any:
    """asv draws a graph, and lists a regression, for each branch; releases are one history."""

    def with_one_branch(cls: type, conf: Any, *arguments: Any, **options: Any) -> Any:
        if (range_spec := arguments[0] if arguments else options.get("range_spec")) is not None:
            # asv deletes the published pages before it finds that the range is none.
            get_repo(conf).get_hashes_from_range(range_spec)
        conf.branches = [HISTORY]
        return run_publish.__func__(cls, conf, *arguments, **options)  # type: ignore[attr-defined]

    return classmethod(with_one_branch)


def keep_sampled_apart(load: Any) -> Any:
    """asv would compare figures that were sampled with exact ones of the same machine."""

    def with_name(cls: type, /, *arguments: Any, **options: Any) -> Any:
        machine = load.__func__(cls, *arguments, **options)
        name = measuring_environment.name_among_results(machine.machine)
        if name != machine.machine:
            log.warning(
                "The kernel keeps no mark of resident memory that can be reset: memory_profiler"
                f" samples it instead, and can miss a short peak. Results are stored as {name}"
            )
            machine.machine = name
        return machine

    return classmethod(with_name)


def keep_earlier_results(skip: Callable[..., Any]) -> Callable[..., Any]:
    """asv overwrites a release's stored figures with nulls where its installation fails."""

    def skip_only_unmeasured(benchmarks: Benchmarks, env: Environment, results: Any) -> Any:
        measured = results.get_result_keys(benchmarks)
        skip(benchmarks.filter_out(measured), env, results=results)
        # asv takes its exit code from here, and does not store it.
        results.errcode.update(dict.fromkeys(measured, 1))
        return results

    return skip_only_unmeasured


def keep_everything_measured(run_benchmarks: Callable[..., Any]) -> Callable[..., Any]:
    """asv drops what an interrupted release has measured, and stores no reason for a failure."""

    def with_journal(benchmarks: Benchmarks, env: Environment, **options: Any) -> Any:
        set_timeout(benchmarks, options.get("extra_params") or {})
        result = options["results"]
        observer = Observer.current = Observer()
        with folder_for(result, benchmarks._conf) as folder:
            own_journal = journal.path_for(folder / result._filename)
            try:
                with measuring_environment.records_in(journal.open_run(own_journal)):
                    return run_benchmarks(benchmarks, env, **options)
            except (KeyboardInterrupt, util.UserError):
                observer.add_unfinished(result)
                result.save(str(folder))
                if is_stored(result):
                    log.warning(f"Interrupted: what was measured for {result.commit_hash} is kept")
                raise
            finally:
                say_what_was_missing(result)
                for record in journal.close_run(own_journal, observer.ends):
                    log.warning(journal.describe_failure(record))

    return with_journal


def mark_what_is_stored(load_data: Callable[..., None]) -> Callable[..., None]:
    """asv loads a release's figures just where it will store them again: not for --dry-run."""

    def with_mark(result: Any, results_dir: str) -> None:
        result.is_stored = True
        load_data(result, results_dir)

    return with_mark


def is_stored(result: Any) -> bool:
    """Whether asv will store a result."""
    return bool(getattr(result, "is_stored", False))


@contextmanager
def folder_for(result: Any, conf: Any) -> Iterator[Path]:
    """Where a result and its journal go: what asv does not store is gone at the end."""
    if is_stored(result):
        yield Path(conf.results_dir)
    else:
        with tempfile.TemporaryDirectory(prefix="sqlalchemy-asv-") as folder:
            yield Path(folder)


def say_what_was_missing(result: Any) -> None:
    """asv says that setup_cache failed, and keeps to itself why."""
    said = (line for text in result.stderr.values() for line in (text or "").splitlines())
    for line in sorted({line for line in said if line.startswith("the fixture is missing")}):
        log.error(line)


def set_timeout(benchmarks: Benchmarks, attributes: dict[str, Any]) -> None:
    """asv passes over `--attribute timeout=5` where a benchmark has a time limit of its own."""
    if "timeout" in attributes:
        for benchmark in benchmarks.values():
            benchmark["timeout"] = attributes["timeout"]


def say_in_one_line(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """asv prints a traceback for Ctrl-C and for a command that failed."""
    log.flush()
    if issubclass(kind, KeyboardInterrupt):
        print("Interrupted: what was measured is kept.", file=sys.stderr)
    elif isinstance(error, util.ProcessError) and "No interpreter found" in str(error.stderr):
        python = next(word for word in error.args if word.startswith("--python="))
        version = python.removeprefix("--python=")
        print(
            f"sqlalchemy-asv: no Python {version} was found to measure with: install it"
            f" (pyenv install {version}, or your system's python{version}) and run again",
            file=sys.stderr,
        )
    elif isinstance(error, util.ProcessError):
        print(f"sqlalchemy-asv: {error}: see its output above", file=sys.stderr)
    elif not isinstance(error, BrokenPipeError):
        sys.__excepthook__(kind, error, traceback)
