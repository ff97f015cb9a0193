"""asv's feed of regressions, with addresses that lead somewhere wherever it is read.

asv links to pages beside the feed, which many readers look for on their own host.
"""

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from asv.util import UserError

FILE = "regressions.xml"
SETTING = "site_address"


def address_of(setting: object) -> str | None:
    """Where others open the site, by the setting of asv.conf.json; None where it is not set.

    Raises UserError for what is no address.
    """
    if setting is None:
        return None
    text = str(setting)
    parts = urlsplit(text)
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or re.search(r"[\s\"'<>&?#]", text)
    ):
        raise UserError(f"{SETTING} is no address such as https://example.org/memory/: {text}")
    return text.rstrip("/") + "/"


def finish(html_dir: Path, address: str | None) -> None:
    """Complete the links of asv's feed; ``address`` is where others open asv's pages.

    Without an address there is no feed.
    """
    path = html_dir / FILE
    if address is None:
        path.unlink()
        return
    text = path.read_text(encoding="utf-8")
    # asv writes them so in elements, and in the HTML that an entry holds as text.
    text = re.sub(r'href="([^"]+)"', lambda link: f'href="{urljoin(address, link[1])}"', text)
    path.write_text(text, encoding="utf-8")
