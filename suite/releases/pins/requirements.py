"""pip's requirements format: lines, included files, and constraints.

pip-requirements-parser has pip's own code for it. What is added here: environment variables, which
that library leaves alone, and a quick look at lines of other projects, for files of 30 MB.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pip_requirements_parser as pip
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from suite.releases.pins.entries import (
    OWN_NAME,
    PROJECT,
    Entry,
    Reading,
    is_project,
    mistake,
    origin_of,
    required,
    shown,
)
from suite.releases.pins.sources import OnDisk, Source, decode

LONGEST_LINE = 100_000
MOST_FILES = 1000

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.DOTALL)
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_REQUIREMENT = re.compile(
    r"([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\]\s*)?(?:$|\(|[=<>!~]=|[<>;]|@\s|@\w+\+?\w*:|\s-)"
)
_ARCHIVES = (".whl", ".zip", ".tar", ".gz", ".tgz", ".bz2", ".tbz", ".xz", ".txz", ".lzma")
_NEWER_OPTION = re.compile(r"--[a-z][a-z-]+(?:[= ]|$)")
_HOST = re.compile(r"^[\w+.-]+://[^/]*|^[\w+.-]+@[\w.-]+:")
_NOT_FETCHED = re.compile(r"(?!file:)[A-Za-z][\w+.-]*://", re.IGNORECASE)


class _Line(NamedTuple):
    """A requirement, or an option, with what continues it; `written` is as in the file."""

    source: Source
    number: int
    text: str
    written: str

    def mistake(self, reason: str) -> Exception:
        place = f'line {self.number}, "{shown(self.written, 60)}"'
        return mistake(self.source.name, f"{place}: {reason}")


def read(source: Source, text: str, reading: Reading) -> None:
    """Add what a requirements file says, and what its -r and -c files say. Raises UserMistake.

    A constraint counts as a requirement does: what it pins is installed, whoever asks for it.
    """
    waiting = [(source, text)]
    seen = {_identity(source)}
    while waiting:
        file, content = waiting.pop()
        for line in _lines(file, content):
            options = _options(line) if line.text.startswith("-") else {}
            for other in _included(line, options, reading):
                if len(seen) > MOST_FILES:
                    raise line.mistake(f"more than {MOST_FILES} files are included")
                if _identity(other) not in seen:
                    seen.add(_identity(other))
                    waiting.append((other, decode(other.name, other.read())))
            for editable in options.get("editables", []):
                reading.entries += _from_address(line, editable, reading)
            if not line.text.startswith("-"):
                reading.entries += _entries(line, reading)


def _identity(source: Source) -> object:
    return os.path.realpath(source.path) if isinstance(source, OnDisk) else source.name


def _lines(source: Source, text: str) -> Iterator[_Line]:
    for number, joined in pip.join_lines(enumerate(text.splitlines(), start=1)):
        written = (_COMMENT.sub("", joined) if "#" in joined else joined).strip()
        if len(written) > LONGEST_LINE:
            raise _Line(source, number, "", written[:100]).mistake(
                f"longer than {LONGEST_LINE:,} characters: no requirement is; name the release"
            )
        if written and not _is_of_another_project(written):
            yield _Line(source, number, _VARIABLE.sub(_environment_variable, written), written)


def _is_of_another_project(line: str) -> bool:
    """Whether a line begins as another project's requirement; the rest of it does not matter."""
    found = _REQUIREMENT.match(line)
    return found is not None and not is_project(found[1]) and not found[1].endswith(_ARCHIVES)


def _environment_variable(match: re.Match[str]) -> str:
    return os.environ.get(match[1]) or match[0]


def _included(line: _Line, options: dict[str, list[str]], reading: Reading) -> Iterator[Source]:
    """The files that a line of options includes."""
    files = [("-r", name) for name in options.get("requirements", [])]
    files += [("-c", name) for name in options.get("constraints", [])]
    if len(files) > 1:
        raise line.mistake("pip reads one -r or -c a line; write a line for each")
    for option, name in files:
        if _NOT_FETCHED.match(name):
            reading.not_followed.append(f"{option} {shown(name)}")
        else:
            yield line.source.beside(name)


def _options(line: _Line) -> dict[str, list[str]]:
    try:
        _, options, rest = pip.get_line_parser()(line.text)
    except (pip.OptionParsingError, ValueError) as error:
        if _NEWER_OPTION.match(line.text) and PROJECT not in line.text.lower():
            return {}
        raise line.mistake("not an option that pip has; name the release") from error
    if rest:
        raise line.mistake("not a requirement; name a requirements or lock file, or the release")
    return {name: value for name, value in vars(options).items() if isinstance(value, list)}


def _entries(line: _Line, reading: Reading) -> Iterator[Entry]:
    """What a line that is a requirement says about SQLAlchemy."""
    text, _ = pip.break_args_options(line.text)
    if pip.is_name_at_url_requirement(text):
        if entry := required(line.source.name, text):
            yield replace(entry, shown=_without_variables(line))
        return
    try:
        parts = pip.parse_reqparts_from_string(text)
    except (pip.PipError, ValueError, LookupError) as error:
        if OWN_NAME.match(text) or not _REQUIREMENT.match(text):
            raise line.mistake(
                "not a requirement; name a requirements or lock file, or the release"
            ) from error
        return
    if parts.link is not None:
        marker = str(parts.marker) if parts.marker else ""
        yield from _from_address(line, text.split(";")[0], reading, parts.requirement, marker)
    elif is_project(parts.requirement.name):
        marker = str(parts.marker) if parts.marker else ""
        yield Entry(_without_variables(line), parts.requirement.specifier, marker)


def _without_variables(line: _Line) -> str:
    """The requirement as written: an environment variable can hold a secret."""
    text, _ = pip.break_args_options(line.written)
    return shown(text)


def _from_address(
    line: _Line,
    address: str,
    reading: Reading,
    requirement: Requirement | None = None,
    marker: str = "",
) -> Iterator[Entry]:
    """What a URL or a path says, which may name its project or not."""
    name = requirement.name if requirement is not None else _project_at(address)
    if is_project(name):
        written = f"SQLAlchemy, {shown(line.written, 80)}"
        yield Entry(written, SpecifierSet(), marker, origin_of(address))
    elif name is None or requirement is None:
        reading.unread.append(shown(line.written, 60))


def _project_at(address: str) -> str | None:
    """The project that a URL or a path names, as far as it does."""
    if found := re.search(r"[#&]egg=([\w.-]+)", address):
        return found[1]
    if found := re.match(r"\s*([\w.-]+)\s*(?:\[[^\]]*\])?\s*@\s", address):
        return found[1]
    path = _HOST.sub("", re.split(r"[#?\[]", address, maxsplit=1)[0]).split("@")[0]
    if "/sqlalchemy/sqlalchemy/" in f"/{path}/".lower():
        return PROJECT
    last = re.split(r"[/\\]", path.rstrip("/\\ "))[-1]
    return re.sub(r"\.git$|-\d.*$", "", last) or None
