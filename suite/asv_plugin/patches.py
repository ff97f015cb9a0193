"""Where asv 0.6.6 has to be told that a revision is a release. An asv plugin: see asv.conf.json.

What asv has a door for is in the other modules of this folder; for the rest, the functions below
are put in the place of asv's own. Each says what asv would do otherwise, and what would make it
unnecessary. tests/asv_plugin runs asv for real over all of them.

All that is patched of asv's Python:

1. `find_exact_version`, and `hash_equal` with it: versions are compared whole.
2. `let_the_engine_measure`: the engine learns beforehand what will be asked.
3. `keep_earlier_results`: a failed installation overwrites nothing.
4. `describe_unasked`: this machine is described without questions, and without a home.
5. `end_in_order`: what interrupts asv ends it with what was measured, and without a traceback.
6. `publish_one_history`, in suite/site/plugin.py: one graph, where asv draws one for each series,
   in a folder of a site that is put in the place of the published one when it is whole.
7. The reader of sound results, in suite/site/plugin.py: a damaged file is named once.
8. `keep_files_whole`: an unreadable file is passed over, set aside before it would be overwritten,
   and none is half-written.
"""

import atexit
import operator
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from asv import machine, results, util
from asv.benchmarks import Benchmarks
from asv.commands import asv_profiling, compare, find, make_argparser, run, show
from asv.console import log

from suite.asv_plugin import PARENT
from suite.asv_plugin.environment import Engine, units_of
from suite.measuring import files, machines, surroundings
from suite.terminal import interruption
from suite.terminal.errors import UserMistake


def setup() -> None:
    """Called by asv when it loads the plugin."""
    surroundings.fix_addresses()
    end_in_order()
    describe_unasked()
    keep_files_whole()
    results.get_result_hash_from_prefix = find_exact_version
    util.hash_equal = asv_profiling.hash_equal = operator.eq
    for command in (run, find):
        command.run_benchmarks = let_the_engine_measure(command.run_benchmarks)
    run.skip_benchmarks = keep_earlier_results


def find_exact_version(results_dir: str, machine: str, version: str) -> str | None:
    """asv matches prefixes, as of hashes, and calls 2.0.5 ambiguous where 2.0.50 has results too.

    Its file names hold the first eight characters, which are unique among releases. Unnecessary
    once asv asks its Repo whether two revisions are the same.
    """
    stored = version[:8]
    for _, name, owner in results.iter_results_paths(str(Path(results_dir) / machine)):
        if owner == machine and name.split("-")[0] == stored:
            return stored
    return None


def let_the_engine_measure(run_benchmarks: Callable[..., Any]) -> Callable[..., Any]:
    """asv asks an environment for one figure at a time, and drops all of an interrupted release.

    Told beforehand what will be asked, the engine measures two at a time, and keeps each.
    Unnecessary once asv tells an Environment which benchmarks it is about to run.
    """

    def with_engine(benchmarks: Benchmarks, env: Any, **options: Any) -> Any:
        units = units_of(benchmarks)
        if not isinstance(env, Engine) or options.get("profile"):
            return run_benchmarks(benchmarks, env, **options)
        timeout = float((options.get("extra_params") or {}).get("timeout", 600))
        release = options["results"].commit_hash
        with env.measuring(release, dict(benchmarks), units, timeout, is_stored()):
            return run_benchmarks(benchmarks, env, **options)

    return with_engine


def keep_earlier_results(benchmarks: Benchmarks, env: Any, results: Any) -> Any:
    """asv overwrites a release's stored figures with nulls where it could not be installed.

    Unnecessary once asv skips a release without touching its results.
    """
    log.warning(f"left out: {results.commit_hash} in {env.name}; what is stored of it is kept")
    # asv takes its exit code from here, and does not store it.
    results.errcode.update(dict.fromkeys(benchmarks, 1))
    if not results.get_all_result_keys():
        results.save = lambda folder: None
    return results


def is_stored() -> bool:
    """Whether this asv stores what it measures: `find --skip-save` and `run --dry-run` do not."""
    asked, _ = make_argparser()[0].parse_known_args(sys.argv[1:])
    return not (getattr(asked, "dry_run", False) or getattr(asked, "skip_save", False))


def describe_unasked() -> None:
    """asv asks about a machine that it does not know, and ends where it has no home to write to.

    Unnecessary once asv takes its defaults where nobody answers, and writes only what changed.
    """
    machine.MachineCollection.load = machines.load
    machine.MachineCollection.save = machines.save


def keep_files_whole() -> None:
    """asv ends on a damaged file with a traceback, writes over one that is newer than itself, and
    leaves half of one where it is killed.

    Unnecessary once asv replaces files, and takes whatever is wrong with one for its UserError.
    """
    util.load_json = show.load_json = compare.load_json = files.load_json
    util.write_json = files.write_json
    results.Results.load = classmethod(files.load)
    results.Results.load_data = files.load_data


def end_in_order() -> None:
    """asv ends on SIGTERM, SIGHUP and a lost reader with all of a release unsaved.

    No function of asv's: signals, and Python's own hooks. Unnecessary once asv ends as on Ctrl-C.
    """
    sys.excepthook = say_in_one_line
    interruption.listen()
    # asv's own exit code for an interruption is that of a failure.
    atexit.register(interruption.pass_on)
    if (descriptor := os.environ.get(PARENT)) is not None:
        interruption.end_with(int(descriptor))


def say_in_one_line(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """asv prints a traceback for Ctrl-C, and where a command of its own failed."""
    log.flush()
    if issubclass(kind, KeyboardInterrupt):
        # The command that started asv says so itself, once.
        if PARENT not in os.environ:
            print("Interrupted.", file=sys.stderr)
    elif isinstance(error, UserMistake):
        print(f"sqlalchemy-asv: {error.message}", file=sys.stderr)
    elif isinstance(error, util.ProcessError):
        print(f"sqlalchemy-asv: {error}: see its output above", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, traceback)
