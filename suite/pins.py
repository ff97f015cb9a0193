"""Which SQLAlchemy a requirements or lock file pins.

requirements.txt as pip reads it (with -r and -c), uv.lock, poetry.lock, pdm.lock, pylock.toml and
Pipfile.lock. Every function raises UserMistake, in one line that names the file.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from suite.errors import UserMistake

PROJECT = "sqlalchemy"
SUFFIXES = (".txt", ".in", ".lock", ".toml", ".json")

# Where a requirement ends and its options begin: --hash=..., or a comment.
_END = re.compile(r"\s+(--\w|#)|^#")
_INCLUDE = re.compile(r"(?:-r|-c|--requirement|--constraint)(?:\s+|=)(.+)")


def is_file(argument: str) -> bool:
    """Whether a command-line argument means a file, and not a release."""
    path = Path(argument)
    return path.suffix in SUFFIXES or path.is_file() or "/" in argument or "\\" in argument


def pinned_version(path: Path) -> str:
    """The one version of SQLAlchemy that the file pins."""
    text = _read(path)
    if path.suffix == ".json" or path.name == "Pipfile.lock":
        found = _in_pipfile_lock(path, text)
    elif path.suffix in (".lock", ".toml"):
        found = _in_toml_lock(path, text)
    else:
        found = _in_requirements(path, text, seen=set())
    versions = sorted(set(found), key=Version)
    if not versions:
        raise UserMistake(
            f"{path}: SQLAlchemy is not in it; name a file that pins it, or a release"
        )
    if len(versions) > 1:
        raise UserMistake(
            f"{path}: pins more than one SQLAlchemy ({', '.join(versions)}); name the release"
        )
    return versions[0]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserMistake(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserMistake(f"{path}: cannot be read: it is not UTF-8 text") from error


def _in_pipfile_lock(path: Path, text: str) -> Iterator[str]:
    try:
        sections = [section for section in json.loads(text).values() if isinstance(section, dict)]
    except (ValueError, AttributeError) as error:
        raise UserMistake(f"{path}: not a Pipfile.lock: {error}") from error
    for section in sections:
        for name, entry in section.items():
            if canonicalize_name(name) == PROJECT and isinstance(entry, dict):
                yield _exact(path, f"{PROJECT}{str(entry.get('version', '')).removeprefix('*')}")


def _in_toml_lock(path: Path, text: str) -> Iterator[str]:
    try:
        stored = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserMistake(f"{path}: not a lock file: {error}") from error
    packages = stored.get("package", stored.get("packages"))
    if not isinstance(packages, list):
        raise UserMistake(
            f"{path}: not a lock file: it lists no packages;"
            " name uv.lock, poetry.lock, pylock.toml, Pipfile.lock or a requirements file"
        )
    for package in packages:
        if canonicalize_name(str(package.get("name", ""))) == PROJECT:
            version = package.get("version")
            yield _exact(path, f"{PROJECT}=={version}" if version else PROJECT)


def _in_requirements(path: Path, text: str, seen: set[Path]) -> Iterator[str]:
    seen.add(path.resolve())
    for line in _requirement_lines(text):
        if included := _INCLUDE.fullmatch(line):
            other = path.parent / included[1].strip("\"' ")
            if other.resolve() not in seen:
                yield from _in_requirements(other, _read(other), seen)
        elif PROJECT in line.lower() and not line.startswith("-"):
            requirement = _requirement(path, line)
            if canonicalize_name(requirement.name) == PROJECT and (
                requirement.marker is None or requirement.marker.evaluate()
            ):
                yield _exact(path, line)


def _requirement_lines(text: str) -> Iterable[str]:
    """The lines with what continues them, without comments and options."""
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        if requirement := _END.split(line.strip(), maxsplit=1)[0].strip():
            yield requirement


def _requirement(path: Path, line: str) -> Requirement:
    try:
        return Requirement(line)
    except InvalidRequirement as error:
        reason = str(error).splitlines()[0]
        raise UserMistake(f"{path}: {line}: not a requirement: {reason}") from error


def _exact(path: Path, line: str) -> str:
    """The version of "sqlalchemy==2.0.58"."""
    specifiers = list(_requirement(path, line).specifier)
    if len(specifiers) == 1 and specifiers[0].operator in ("==", "==="):
        try:
            return str(Version(specifiers[0].version))
        except InvalidVersion:
            pass
    raise UserMistake(
        f"{path}: {line}: not pinned to one release; pin it (SQLAlchemy==2.0.58), or name the"
        " release"
    )
