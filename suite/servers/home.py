"""Where a server of this suite lives: its folder in the cache, who uses it, what was left of it."""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN, flock
from pathlib import Path
from typing import Any, ClassVar, Self

from suite.database import Address
from suite.terminal.errors import UserMistake

# The kernel takes no longer path of a socket, in bytes; a driver or a server may quote no others.
LONGEST_SOCKET = 107
PLAIN = re.compile(r"[A-Za-z0-9_./-]+")
# There while the server runs.
STATE = "running.json"
SOCKETS = "sqlalchemy-asv-server-"
# Of the longest name in that folder: PostgreSQL's.
SOCKET_NAME = len("/.s.PGSQL.5432")
# Lines of logs that say why; PostgreSQL also logs what it answers while it starts.
TELLING = (
    re.compile("No space left|Disk quota"),
    re.compile("(ERROR|FATAL|PANIC|rror:)(?!.*database system is starting up)"),
)
KILLED_SECONDS = 30.0
POLL_SECONDS = 0.02

_Test = Callable[[list[str], Path], bool]


@dataclass(frozen=True)
class Runner:
    """Who runs a server: this user, or by a command's ``prefix`` or as ``user`` someone else."""

    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    @property
    def owner(self) -> int:
        """Whose the files are that it writes."""
        return os.geteuid() if self.user is None else self.user

    def command(self, *words: str | Path) -> list[str]:
        """A command line for `subprocess`."""
        return [*self.prefix, *map(str, words)]

    def identity(self) -> dict[str, Any]:
        """Arguments for `subprocess`."""
        if self.user is None:
            return {}
        return {"user": self.user, "group": self.group, "extra_groups": []}

    def make_folder(self, path: Path) -> None:
        """A folder that nobody else can enter. Raises OSError."""
        path.mkdir(mode=0o700)
        if self.user is not None:
            os.chown(path, self.user, self.group or 0)

    def can(self, script: str, *arguments: str | Path) -> bool:
        """Whether the lines of a shell, for which ``arguments`` are $1, $2, ..., end well."""
        try:
            return not subprocess.run(
                self.command("sh", "-c", script, "sh", *arguments),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                check=False,
                **self.identity(),
            ).returncode
        except (OSError, subprocess.SubprocessError):
            return False


class Server(ABC):
    """A kind of server: PostgreSQL, MariaDB. ``program`` is the path of what runs it."""

    title: ClassVar[str]
    ends: ClassVar[tuple[tuple[signal.Signals, float], ...]]
    """Signals that stop it, each with the seconds it may take; then it is killed."""

    def __init__(self, program: str) -> None:
        self.program = program

    @classmethod
    @abstractmethod
    def find(cls, notice: Callable[[str], None]) -> Self:
        """That of this machine. Raises UserMistake."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Of its folder: the database, a dash, and the version whose files it can read."""

    def runner(self, folder: Path) -> Runner:
        """Who can run it with data in ``folder``. Raises UserMistake."""
        return Runner()

    @abstractmethod
    def make_command(self, data: Path) -> list[str]:
        """What makes its data in an empty folder."""

    def make_input(self) -> bytes:
        """What that command reads. Raises UserMistake."""
        return b""

    @abstractmethod
    def command(self, data: Path, sockets: Path) -> list[str]:
        """What runs it, with its socket in a folder."""

    def before(self, data: Path) -> None:  # noqa: B027 - most have nothing to do
        """Put data in order of which it is known that no server uses them."""

    @abstractmethod
    def address(self, sockets: Path) -> Address:
        """Where it is reached."""

    @abstractmethod
    def answers(self, sockets: Path) -> bool:
        """Whether it takes connections."""

    @classmethod
    @abstractmethod
    def is_server(cls, arguments: list[str], data: Path) -> bool:
        """Whether these are the arguments of the server of ``data``."""

    @classmethod
    def is_helper(cls, arguments: list[str], data: Path) -> bool:
        """Whether these are the arguments of a process that such a server has started."""
        return False


class Lock:
    """A file that is locked with flock(2): the kernel gives it back whatever ends its holder.

    A process that inherits the descriptor holds the same lock, until both have closed it.
    """

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        os.close(self.descriptor)

    def take(self) -> None:
        """Hold it alone; waits."""
        flock(self.descriptor, LOCK_EX)

    def try_take(self) -> bool:
        """Hold it alone, where nobody holds it."""
        try:
            flock(self.descriptor, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def take_within(self, seconds: float) -> bool:
        """Hold it alone; False where somebody else does for longer."""
        deadline = time.monotonic() + seconds
        while not self.try_take():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def share(self) -> None:
        """Hold it beside others; waits for one that holds it alone."""
        flock(self.descriptor, LOCK_SH)

    def give_back(self) -> None:
        """Also where a fork of this process has the descriptor."""
        flock(self.descriptor, LOCK_UN)


def boot() -> str:
    """What tells this start of the machine from every other; "" where that is not known."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


class Home:
    """The folder of one server.

    ``users`` is locked by all who use the server, ``keeper`` by the process that keeps it running,
    ``starting`` while one is started.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "log"
        self.users = folder / "users"
        self.keeper = folder / "keeper"
        self.starting = folder / "starting"
        self.state = folder / STATE

    def sockets(self) -> Path | None:
        """The folder of the running server's socket; None where no server runs.

        Raises UserMistake where it runs on another machine, which shares this folder.
        """
        sockets, where = self._load_state()
        if sockets and where != boot():
            raise UserMistake(
                f"{self.folder} is in use by another machine:"
                " name a folder of this machine's own with SQLALCHEMY_ASV_CACHE"
            )
        return sockets

    def make_sockets(self, runner: Runner) -> Path:
        """A folder with a short and plain path, which `end_left_over` finds. Raises UserMistake."""
        for parent in _temporary_folders():
            path = Path(parent, SOCKETS + secrets.token_hex(4))
            if not PLAIN.fullmatch(str(path)) or len(str(path)) + SOCKET_NAME > LONGEST_SOCKET:
                continue
            self._save_state(path)
            try:
                runner.make_folder(path)
            except OSError:
                continue
            if runner.user is None or runner.can('cd "$1"', path):
                return path
            path.rmdir()
        raise UserMistake(
            "there is no folder for a server's socket: name one that can be written, with a short"
            " and plain path, with TMPDIR"
        )

    def _save_state(self, sockets: Path) -> None:
        new = self.state.with_suffix(".new")
        new.write_text(json.dumps({"sockets": str(sockets), "boot": boot()}), encoding="utf-8")
        new.replace(self.state)

    def _load_state(self) -> tuple[Path | None, str]:
        try:
            said = json.loads(self.state.read_text(encoding="utf-8"))
            return Path(said["sockets"]), str(said["boot"])
        except (OSError, ValueError, LookupError, TypeError):
            return None, ""

    def has_data(self, runner: Runner) -> bool:
        """Whether there are whole data, which ``runner`` can use.

        No server here waits for the disk, so what was written before the machine was last started
        may be damaged.
        """
        try:
            written = (self.data / "boot").read_text(encoding="utf-8")
            return written == boot() != "" and self.data.stat().st_uid == runner.owner
        except (OSError, ValueError):
            return False

    def empty_data(self, runner: Runner) -> Path:
        """A folder to make data in, in the place of all others; `take_data` then takes it."""
        for path in self.folder.glob("data*"):
            shutil.rmtree(path)
        new = self.folder / f"data-{secrets.token_hex(4)}"
        runner.make_folder(new)
        return new

    def take_data(self, new: Path) -> None:
        """From now on, these are the data."""
        (new / "boot").write_text(boot(), encoding="utf-8")
        new.rename(self.data)

    def end_left_over(self, server: type[Server] | Server) -> None:
        """End what is left of a server whose keeper was killed, and remove its socket.

        Only for who holds ``keeper``. Raises OSError.
        """
        for number, seconds in server.ends:
            _signal(server.is_server, self.data, number, seconds)
        for of_it in (server.is_server, server.is_helper):
            _signal(of_it, self.data, signal.SIGKILL, KILLED_SECONDS)
        sockets = self._load_state()[0]
        if sockets and sockets.name.startswith(SOCKETS):
            shutil.rmtree(sockets, ignore_errors=True)
        self.state.unlink(missing_ok=True)

    def last_words(self) -> str:
        """Of the log, the line that says best what went wrong."""
        try:
            return telling(self.log.read_text(encoding="utf-8", errors="replace"))
        except OSError:
            return ""


def telling(text: str) -> str:
    """The line that says best why a server does not run: later errors follow from the first."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for kind in TELLING:
        for line in lines:
            if kind.search(line):
                return line[:300]
    return lines[-1][:300] if lines else "it said nothing"


def _temporary_folders() -> Iterator[str]:
    with suppress(OSError):
        yield str(Path(tempfile.gettempdir()).absolute())
    yield from ("/tmp", "/var/tmp", "/dev/shm")


def _signal(of_it: _Test, data: Path, number: int, seconds: float) -> None:
    """Send a signal to all that ``of_it`` tells, and wait until there are none."""
    deadline = time.monotonic() + seconds
    found = _processes(of_it, data)
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    while found and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        found = _processes(of_it, data)


def _processes(of_it: _Test, data: Path) -> list[int]:
    """By their command lines: a process id of an earlier time may be anybody's by now."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            arguments = os.fsdecode(path.read_bytes()).split("\0")
            if of_it(arguments, data):
                found.append(int(path.parent.name))
    return found
