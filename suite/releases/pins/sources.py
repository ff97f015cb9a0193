"""Where a file comes from: the disk, standard input, or a revision of a git repository."""

import io
import posixpath
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pip_requirements_parser

from suite.releases.pins.entries import mistake, shown

STANDARD_INPUT = "-"
LARGEST = 200 * 2**20

_WINDOWS_PATH = re.compile(r"[A-Za-z]:[\\/]")
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]*://")
# What has no folder to look for other files in: pipes, such as the shell makes for <(command).
_NO_FOLDER = (("/", "dev"), ("/", "proc"))


class Source(Protocol):
    """A file that can be read once, and that knows which file another name in it means."""

    @property
    def name(self) -> str:
        """What the user calls it."""

    def read(self) -> bytes:
        """Its bytes. Raises UserMistake."""

    def beside(self, other: str) -> "Source":
        """The file that the name ``other`` in this one means. Raises UserMistake."""


@dataclass(frozen=True)
class OnDisk:
    """A file, or a named pipe."""

    path: Path

    @property
    def name(self) -> str:
        """Its path, as the user wrote it."""
        return str(self.path)

    def read(self) -> bytes:
        """Its bytes. Raises UserMistake."""
        try:
            with self.path.open("rb") as file:
                return _bounded(self.name, file)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise mistake(self.name, f"cannot be read: {reason}") from error
        except ValueError as error:
            raise mistake(self.name, "is not a file name") from error

    def beside(self, other: str) -> Source:
        """A path from this file's folder. Raises UserMistake where there is none."""
        path = _local_path(other)
        if not path.is_absolute() and self.path.parts[:2] in _NO_FOLDER:
            raise _without_folder(self.name, other)
        return OnDisk(self.path.parent / path)


@dataclass(frozen=True)
class StandardInput:
    """What is piped into the command."""

    name: str = STANDARD_INPUT

    def read(self) -> bytes:
        """Its bytes. Raises UserMistake."""
        return _bounded(self.name, sys.stdin.buffer)

    def beside(self, other: str) -> Source:
        """A path from the root; any other is a mistake, as it is unknown from where."""
        path = _local_path(other)
        if not path.is_absolute():
            raise _without_folder(self.name, other)
        return OnDisk(path)


@dataclass(frozen=True)
class InGit:
    """A file in a revision of the git repository of the current folder."""

    revision: str
    path: str

    @property
    def name(self) -> str:
        """Revision and path, as git writes them."""
        return f"{self.revision}:{self.path}"

    def read(self) -> bytes:
        """Its bytes, through symbolic links in the same revision. Raises UserMistake."""
        if "\n" in self.name:
            raise mistake(self.name, "is not a file name")
        try:
            shown_by_git = subprocess.run(
                ["git", "cat-file", "--batch", "--follow-symlinks"],
                input=self.name.encode(errors="surrogateescape"),
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise mistake(self.name, "is no file, and git cannot be run to look for it") from error
        if shown_by_git.returncode:
            reason = "is no file, and no git repository is here to have that revision"
            raise mistake(self.name, reason)
        head, _, content = shown_by_git.stdout.partition(b"\n")
        found = re.search(rb" blob (\d+)$", head)
        if not found:
            reason = "no such file, and no such revision and path in the git repository here"
            raise mistake(self.name, f"{reason}; git show says more")
        return _bounded(self.name, io.BytesIO(content[: int(found[1])]))

    def beside(self, other: str) -> Source:
        """A path from this file's folder, in the same revision. Raises UserMistake."""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), other))
        # git reads "./x" and "../x" from the current folder, "x" from the top of the repository.
        from_here = self.path.startswith(("./", "../"))
        outside = path.startswith("../") and not from_here
        if outside or path.startswith("/") or _ADDRESS.match(other):
            raise mistake(self.name, f"{shown(other)} lies outside of that revision; name the file")
        return InGit(self.revision, f"./{path}" if from_here else path)


def source_of(text: str) -> Source:
    """What a command-line argument that means a file is read from. Raises UserMistake."""
    if text == STANDARD_INPUT:
        return StandardInput()
    if _ADDRESS.match(text):
        raise mistake(text, "a URL is not fetched; name a file, or pipe it in and name -")
    if is_revision(text):
        return InGit(*text.split(":", 1))
    return OnDisk(Path(text))


def is_revision(text: str) -> bool:
    """Whether an argument is a git revision and path, and no file of that name is here."""
    path = ":" in text and not _WINDOWS_PATH.match(text) and not _ADDRESS.match(text)
    return path and bool(text.partition(":")[2]) and not exists(text)


def exists(text: str) -> bool:
    """Whether there is a file, or a pipe, of that name."""
    try:
        return Path(text).exists() and not Path(text).is_dir()
    except (OSError, ValueError):  # a name that is too long, or has a null in it
        return False


def decode(name: str, content: bytes) -> str:
    """The text of a file in the encoding that it states, else the one that pip takes.

    Raises UserMistake for what is no text.
    """
    try:
        text: str = pip_requirements_parser.auto_decode(content)
    except (UnicodeError, LookupError, ValueError) as error:
        raise mistake(name, "is not text in the encoding that it states, or in UTF-8") from error
    if "\0" in text:
        raise mistake(name, "is not text; name a file that pins SQLAlchemy, or a release")
    return text


def _bounded(name: str, file: BinaryIO) -> bytes:
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise mistake(name, f"is larger than {LARGEST // 2**20} MiB: nothing that pins releases is")
    return content


def _local_path(other: str) -> Path:
    return Path(url2pathname(urlsplit(other).path) if other.startswith("file:") else other)


def _without_folder(name: str, other: str) -> Exception:
    return mistake(
        name,
        f"it names {shown(other)}, and a pipe has no folder to find that in; name the file,"
        " or REVISION:PATH for one in git",
    )
