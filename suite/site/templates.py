"""The site's HTML templates: text from results, labels and code is escaped wherever it stands."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

STATIC = Path(__file__).parent / "static"

_TEMPLATES = Environment(
    loader=FileSystemLoader(STATIC),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write(html_dir: Path, address: str, template: str, **values: Any) -> None:
    """Write a page; ``address`` is where it lies in the site. ``up`` leads from it to the front."""
    path = html_dir / address
    path.parent.mkdir(parents=True, exist_ok=True)
    up = "../" * address.count("/")
    text = _TEMPLATES.get_template(template).render(up=up, **values)
    path.write_text(text, encoding="utf-8")
