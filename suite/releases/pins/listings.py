"""What pip itself prints: pip list (columns, JSON), pip inspect, pip install --report."""

import re
from collections.abc import Mapping

from suite.releases.pins.entries import Reading, exact, is_project, mistake, shown
from suite.releases.pins.locks import named_tables

COLUMNS = re.compile(r"Package +Version\b.*\n-+ -+", re.IGNORECASE)
_OLD_FORMAT = re.compile(r"(?P<name>[\w.-]+) \((?P<version>\d[^,()]*)(?:, (?P<path>.+))?\)")


def read_columns(text: str, reading: Reading) -> None:
    """Add what the table of `pip list` says."""
    header, dashes, *rows = text.strip().split("\n")
    starts = [match.start() for match in re.finditer(r"-+", dashes)]
    spans = [slice(*ends) for ends in zip(starts, [*starts[1:], None], strict=True)]
    titles = [header[span].strip().lower() for span in spans]
    for row in rows:
        cells = [row[span].strip() for span in spans]
        columns = dict(zip(titles, cells, strict=True))
        if is_project(columns.get("package")):
            editable = columns.get("editable project location")
            reading.add(exact(columns.get("version"), origin="a path" if editable else ""))


def is_old_format(line: str) -> bool:
    """Whether a line is one of `pip list` before pip 10: "SQLAlchemy (1.1.4)"."""
    return _OLD_FORMAT.fullmatch(line.strip()) is not None


def read_old_format(text: str, reading: Reading) -> None:
    """Add what `pip list` printed before pip 10."""
    for line in text.splitlines():
        found = _OLD_FORMAT.fullmatch(line.strip())
        if found and is_project(found["name"]):
            reading.add(exact(found["version"], origin="a path" if found["path"] else ""))


def read_list(name: str, stored: list[object], reading: Reading) -> None:
    """Add what a JSON list of packages says: of pip, uv, Poetry or conda. Raises UserMistake."""
    for package in named_tables(name, stored):
        editable = package.get("editable_project_location")
        reading.add(exact(package.get("version"), origin="a path" if editable else ""))


def read_report(name: str, installed: object, reading: Reading) -> None:
    """Add what `pip inspect` or `pip install --report` lists. Raises UserMistake."""
    if not isinstance(installed, list):
        raise mistake(name, "not a report of pip: it lists no packages; name the release")
    for item in installed:
        metadata = item.get("metadata") if isinstance(item, Mapping) else None
        if isinstance(metadata, Mapping) and is_project(metadata.get("name")):
            reading.add(exact(metadata.get("version"), origin=_origin(item)))


def _origin(item: Mapping[str, object]) -> str:
    """PEP 610: what came from elsewhere than an index has a direct URL."""
    direct = item.get("direct_url")
    if item.get("is_direct") is True:
        direct = item.get("download_info")
    if not isinstance(direct, Mapping):
        return ""
    if isinstance(vcs := direct.get("vcs_info"), Mapping):
        return shown(vcs.get("vcs", "git"))
    return "a path" if str(direct.get("url", "")).startswith("file:") else "a URL"
