"""Which entries count on the Python that is measured."""

import re
from collections.abc import Mapping, Set

from packaging.markers import (
    Marker,
    UndefinedComparison,
    UndefinedEnvironmentName,
    default_environment,
)
from packaging.specifiers import SpecifierSet

from suite.releases.pins.entries import Entry, mistake, shown

Environment = Mapping[str, str | Set[str]]

# The patch release of the measured Python is unknown: a marker has to hold for the first and last.
_PATCHES = ("0", "99")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_CARET = re.compile(r"\^(\d+)(\.\d+)*")


def environments(python: str | None) -> list[Environment]:
    """What markers are judged by, for a Python such as "3.11"; [] where none is named."""
    found = re.search(r"(\d+\.\d+)(?:\.(\d+))?", python or "")
    if not found:
        return []
    patches = (found[2],) if found[2] else _PATCHES
    return [_environment(found[1], f"{found[1]}.{patch}") for patch in patches]


def _environment(python: str, full: str) -> Environment:
    here: dict[str, str | Set[str]] = dict(default_environment().items())  # type: ignore[arg-type]
    return {
        **here,
        "python_version": python,
        "python_full_version": full,
        "implementation_version": full,
        "extra": "",
    }


def counts(name: str, entry: Entry, environment: Environment) -> bool:
    """Whether an entry counts in an environment. Raises UserMistake for a senseless marker.

    Groups and extras are all taken to be installed: which ones are is not in the file.
    """
    if not entry.marker:
        return True
    try:
        marker = Marker(entry.marker)
        named = frozenset(one or other for one, other in _QUOTED.findall(entry.marker))
        return any(
            marker.evaluate({**environment, "extras": chosen, "dependency_groups": chosen})
            for chosen in (frozenset[str](), named)
        )
    except (ValueError, UndefinedComparison, UndefinedEnvironmentName, RecursionError) as error:
        raise mistake(
            name,
            f"{entry.shown}: the marker {shown(entry.marker)} has no meaning; name the release",
        ) from error


def any_of(markers: list[str]) -> str:
    """The marker that holds where one of these does; "" among them holds everywhere."""
    if not markers or "" in markers:
        return ""
    return " or ".join(f"({marker})" for marker in markers)


def for_python(specifiers: str) -> str:
    """The marker of Poetry's condition on the Python, such as ">=3.8,<4.0" or "^3.8".

    What is neither is returned as it is, and is a marker without a meaning then.
    """
    if specifiers.strip() == "*":
        return ""
    if caret := _CARET.fullmatch(specifiers.strip()):
        specifiers = f">={specifiers.strip()[1:]},<{int(caret[1]) + 1}"
    try:
        conditions = sorted(map(str, SpecifierSet(specifiers)))
    except ValueError:
        return specifiers
    return " and ".join(_condition(condition) for condition in conditions)


def _condition(specifier: str) -> str:
    found = re.fullmatch(r"(\W+)(.+)", specifier)
    operator, version = (found[1], found[2]) if found else ("", specifier)
    variable = "python_full_version" if version.count(".") > 1 else "python_version"
    return f'{variable} {operator} "{version}"'


def for_platform(subdir: str) -> str:
    """The marker of a conda platform such as linux-64; "" for what runs on all of them."""
    system, _, machine = subdir.partition("-")
    systems = {"linux": "linux", "osx": "darwin", "win": "win32"}
    if system not in systems:
        return ""
    machines = {
        "64": '(platform_machine == "x86_64" or platform_machine == "AMD64")',
        "32": '(platform_machine == "i686" or platform_machine == "x86")',
        "aarch64": '(platform_machine == "aarch64" or platform_machine == "arm64")',
        "arm64": '(platform_machine == "arm64" or platform_machine == "ARM64")',
    }
    shown_machine = machines.get(machine, f'platform_machine == "{machine}"')
    return f'sys_platform == "{systems[system]}" and {shown_machine}'
