"""The charting library as one script, which is put together once for each version."""

import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import vl_convert

from fixtures import cache
from suite.reports.pictures import VEGA_LITE

# What the page calls of it.
EXPOSED = "window.vegaEmbed = vegaEmbed;"


def script() -> str:
    """The library; kept in the user's cache folder, as it takes seconds to put together."""
    made_by = version("vl-convert-python")
    path = Path(cache.folder()) / f"charting-library-{VEGA_LITE}-{made_by}.js"
    with suppress(OSError):
        return path.read_text(encoding="utf-8")
    made: str = vl_convert.javascript_bundle(EXPOSED, vl_version=VEGA_LITE)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, delete=False
        ) as new:
            new.write(made)
        Path(new.name).replace(path)
    return made
