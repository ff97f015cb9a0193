"""uv, with which environments are made: the variables that it is started with."""

import os
import re
from collections.abc import MutableMapping
from pathlib import Path

from packaging.version import Version

from suite.releases import package_index


def set_variables(environment: MutableMapping[str, str]) -> None:
    """The variables with which uv makes environments, as this machine's installer would."""
    # A Python that uv downloaded would be another build than the one that the user has.
    environment.setdefault("UV_PYTHON_DOWNLOADS", "never")
    select_pyenv_pythons(environment)
    index = package_index.installer_setting("index-url", "PIP_INDEX_URL")
    if index and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX"} & environment.keys():
        environment["UV_DEFAULT_INDEX"] = index
    links = package_index.installer_setting("find-links", "PIP_FIND_LINKS") or ""
    # pip passes over a folder that is not there, where uv ends.
    if found := [link for link in links.split() if "://" in link or Path(link).exists()]:
        environment.setdefault("UV_FIND_LINKS", ",".join(found))


def cache_folder() -> Path:
    """Where uv keeps what it has downloaded, as its documentation says for Linux and macOS."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("UV_CACHE_DIR") or Path(caches) / "uv")


def select_pyenv_pythons(environment: MutableMapping[str, str]) -> None:
    """Make all of pyenv's shims answer: uv runs them, and does not look into pyenv's folders."""
    root = Path(environment.get("PYENV_ROOT") or Path.home() / ".pyenv")
    if "PYENV_VERSION" in environment or not (root / "versions").is_dir():
        return
    names = (path.name for path in (root / "versions").iterdir() if path.is_dir())
    # The newest first: it is the one that answers to `python`, which uv asks too. A name that is
    # no number is another implementation, or an environment of the user's.
    numbered = (name for name in names if re.fullmatch(r"\d+(\.\d+)+", name))
    versions = sorted(map(Version, numbered), reverse=True)
    if versions:
        environment["PYENV_VERSION"] = ":".join(map(str, versions))
