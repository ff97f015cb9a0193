"""conda's files: environment.yml, conda-lock.yml, pixi.lock, and what `conda list` prints."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from packaging.specifiers import SpecifierSet

from suite.releases.pins import requirements
from suite.releases.pins.entries import (
    Entry,
    Reading,
    exact,
    is_project,
    mistake,
    origin_of,
    parse_version,
    required,
    shown,
)
from suite.releases.pins.locks import named_tables
from suite.releases.pins.markers import for_platform
from suite.releases.pins.sources import Source

EXPLICIT = "@EXPLICIT"

_SPECIFICATION = re.compile(r"(?:[^\s\[]*::?)?(?P<name>[\w.-]+)\s*(?P<rest>.*)", re.DOTALL)
_ONE_VERSION = re.compile(
    r"(?P<equals>={0,2})\s*(?P<version>\d[\w.!+]*)(?P<build>(?:\s*=\s*|\s+)[\w.*]+)?"
)
_PIP_LINE = re.compile(r"#\s*pip\s+(?P<requirement>\S.*)")
_BRACKET = re.compile(r"\[.*?\bversion\s*=\s*['\"]?(?P<version>[^'\"\]]*).*\]")
_PACKAGE = re.compile(r"(?P<name>.+)-(?P<version>[^-]+)-[^-]+(?:\.conda|\.tar\.bz2)")


def read_environment(source: Source, stored: Mapping[str, object], reading: Reading) -> None:
    """Add what an environment.yml says, conda's part and pip's. Raises UserMistake."""
    dependencies = stored["dependencies"]
    if not isinstance(dependencies, list):
        raise mistake(source.name, "not a conda environment: its dependencies are not a list")
    for dependency in dependencies:
        if isinstance(dependency, str):
            _read_specification(dependency, reading)
        elif isinstance(dependency, Mapping) and isinstance(dependency.get("pip"), list):
            lines = [line for line in dependency["pip"] if isinstance(line, str)]
            requirements.read(source, "\n".join(lines), reading)
        else:
            raise mistake(source.name, "not a conda environment: name its lock, or the release")


def _read_specification(text: str, reading: Reading) -> None:
    found = _SPECIFICATION.fullmatch(text.strip())
    if found and is_project(found["name"]):
        reading.add(Entry(shown(text), _specifiers(found["rest"])))


def _specifiers(rest: str) -> SpecifierSet:
    """What a conda specification says behind the name.

    "=2.0" is every 2.0.x; "=2.0.48" is one release, as SQLAlchemy has no fourth number.
    """
    bracket = _BRACKET.search(rest)
    rest = bracket["version"] if bracket else rest.split("[")[0]
    found = _ONE_VERSION.fullmatch(rest.strip())
    version = parse_version(found["version"]) if found else None
    if found and version is not None:
        plain = str(version) == version.base_version and len(version.release) < 3
        is_series = plain and found["equals"] == "=" and not found["build"]
        return SpecifierSet(f"=={version}.*" if is_series else f"=={version}")
    try:
        return SpecifierSet(rest)
    except ValueError:
        return SpecifierSet()


def read_conda_lock(name: str, stored: Mapping[str, object], reading: Reading) -> None:
    """Add what a conda-lock.yml says, platform by platform. Raises UserMistake."""
    for package in named_tables(name, stored["package"]):
        marker = for_platform(str(package.get("platform", "")))
        url = str(package.get("url", ""))
        origin = "git" if url.startswith("git+") else ""
        reading.add(exact(package.get("version"), marker, origin))


def read_pixi_lock(name: str, stored: Mapping[str, object], reading: Reading) -> None:
    """Add what the packages of a pixi.lock say, conda's and PyPI's. Raises UserMistake."""
    packages = stored["packages"]
    if not isinstance(packages, list) or not all(isinstance(each, Mapping) for each in packages):
        raise mistake(name, "not a pixi.lock: its packages are not a list; name the release")
    for package in packages:
        kind = str(package.get("kind") or ("conda" if "conda" in package else "pypi"))
        address = str(package.get(kind) or package.get("url") or package.get("path") or "")
        project, version, platform = _parts_of(address) if kind == "conda" else ("", "", "")
        if is_project(package.get("name", project)):
            platform = str(package.get("subdir", platform))
            stated = package.get("version", version)
            reading.add(exact(stated, for_platform(platform), _origin(address)))


def _origin(address: str) -> str:
    """Where an address in a pixi.lock leads; an index marks its own by no prefix."""
    if address.startswith("git+") or "://" not in address:
        return origin_of(address)
    return "a URL" if address.startswith("direct+") else ""


def _parts_of(url: str) -> tuple[str, str, str]:
    """Name, version and platform of a conda package's URL; "" for each where it is none."""
    *_, platform, file = ["", "", *url.split("#")[0].split("/")]
    found = _PACKAGE.fullmatch(unquote(file))
    return (found["name"], found["version"], platform) if found else ("", "", "")


def read_explicit(name: str, text: str, reading: Reading) -> None:
    """Add what a list of packages' URLs says, of conda list --explicit or conda-lock.

    Raises UserMistake.
    """
    for line in text.splitlines():
        project, version, _ = _parts_of(line.strip())
        if is_project(project):
            reading.add(exact(version))
        elif found := _PIP_LINE.match(line):
            reading.add(required(name, found["requirement"]))


def read_listed(text: str, reading: Reading) -> None:
    """Add what conda list prints, as a table or with --export."""
    for line in text.splitlines():
        words = re.split(r"\s+|=", line.strip())
        if len(words) > 1 and is_project(words[0]):
            reading.add(exact(words[1]))
