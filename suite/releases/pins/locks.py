"""Lock files: uv.lock, poetry.lock, pdm.lock, pylock.toml and Pipfile.lock."""

from collections.abc import Iterator, Mapping

from packaging.pylock import Package, Pylock, PylockUnsupportedVersionError, PylockValidationError

from suite.releases.pins.entries import (
    Entry,
    Reading,
    exact,
    is_project,
    mistake,
    origin_of,
    required,
    shown,
)
from suite.releases.pins.markers import any_of

_PYLOCK_SOURCES = ("sdist", "wheels", "archive", "vcs", "directory")
_INDEX_SOURCES = ("registry", "legacy", "pypi", "index")


def named_tables(name: str, listed: object) -> Iterator[Mapping[str, object]]:
    """SQLAlchemy's among the packages of a list. Raises UserMistake for what is no such list."""
    if not isinstance(listed, list) or not all(map(_is_package, listed)):
        raise mistake(name, "not a lock file: it lists no packages by name; name the release")
    return (table for table in listed if is_project(table.get("name")))


def _is_package(table: object) -> bool:
    return isinstance(table, Mapping) and isinstance(table.get("name"), str)


def read_packages(name: str, stored: Mapping[str, object], reading: Reading) -> None:
    """Add what the [[package]] tables of uv, Poetry and PDM say. Raises UserMistake."""
    for package in named_tables(name, stored["package"]):
        reading.add(exact(package.get("version"), _marker(package), _origin(package)))


def _marker(package: Mapping[str, object]) -> str:
    """When a package counts: uv's forks are a list, Poetry's groups a table, all else a text."""
    for key in ("resolution-markers", "markers", "marker"):
        stated = package.get(key)
        if isinstance(stated, Mapping):
            stated = list(stated.values())
        if isinstance(stated, list):
            return any_of([str(marker) for marker in stated])
        if stated is not None:
            return str(stated)
    return ""


def _origin(package: Mapping[str, object]) -> str:
    """Where a package comes from: uv and Poetry have a source table, PDM a key."""
    source = package.get("source", package)
    if not isinstance(source, Mapping):
        return "an unknown source"
    kind = str(source.get("type", ""))
    if kind in _INDEX_SOURCES or "registry" in source:
        return ""
    if "git" in source or kind == "git":
        return "git"
    if "url" in source:
        return "a path" if kind in ("file", "directory") else "a URL"
    paths = ("path", "editable", "directory", "virtual")
    if any(source.get(key) for key in paths):
        return "a path"
    return "" if source is package else "an unknown source"


def read_pylock(name: str, stored: Mapping[str, object], reading: Reading) -> None:
    """Add what a pylock.toml says (PEP 751). Raises UserMistake."""
    packages = list(named_tables(name, stored["packages"]))
    for package in packages:
        if not any(source in package for source in _PYLOCK_SOURCES):
            reading.add(exact(package.get("version"), str(package.get("marker", ""))))
    lock = {
        "lock-version": stored.get("lock-version"),
        "created-by": stored.get("created-by", "unknown"),
        "packages": [p for p in packages if any(source in p for source in _PYLOCK_SOURCES)],
    }
    try:
        parsed = Pylock.from_dict(lock)
    except (PylockValidationError, PylockUnsupportedVersionError) as error:
        raise mistake(name, f"not a pylock.toml: {shown(error)}; name the release") from error
    for locked in parsed.packages:
        marker = str(locked.marker) if locked.marker else ""
        reading.add(exact(locked.version, marker, _pylock_origin(locked)))


def _pylock_origin(package: Package) -> str:
    if package.vcs is not None:
        return package.vcs.type
    if package.archive is not None:
        return "a URL" if package.archive.url else "a path"
    return "a path" if package.directory is not None else ""


def read_pipfile_lock(name: str, stored: Mapping[str, object], reading: Reading) -> None:
    """Add what a Pipfile.lock says, in every category. Raises UserMistake."""
    for category, section in stored.items():
        if category == "_meta":
            continue
        if not isinstance(section, Mapping):
            raise mistake(name, f"not a Pipfile.lock: {shown(category)} is no table")
        for project, entry in section.items():
            if is_project(project):
                reading.add(_from_pipfile_lock(name, entry))


def _from_pipfile_lock(name: str, entry: object) -> Entry | None:
    if not isinstance(entry, Mapping):
        return required(name, f"sqlalchemy{entry}")
    marker = str(entry.get("markers") or "")
    for key in ("git", "hg", "svn", "bzr"):
        if key in entry:
            return exact("", marker, key)
    if address := entry.get("file") or entry.get("path"):
        return exact("", marker, origin_of(str(address)))
    version = str(entry.get("version", "")).strip().removeprefix("*")
    found = required(name, f"sqlalchemy{version}")
    return found and Entry(found.shown, found.specifiers, marker)
