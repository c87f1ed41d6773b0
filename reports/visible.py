"""Hostile text made printable: characters that hide, reorder or break text are shown by their code point, ⟦U+202E⟧.

Source: Unicode Bidirectional Algorithm (UAX #9) for the direction signs; XML 1.0 §2.2 for what a DOCX or XLSX can't hold.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls, but not tab, line feed, carriage return, next line
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """`text` with every unseen or unprintable character written as ⟦U+XXXX⟧; everything else unchanged.

    >>> visible("a\\u202eb")
    'a⟦U+202E⟧b'
    """
    return UNSEEN.sub(lambda hit: f"⟦U+{ord(hit.group()):04X}⟧", text)


def link_of(url: str | None) -> str | None:
    """`url` when it may be a link in a report (http or https with a host), else None: it is then printed as text only."""
    if not url or UNSEEN.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
