"""Software bills of materials: CycloneDX and SPDX, as JSON."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from suite.releases.pins.entries import Reading, exact, is_project, mistake

_PACKAGE_URL = re.compile(
    r"pkg:(?P<type>[\w.+-]+)/(?P<path>[^@?#]+)(?:@(?P<version>[^?#]*))?(?:\?(?P<more>[^#]*))?.*"
)
_DISTRIBUTIONS = ("deb", "rpm", "apk", "alpm")
_SYSTEM_PACKAGE = re.compile(r"(?:python3?|py3)-sqlalchemy", re.IGNORECASE)


class _PackageUrl(NamedTuple):
    """pkg:TYPE/NAME@VERSION?MORE"""

    kind: str
    name: str
    version: str
    more: str


def read_cyclonedx(name: str, stored: Mapping[str, object], reading: Reading) -> None:
    """Add what the components of a CycloneDX document say. Raises UserMistake."""
    waiting = [stored.get("components", [])]
    while waiting:
        components = waiting.pop()
        if not isinstance(components, list):
            raise mistake(name, "not a CycloneDX document: its components are not a list")
        for component in components:
            if isinstance(component, Mapping):
                waiting.append(component.get("components", []))
                urls = [component.get("purl")]
                origin = _stated_source(component.get("externalReferences"))
                _add(component.get("name"), component.get("version"), urls, reading, origin)


def _stated_source(references: object) -> str:
    """Where cyclonedx-py says that a package was installed from, as a download location.

    Other references to a repository or a file are about the project, and say nothing.
    """
    for reference in references if isinstance(references, list) else []:
        if isinstance(reference, Mapping):
            source = str(reference.get("comment", "")).partition("PackageSource: ")[2]
            if source.startswith("VCS"):
                return f"{source[3:].strip().strip(chr(39))}+"
            if source:
                return "file:" if source == "Local" else "download_url"
    return ""


def read_spdx(name: str, stored: Mapping[str, object], reading: Reading) -> None:
    """Add what the packages of an SPDX 2 document say. Raises UserMistake."""
    packages = stored.get("packages", [])
    if not isinstance(packages, list):
        raise mistake(name, "not an SPDX document: its packages are not a list")
    for package in packages:
        if isinstance(package, Mapping):
            urls = _locators(package.get("externalRefs"))
            _add(
                package.get("name"),
                package.get("versionInfo"),
                urls,
                reading,
                str(package.get("downloadLocation", "")),
            )


def read_spdx_graph(name: str, graph: object, reading: Reading) -> None:
    """Add what the packages of an SPDX 3 document say. Raises UserMistake."""
    if not isinstance(graph, list):
        raise mistake(name, "not an SPDX document: its graph is not a list")
    for element in graph:
        if isinstance(element, Mapping) and "software_packageVersion" in element:
            urls = [element.get("software_packageUrl")]
            location = str(element.get("software_downloadLocation", ""))
            version = element.get("software_packageVersion")
            _add(element.get("name"), version, urls, reading, location)


def _locators(references: object) -> Iterator[object]:
    if isinstance(references, list):
        for reference in references:
            if isinstance(reference, Mapping):
                yield reference.get("referenceLocator")


def _add(
    name: object, version: object, urls: Iterable[object], reading: Reading, location: str = ""
) -> None:
    """Add a package, which a package URL describes better than its name where it has one."""
    parsed = next(filter(None, map(_package_url, urls)), None)
    if parsed is None:
        if is_project(str(name).removeprefix("pypi:")):
            reading.add(exact(version, origin=_origin(location)))
    elif parsed.kind in ("pypi", "conda"):
        if is_project(parsed.name):
            origin = _origin(location) or _origin(parsed.more)
            reading.add(exact(parsed.version or version, origin=origin))
    elif parsed.kind in _DISTRIBUTIONS and _SYSTEM_PACKAGE.fullmatch(parsed.name):
        reading.add(exact(version, origin=f"the system's {parsed.name}"))
    elif parsed.kind in ("github", "generic") and is_project(parsed.name):
        reading.add(exact(version, origin="git" if parsed.kind == "github" else "a URL"))


def _package_url(text: object) -> _PackageUrl | None:
    found = _PACKAGE_URL.fullmatch(text) if isinstance(text, str) else None
    if not found:
        return None
    name = unquote(found["path"]).rstrip("/").split("/")[-1]
    return _PackageUrl(
        found["type"].lower(), name, unquote(found["version"] or ""), found["more"] or ""
    )


def _origin(text: str) -> str:
    """Where a download location, or the rest of a package URL, says that it comes from."""
    if "vcs_url" in text or re.match(r"(git|hg|svn|bzr)\+", text):
        return "git" if "git" in text else "a version control system"
    if text.startswith("file:"):
        return "a path"
    return "a URL" if "download_url" in text else ""
