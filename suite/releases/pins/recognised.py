"""Which kind of file a text is, told by what stands in it, and its reader."""

import re
from collections.abc import Mapping
from pathlib import PurePath

from suite.releases.pins import conda, listings, locks, manifests, requirements, sboms
from suite.releases.pins.entries import Reading, mistake, shown
from suite.releases.pins.sources import Source, decode
from suite.releases.pins.structured import BrokenError, load_json, load_toml, load_yaml

READ_INSTEAD = "name a requirements file, a lock file, or the release"

_TOML = re.compile(r"\[\[?[\w.\"' -]+\]\]?\s*(#.*)?$|[\w\"'.-]+\s*=(?!=)")
_TOML_SUFFIXES = (".toml", ".lock")
_YAML = re.compile(r"---|%YAML|[\w\"'-]+\s*:(\s|$)")
_CONDA_EXPORT = re.compile(r"[\w.-]+=[^=\s]+=[^=\s]+")
_CONDA_TABLE = "# packages in environment at"
# (how the first line begins, what that is, what to name instead)
_NOT_READ = (
    (r"[<>=|]{7}(\s|$)", "an unfinished merge", "finish it, or name the release"),
    (r"<\?xml|<bom|<rdf", "an XML file", "name the SBOM as JSON"),
    (r"<", "a web page or another XML file", READ_INSTEAD),
    (r"SPDXVersion:", "SPDX as tags and values", "name the SBOM as JSON"),
    (r"(?:FROM|ARG)\s+\S", "a Dockerfile", READ_INSTEAD),
    (r"(?:import|from)\s+\w|\"\"\"", "a Python program", READ_INSTEAD),
    (r"\[[\w.: -]+\]\s*$", "an INI file, such as setup.cfg", READ_INSTEAD),
)


def read(source: Source) -> Reading:
    """Everything that a file says about SQLAlchemy. Raises UserMistake."""
    text = decode(source.name, source.read())
    first = _first_line(text)
    if not text.strip():
        raise mistake(source.name, f"is empty; {READ_INSTEAD}")
    reading = Reading()
    stored = _structured(source.name, text, first)
    if stored is not None:
        _read_structured(source, stored, text, reading)
    else:
        _read_lines(source, text, first, reading)
    return reading


def _first_line(text: str) -> str:
    """The first line that says something, or "" where all of them are comments."""
    for match in re.finditer(r"^[^\S\n]*([^#\s].*)$", text, re.MULTILINE):
        return match[1]
    return ""


def _structured(name: str, text: str, first: str) -> object | None:
    """What a JSON, TOML or YAML text says; None for what is none of them.

    Raises UserMistake for what is meant to be one and is broken.
    """
    broken = None
    if text.lstrip().startswith(("{", "[")):
        try:
            return load_json(text)
        except BrokenError as error:
            broken = f"not JSON that can be read: {error}"
    if _CONDA_EXPORT.fullmatch(first.strip()):
        return None
    if _TOML.match(first):
        try:
            if _is_toml(toml := load_toml(text), name):
                return toml
        except BrokenError as error:
            if PurePath(name).suffix in (".cfg", ".ini"):
                return None
            if first.startswith("[") or PurePath(name).suffix in _TOML_SUFFIXES:
                broken = f"not a lock file or another TOML file that can be read: {shown(error)}"
    if _YAML.match(first) and not first.startswith("SPDXVersion:"):
        try:
            return load_yaml(text)
        except BrokenError as error:
            broken = f"not YAML that can be read: {shown(error)}"
    if broken:
        raise mistake(name, f"{broken}; {READ_INSTEAD}")
    return None


def _is_toml(stored: dict[str, object], name: str) -> bool:
    """Whether it is meant as TOML: "sqlalchemy = 2.0" alone is a mistyped requirement."""
    nested = any(isinstance(value, dict | list) for value in stored.values())
    return nested or PurePath(name).suffix in _TOML_SUFFIXES


def _read_lines(source: Source, text: str, first: str, reading: Reading) -> None:
    """Add what a text says that is read line by line. Raises UserMistake."""
    if first.strip() == conda.EXPLICIT:
        conda.read_explicit(source.name, text, reading)
    elif listings.COLUMNS.match(text.lstrip()):
        listings.read_columns(text, reading)
    elif listings.is_old_format(first):
        listings.read_old_format(text, reading)
    elif _CONDA_EXPORT.fullmatch(first.strip()) or text.startswith(_CONDA_TABLE):
        conda.read_listed(text, reading)
    else:
        for beginning, kind, instead in _NOT_READ:
            if re.match(beginning, first):
                raise mistake(source.name, f"{kind}: that is not read; {instead}")
        requirements.read(source, text, reading)


def _read_structured(source: Source, stored: object, text: str, reading: Reading) -> None:
    """Add what a JSON, TOML or YAML file says, by its shape. Raises UserMistake."""
    name = source.name
    if isinstance(stored, list):
        listings.read_list(name, stored, reading)
    elif not isinstance(stored, Mapping):
        raise mistake(name, f"not a file that pins releases; {READ_INSTEAD}")
    elif not (
        _read_sbom(name, stored, reading)
        or _read_lock(name, stored, reading)
        or _read_project(source, stored, text, reading)
    ):
        raise mistake(name, f"not a lock file: it lists no packages; {READ_INSTEAD}")


def _read_sbom(name: str, stored: Mapping[str, object], reading: Reading) -> bool:
    if isinstance(github := stored.get("sbom"), Mapping):
        stored = github
    if stored.get("bomFormat") == "CycloneDX":
        sboms.read_cyclonedx(name, stored, reading)
    elif "spdxVersion" in stored:
        sboms.read_spdx(name, stored, reading)
    elif "@graph" in stored:
        sboms.read_spdx_graph(name, stored["@graph"], reading)
    elif "pip_version" in stored:
        installed = stored.get("installed", stored.get("install"))
        listings.read_report(name, installed, reading)
    else:
        return False
    return True


def _read_lock(name: str, stored: Mapping[str, object], reading: Reading) -> bool:
    package, packages = stored.get("package"), stored.get("packages")
    if "_meta" in stored or isinstance(stored.get("default"), Mapping):
        locks.read_pipfile_lock(name, stored, reading)
    elif "lock-version" in stored and packages is not None:
        locks.read_pylock(name, stored, reading)
    elif "environments" in stored and packages is not None:
        conda.read_pixi_lock(name, stored, reading)
    elif isinstance(package, list) and any("manager" in p for p in package if isinstance(p, dict)):
        conda.read_conda_lock(name, stored, reading)
    elif isinstance(package, list):
        locks.read_packages(name, stored, reading)
    else:
        return False
    return True


def _read_project(
    source: Source, stored: Mapping[str, object], text: str, reading: Reading
) -> bool:
    def has_table(*keys: str) -> bool:
        return any(isinstance(stored.get(key), Mapping) for key in keys)

    if has_table("dependencies", "pypi-dependencies") and has_table("project", "workspace"):
        raise mistake(source.name, "a pixi.toml: that is not read; name pixi.lock, or the release")
    if has_table("project", "tool", "build-system", "dependency-groups"):
        manifests.read_pyproject(source.name, stored, text, reading)
    elif has_table("packages", "dev-packages"):
        manifests.read_pipfile(source.name, stored, reading)
    elif isinstance(stored.get("dependencies"), list):
        conda.read_environment(source, stored, reading)
    else:
        return False
    return True
