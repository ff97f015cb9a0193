"""Wheels of SQLAlchemy that hold more memory for each loaded row, made from a real release.

They are built in a test's own folder from the release's wheel, and installed from there.
"""

import base64
import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

# One instance in so many holds the memory of all of them: an object for each would be rounded up
# to 48 bytes, which is 3 % of a row.
EVERY = 100
# What the attribute itself costs in the instance that has it, in bytes; measured.
ATTRIBUTE = 113

STATE = "sqlalchemy/orm/state.py"
ANCHOR = "        self.committed_state = {}\n"


def download(release: str, folder: Path) -> Path:
    """The release's wheel for Python 3.11, from the package index."""
    pip = [sys.executable, "-m", "pip"]
    command = [*pip, "download", "--quiet", "--no-deps", "--dest", str(folder)]
    selection = ["--only-binary=:all:", "--python-version=3.11", f"SQLAlchemy=={release}"]
    subprocess.run([*command, *selection], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def heavier(wheel: Path, folder: Path, version: str, bytes_a_row: float) -> Path:
    """A wheel called ``version`` whose every loaded entity holds ``bytes_a_row`` more."""
    name, release, *tags = wheel.name.split("-")
    folder.mkdir(parents=True, exist_ok=True)
    built = folder / "-".join([name, version, *tags])
    old, new = f"{name}-{release}.dist-info/", f"{name}-{version}.dist-info/"
    record = []
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(built, "w") as target:
        for entry in source.infolist():
            path = entry.filename.replace(old, new)
            if path == f"{new}RECORD":
                continue
            content = _changed(path, source.read(entry), release, version, bytes_a_row)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            record.append((path, f"sha256={digest.decode()}", len(content)))
            target.writestr(path, content)
        with target.open(f"{new}RECORD", "w") as stream:
            lines = "".join(f"{','.join(map(str, row))}\n" for row in record)
            stream.write(f"{lines}{new}RECORD,,\n".encode())
    return built


def _changed(path: str, content: bytes, release: str, version: str, bytes_a_row: float) -> bytes:
    text = content.decode() if path.endswith((".py", "METADATA")) else ""
    if path == "sqlalchemy/__init__.py":
        return text.replace(f'"{release}"', f'"{version}"').encode()
    if path.endswith(".dist-info/METADATA"):
        return text.replace(f"\nVersion: {release}\n", f"\nVersion: {version}\n", 1).encode()
    if path == STATE and bytes_a_row:
        return _with_ballast(text, bytes_a_row).encode()
    return content


def _with_ballast(source: str, bytes_a_row: float) -> str:
    assert source.count(ANCHOR) >= 1
    empty = sys.getsizeof(b"")
    size = max(1, round(bytes_a_row * EVERY) - ATTRIBUTE - empty)
    ballast = (
        f"{ANCHOR}        global _loaded\n        _loaded += 1\n"
        f"        if _loaded % {EVERY} == 0:\n            self.ballast = bytes({size})\n"
    )
    return source.replace(ANCHOR, ballast, 1) + "\n\n_loaded = 0\n"
