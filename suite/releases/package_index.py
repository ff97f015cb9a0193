"""The package index that this machine's installer is configured for, and what it lists."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import requests
from packaging.version import InvalidVersion, Version
from pypi_simple import (
    PYPI_SIMPLE_ENDPOINT,
    DistributionPackage,
    NoSuchProjectError,
    PyPISimple,
    UnsupportedContentTypeError,
    UnsupportedRepoVersionError,
)

from suite.releases.catalogue import OLDEST, Release
from suite.terminal.errors import UserMistake

PROJECT = "sqlalchemy"
TIMEOUT_SECONDS = (10, 60)


class Listing(NamedTuple):
    """What a package index says: dated releases, and the versions that it gives no date for."""

    source: str
    releases: list[Release]
    undated: list[Version]


def read_index() -> Listing:
    """Ask the configured package index for every release since 0.9.0. Raises UserMistake."""
    endpoint = index_url()
    shown = _without_credentials(endpoint)
    session = requests.Session()
    if certificates := installer_setting("cert", "PIP_CERT"):
        session.verify = certificates
    try:
        with PyPISimple(endpoint, session=session) as index:
            packages = index.get_project_page(PROJECT, timeout=TIMEOUT_SECONDS).packages
    except NoSuchProjectError as error:
        raise UserMistake(f"the package index {shown} has no {PROJECT}") from error
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else "with an error"
        raise UserMistake(f"the package index {shown} answered {status}") from error
    except (UnsupportedContentTypeError, UnsupportedRepoVersionError) as error:
        raise UserMistake(f"{shown} is not a package index: {error}") from error
    except (requests.ConnectionError, requests.Timeout) as error:
        reason = type(error).__name__
        raise UserMistake(f"the package index {shown} is not reachable ({reason})") from error
    except (requests.RequestException, ValueError) as error:
        reason = type(error).__name__
        raise UserMistake(f"{shown} cannot be used as a package index ({reason})") from error
    except OSError as error:
        raise UserMistake(f"the package index {shown} cannot be asked: {error}") from error
    return _listing(shown, packages)


def index_url() -> str:
    """The package index that this machine's installer is configured for."""
    configured = installer_setting("index-url", "PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL")
    # uv lets an index be named: "internal=https://...".
    return re.sub(r"^[\w.-]+=(?=\w+:)", "", configured or PYPI_SIMPLE_ENDPOINT)


def installer_setting(name: str, *variables: str) -> str | None:
    """A setting of the installer: from the first variable that is set, else from pip's files."""
    for variable in variables:
        if value := os.environ.get(variable):
            return value
    # `pip config get` reads one configuration file only; the list merges all of them.
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        capture_output=True,
        text=True,
        check=False,
    )
    settings = dict(line.split("=", 1) for line in asked.stdout.splitlines() if "=" in line)
    value = settings.get(f"install.{name}") or settings.get(f"global.{name}")
    return str(ast.literal_eval(value)) if value else None


def _without_credentials(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the configured address"
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _listing(index: str, packages: Iterable[DistributionPackage]) -> Listing:
    files: dict[Version, list[DistributionPackage]] = {}
    for package in packages:
        try:
            version = Version(package.version or "")
        except InvalidVersion:
            continue
        if version >= OLDEST:
            files.setdefault(version, []).append(package)
    releases, undated = [], []
    for version in sorted(files):
        times = [file.upload_time for file in files[version] if file.upload_time]
        if times:
            releases.append(_release(version, files[version], min(times)))
        else:
            undated.append(version)
    return Listing(index, releases, undated)


def _release(version: Version, files: list[DistributionPackage], uploaded: datetime) -> Release:
    stated = [file.requires_python for file in files if file.requires_python]
    return Release(
        version=str(version),
        uploaded=uploaded.astimezone(UTC).replace(microsecond=0),
        requires_python=stated[0] if stated else None,
        yanked=all(file.is_yanked for file in files),
    )
