"""Files of data that the page loads: their names, and their form.

Each is a script that hands its data to the page: unlike JSON, it also loads from a file address.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from suite.figures.identity import Platform


def key_of(platform: Platform, *parts: str) -> str:
    """The name of a file of data: always the same for the same parts, and no other parts have it.

    Machines and tasks are named by results, which can hold anything.
    """
    sampled = ["sampled"] if platform.sampled else []
    words = [platform.machine, platform.python, platform.database, *sampled, *parts]
    readable = re.sub(r"[^a-z0-9.]+", "-", "-".join(words).lower())[:80]
    return f"{readable}-{hashlib.sha256(json.dumps(words).encode()).hexdigest()[:12]}"


def write(folder: Path, key: str, data: Any) -> None:
    """Write one of them into ``folder``, as ``key``.js."""
    text = f"queryStyles.receive({as_json(key)}, {as_json(data)});\n"
    (folder / f"{key}.js").write_text(text, encoding="utf-8")


def as_json(data: Any) -> str:
    """JSON as short as it can be."""
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


def within_html(data: Any) -> str:
    """JSON that no HTML parser takes for anything else, whatever names and labels hold."""
    text = as_json(data)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
