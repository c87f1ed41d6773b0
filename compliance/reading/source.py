"""The page's HTML as UTF-8 (源码字节): several readers want it one after the other, and encoding it is a tenth of parsing it.

Only the last page's bytes are kept.
"""

from __future__ import annotations

from compliance.records import Page

_last: tuple[Page, bytes] | None = None


def source_of(page: Page) -> bytes:
    """The bytes of `page.html`; what can't be written in UTF-8 (there is none after decoding) is a question mark.

    >>> from compliance.reading.open import page_of_text
    >>> source_of(page_of_text("<p>水泵</p>", html=True)).decode()
    '<p>水泵</p>'
    """
    last = _last  # one look: another thread may put its page there meanwhile
    if last is not None and last[0] is page:
        return last[1]
    return keep(page, (page.html or "").encode("utf-8", "replace"))


def keep(page: Page, body: bytes) -> bytes:
    """Remembers the bytes of `page`, which must be those of its HTML."""
    global _last
    _last = (page, body)
    return body
