"""Who calls: the surroundings in which a command can be started, each tried on purpose.

``python -m suite.studies.callers`` is what runs in them: it reads a request, and prints a line for
each outcome, both JSON.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fixtures import cache
from suite.measuring import environments, fixture_files, pool
from suite.measuring.environments import Environment
from suite.measuring.pool import Batch
from suite.measuring.processes import Outcome, Unit
from suite.project import ROOT
from suite.releases import uv
from suite.terminal import interruption
from suite.terminal.errors import UserMistake

NOBODY = 65534
# Of root's, whose files another user may then read.
READS_ALL = "+dac_read_search"
SHUFFLED_WITH = 2015
# What a checkout of this project has, and what only lies in it.
NOT_CHECKED_OUT = shutil.ignore_patterns(
    ".*", "__pycache__", "env", "html", "results", "docs", "tests"
)

Order = Callable[[Sequence[Unit]], Iterable[Unit]]


def _shuffled(units: Sequence[Unit]) -> list[Unit]:
    return random.Random(SHUFFLED_WITH).sample(units, len(units))


@dataclass(frozen=True)
class Caller:
    """One way of starting a command.

    ``variables``: bytes of environment variables beside what is needed; None as they are here.
    ``folder`` and ``home``: the lengths of the paths of a fresh checkout, and of a home with its
    own cache; None for those of this command. ``prefix`` is the command that starts it.
    """

    name: str
    about: str
    variables: int | None = None
    folder: int | None = None
    home: int | None = None
    prefix: tuple[str, ...] = ()
    busy: bool = False
    order: Order = iter

    def is_possible(self) -> bool:
        """Whether this system has what it takes, and this user may use it."""
        try:
            ended = subprocess.run([*self.prefix, "true"], capture_output=True, check=False)
        except OSError:
            return False
        return ended.returncode == 0


CALLERS = (
    Caller("here", "as this command was called"),
    Caller("again", "the same once more"),
    Caller("bare", "no environment variables", variables=0),
    Caller("5 kB", "5 kB of environment variables", variables=5_000),
    Caller("20 kB", "20 kB of environment variables", variables=20_000),
    Caller("short path", "a fresh checkout, path of 30 characters", folder=30),
    Caller("long path", "a fresh checkout, path of 200 characters", folder=200),
    Caller("long home", "a home with its own cache, path of 150 characters", home=150),
    Caller(
        "other user",
        "another user, whose home is new",
        home=60,
        prefix=(
            "setpriv",
            f"--reuid={NOBODY}",
            f"--regid={NOBODY}",
            "--clear-groups",
            f"--inh-caps={READS_ALL}",
            f"--ambient-caps={READS_ALL}",
        ),
    ),
    Caller("nice", "nice 19", prefix=("nice", "-n", "19")),
    Caller("busy", "another process keeps each processor busy", busy=True),
    Caller("one processor", "one processor only", prefix=("taskset", "--cpu-list", "0")),
    Caller(
        "other limits",
        "no limit of the stack, 4,096 open files",
        prefix=("prlimit", "--stack=unlimited", "--nofile=4096"),
    ),
    Caller("backwards", "the last style first", order=reversed),
    Caller("shuffled", "the styles in another order", order=_shuffled),
)


def measure(caller: Caller, environment: Environment, units: Sequence[Unit]) -> Iterator[Outcome]:
    """What every unit gives when ``caller`` measures it. Raises UserMistake where it can't."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="callers-")))
        root, variables = _prepared(caller, folder, environment, units)
        if caller.busy:
            for _ in range(os.cpu_count() or 1):
                stack.enter_context(_busy())
        errors = stack.enter_context(tempfile.TemporaryFile("w+"))
        process = subprocess.Popen(
            [*caller.prefix, sys.executable, "-m", __name__],
            cwd=root,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        stack.callback(process.wait)
        stack.callback(process.terminate)
        assert process.stdin is not None
        assert process.stdout is not None
        # Where it has ended already, its exit code says so.
        with suppress(BrokenPipeError):
            json.dump(_request(caller, environment, units), process.stdin)
            process.stdin.close()
        for line in process.stdout:
            outcome = json.loads(line)
            yield Outcome(Unit(**outcome["unit"]), outcome["record"])
        if process.wait():
            errors.seek(0)
            said = errors.read().strip().splitlines() or [f"exit code {process.returncode}"]
            raise UserMistake(f'measuring for the caller "{caller.name}": {said[-1]}')


def _request(caller: Caller, environment: Environment, units: Sequence[Unit]) -> dict[str, Any]:
    return {
        "release": environment.release,
        "python": environment.python,
        "units": [asdict(unit) for unit in caller.order(units)],
    }


def _prepared(
    caller: Caller, folder: Path, environment: Environment, units: Iterable[Unit]
) -> tuple[Path, dict[str, str]]:
    """The checkout in which a caller starts, and the variables."""
    root, home, own = ROOT, Path.home(), Path(cache.folder())
    if caller.folder:
        root = _padded(folder, caller.folder)
        shutil.copytree(ROOT, root, ignore=NOT_CHECKED_OUT)
    if caller.home:
        home = _padded(folder, caller.home)
        own = home / "cache"
        own.mkdir(parents=True)
        for path in fixture_files.ensure(fixture_files.of_units(units), pool.tell):
            shutil.copy2(path, own)
        if "setpriv" in caller.prefix:
            # Who may only read this user's files would find another Python to make one with.
            there = own / "environments" / environment.folder.name
            shutil.copytree(environment.folder, there, symlinks=True)
            folder.chmod(0o755)
            for path in (home, *home.rglob("*")):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    variables = dict(os.environ) if caller.variables is None else {"PATH": os.environ["PATH"]}
    if caller.variables:
        variables["FILLER"] = "x" * caller.variables
    variables |= {"PYTHONPATH": str(root), "HOME": str(home), "SQLALCHEMY_ASV_CACHE": str(own)}
    # A new home has none of the installer's settings, without which it may find no index.
    uv.set_variables(variables)
    variables.setdefault("UV_CACHE_DIR", str(uv.cache_folder()))
    return root, variables


def _padded(folder: Path, length: int) -> Path:
    """A path below ``folder`` of ``length`` characters, as far as that is possible."""
    return folder / ("x" * max(1, length - len(str(folder)) - 1))


@contextmanager
def _busy() -> Iterator[None]:
    """A process that keeps a processor busy, no longer than this one lives."""
    loop = "import os, sys\nwhile os.getppid() == int(sys.argv[1]): pass"
    with subprocess.Popen([sys.executable, "-c", loop, str(os.getpid())]) as process:
        try:
            yield
        finally:
            process.kill()


def main() -> None:
    """Measure what standard input asks for."""
    request = json.load(sys.stdin)
    units = tuple(Unit(**unit) for unit in request["units"])
    environment = environments.for_release(request["release"], request["python"])
    for outcome in pool.measure(Batch(environment, units)):
        print(json.dumps({"unit": asdict(outcome.unit), "record": outcome.record}), flush=True)


if __name__ == "__main__":
    try:
        with interruption.raised():
            main()
    except UserMistake as mistake:
        sys.exit(mistake.message)
    except KeyboardInterrupt:
        sys.exit(interruption.exit_code())
