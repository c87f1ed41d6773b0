"""The gate (初筛): lets the common page go, which says nothing of certification, before any tree is built."""

from __future__ import annotations

import re
from urllib.parse import unquote

from compliance.reading.glance import Glance, glance_of
from compliance.reading.triggers import may_claim
from compliance.records import Page

_SPACED = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z0-9] ){2,}[A-Za-z0-9](?![A-Za-z0-9])")


def may_mention(page: Page) -> bool:
    """False only if the claim reader can find nothing on `page`, in its text, attributes or file names.

    >>> from compliance.reading.open import page_of_text
    >>> may_mention(page_of_text("<p>认<b>证</b></p>", html=True)), may_mention(page_of_text("周末照常营业"))
    (True, False)
    """
    return glance_may_mention(glance_of(page))


def glance_may_mention(glance: Glance) -> bool:
    """The same, of a page that was looked at already."""
    if glance.too_much or may_claim(glance.text) or may_claim(glance.glued):
        return True
    words = "\n".join(glance.words)
    if "%" in words:
        words = unquote(words, errors="replace")
    return bool(words) and may_claim(words)
