"""The libraries that asv's pages load from other hosts, as packages of the npm registry.

package.json pins what asv 0.6.6's index.html names. stupid-table has only 1.1.3 there, and flot
0.8.3 only its readable files; the rest are byte for byte the files that asv names.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from suite.releases import catalogue

HERE = Path(__file__).parent
DESCRIPTION = ("package.json", "package-lock.json", ".npmrc")
TIMEOUT_SECONDS = 180

# Where each address of asv's pages is found among the packages.
FILES = {
    "https://code.jquery.com/jquery-3.3.1.min.js": "jquery/dist/jquery.min.js",
    "https://cdnjs.cloudflare.com/ajax/libs/flot/0.8.3/jquery.flot.min.js": "flot/jquery.flot.js",
    "https://cdnjs.cloudflare.com/ajax/libs/flot/0.8.3/jquery.flot.time.min.js": (
        "flot/jquery.flot.time.js"
    ),
    "https://cdnjs.cloudflare.com/ajax/libs/flot/0.8.3/jquery.flot.selection.min.js": (
        "flot/jquery.flot.selection.js"
    ),
    "https://cdnjs.cloudflare.com/ajax/libs/flot/0.8.3/jquery.flot.categories.min.js": (
        "flot/jquery.flot.categories.js"
    ),
    "https://cdn.jsdelivr.net/npm/flot-orderbars@1.0.0/js/jquery.flot.orderBars.js": (
        "flot-orderbars/js/jquery.flot.orderBars.js"
    ),
    "https://cdnjs.cloudflare.com/ajax/libs/stupidtable/1.0.1/stupidtable.min.js": (
        "stupid-table-plugin/stupidtable.min.js"
    ),
    "https://cdnjs.cloudflare.com/ajax/libs/blueimp-md5/2.19.0/js/md5.min.js": (
        "blueimp-md5/js/md5.min.js"
    ),
    "https://cdn.jsdelivr.net/npm/bootstrap@3.1.1/dist/js/bootstrap.min.js": (
        "bootstrap/dist/js/bootstrap.min.js"
    ),
    "https://cdn.jsdelivr.net/npm/bootstrap@3.1.1/dist/css/bootstrap.min.css": (
        "bootstrap/dist/css/bootstrap.min.css"
    ),
}


class NotInstalledError(Exception):
    """The packages are not there; the message says why, in a few words."""


def installed() -> Path:
    """The folder of the packages. Installs them once, into the user's cache folder.

    Raises NotInstalledError.
    """
    wanted = b"".join((HERE / name).read_bytes() for name in DESCRIPTION)
    key = hashlib.sha256(wanted).hexdigest()[:8]
    folder = catalogue.cache_file().with_name(f"page-libraries-{key}")
    packages = folder / "node_modules"
    if not all((packages / path).is_file() for path in FILES.values()):
        try:
            _install(folder)
        except OSError as error:
            raise NotInstalledError(f"{folder} cannot be written: {error.strerror}") from error
        if lacking := [path for path in FILES.values() if not (packages / path).is_file()]:
            raise NotInstalledError(f"the npm registry's packages lack {lacking[0]}")
    return packages


def copy(packages: Path, html_dir: Path) -> None:
    """Put the files into the site, in folders named as their packages."""
    for path in FILES.values():
        target = html_dir / local(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packages / path, target)


def local(path: str) -> str:
    """The address of a package's file within the site."""
    return f"vendor/{path}"


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NotInstalledError("Node.js with npm is not on PATH")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        new = Path(name) / "new"
        new.mkdir()
        for description in DESCRIPTION:
            shutil.copyfile(HERE / description, new / description)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
        try:
            ended = subprocess.run(
                command,
                cwd=new,
                env={**os.environ, "NO_UPDATE_NOTIFIER": "1"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotInstalledError(f"npm took longer than {TIMEOUT_SECONDS} s") from None
        if ended.returncode != 0:
            raise NotInstalledError(f"npm said: {_reason(ended.stderr)}")
        shutil.rmtree(folder, ignore_errors=True)
        new.replace(folder)


def _reason(output: str) -> str:
    """The first line of npm's errors that says something."""
    lines = [line.removeprefix("npm error").strip() for line in output.splitlines()]
    telling = [line for line in lines if line and not line.startswith(("npm warn", "code "))]
    return telling[0][:200] if telling else "nothing"
