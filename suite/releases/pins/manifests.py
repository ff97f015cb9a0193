"""What people write themselves, if it pins: Pipfile, and pyproject.toml of every build tool."""

import re
from collections.abc import Iterable, Iterator, Mapping

from packaging.specifiers import SpecifierSet

from suite.releases.pins.entries import (
    OWN_NAME,
    PROJECT,
    Entry,
    Reading,
    is_project,
    mistake,
    required,
    shown,
)
from suite.releases.pins.markers import for_python

_ELSEWHERE = {"git": "git", "hg": "hg", "svn": "svn", "url": "a URL", "path": "a path"} | {
    "file": "a path",
    "editable": "a path",
    "workspace": "a path",
}
# Pipenv lets a part of a marker be a key: sys_platform = "== 'linux'".
_MARKERS = (
    "os_name",
    "sys_platform",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "python_version",
    "python_full_version",
    "implementation_name",
)


def read_pipfile(name: str, stored: Mapping[str, object], reading: Reading) -> None:
    """Add what the categories of a Pipfile say. Raises UserMistake."""
    for category, section in stored.items():
        if isinstance(section, Mapping) and category not in ("requires", "scripts", "pipenv"):
            _read_table(name, section, reading, bare_is_exact=False)


def read_pyproject(name: str, stored: Mapping[str, object], text: str, reading: Reading) -> None:
    """Add what a pyproject.toml says: PEP 621 and 735, Poetry, uv, PDM. Raises UserMistake."""
    project, tools = _table(stored, "project"), _table(stored, "tool")
    poetry, uv = _table(tools, "poetry"), _table(tools, "uv")
    lists = [project.get("dependencies"), *_table(project, "optional-dependencies").values()]
    lists += _table(stored, "dependency-groups").values()
    lists += [uv.get(f"{kind}-dependencies") for kind in ("dev", "constraint", "override")]
    lists += _table(_table(tools, "pdm"), "dev-dependencies").values()
    for requirement in _texts(lists):
        reading.add(required(name, requirement))
    for group in (poetry, *_tables(_table(poetry, "group"))):
        for key in ("dependencies", "dev-dependencies"):
            _read_table(name, _table(group, key), reading, bare_is_exact=True)
    _read_sources(_table(uv, "sources"), reading)
    if "dependencies" in _strings(project.get("dynamic")):
        reading.unread.append("dependencies that are dynamic")
    if not reading.entries and OWN_NAME.search(text):
        reading.unread.append("a part that names SQLAlchemy")


def _read_sources(sources: Mapping[str, object], reading: Reading) -> None:
    """Add what [tool.uv.sources] says: where uv takes a project from, instead of the index."""
    for project, source in sources.items():
        if is_project(project):
            for each in source if isinstance(source, list) else [source]:
                table = each if isinstance(each, Mapping) else {}
                if origin := _origin(table):
                    marker = str(table.get("marker", ""))
                    reading.add(Entry("tool.uv.sources.sqlalchemy", SpecifierSet(), marker, origin))


def _read_table(
    name: str, table: Mapping[str, object], reading: Reading, *, bare_is_exact: bool
) -> None:
    """Add what a table of projects says, each a version, a table, or a list of tables."""
    for project, stated in table.items():
        if is_project(project):
            for each in stated if isinstance(stated, list) else [stated]:
                reading.add(_from_table(name, each, bare_is_exact=bare_is_exact))


def _from_table(name: str, stated: object, *, bare_is_exact: bool) -> Entry:
    table = stated if isinstance(stated, Mapping) else {"version": stated}
    version = table.get("version", "*")
    conditions = [f"({table['markers']})"] if table.get("markers") else []
    conditions += [f"{key} {table[key]}" for key in _MARKERS if key in table]
    if "python" in table:
        conditions.append(for_python(str(table["python"])))
    if "platform" in table:
        conditions.append(f'sys_platform == "{table["platform"]}"')
    known = isinstance(version, str)
    specifiers = _specifiers(str(version), bare_is_exact=bare_is_exact) if known else None
    if specifiers is None:
        raise mistake(name, f'sqlalchemy = "{shown(version)}" is not a version; name the release')
    written = f'sqlalchemy = "{shown(version, 60)}"'
    return Entry(written, specifiers, " and ".join(filter(None, conditions)), _origin(table))


def _specifiers(text: str, *, bare_is_exact: bool) -> SpecifierSet | None:
    """The specifiers of "==2.0.48", of Poetry's bare "2.0.48", and none of what is looser.

    None where it is no version at all.
    """
    if re.search(r"[\^~*|]|^\s*$", text.replace("~=", "")):
        return SpecifierSet()
    parts = [part.strip() for part in re.split(r",|(?<=[\w.])\s+(?=[<>=!~])", text)]
    if bare_is_exact:
        parts = [re.sub(r"^=?\s*(?=[\dv])", "==", part) for part in parts]
    try:
        return SpecifierSet(",".join(parts))
    except ValueError:
        return None


def _origin(table: Mapping[str, object]) -> str:
    return next((origin for key, origin in _ELSEWHERE.items() if table.get(key)), "")


def _table(stored: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = stored.get(key)
    return found if isinstance(found, Mapping) else {}


def _tables(stored: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    return (table for table in stored.values() if isinstance(table, Mapping))


def _texts(lists: Iterable[object]) -> Iterator[str]:
    return (text for listed in lists for text in _strings(listed) if PROJECT in text.lower())


def _strings(listed: object) -> list[str]:
    return [text for text in listed if isinstance(text, str)] if isinstance(listed, list) else []
