"""The page's HTML as UTF-8 (源码字节): several readers want it one after the other, and encoding it is a tenth of parsing it.

Only the last pages' bytes are kept, each thread its own.
"""

from __future__ import annotations

import threading

from compliance.records import Page

KEPT = 2 << 20  # bytes of pages that are kept; one page always is


class _Kept(threading.local):
    def __init__(self) -> None:
        self.pages: dict[int, tuple[Page, bytes]] = {}  # by id, which is the page's as long as it is kept
        self.size = 0


_kept = _Kept()


def source_of(page: Page) -> bytes:
    """The bytes of `page.html`; what can't be written in UTF-8 (there is none after decoding) is a question mark.

    >>> from compliance.reading.open import page_of_text
    >>> source_of(page_of_text("<p>水泵</p>", html=True)).decode()
    '<p>水泵</p>'
    """
    last = _kept.pages.get(id(page))
    if last is not None:
        return last[1]
    return keep(page, (page.html or "").encode("utf-8", "replace"))


def keep(page: Page, body: bytes) -> bytes:
    """Remembers the bytes of `page`, which must be those of its HTML."""
    kept = _kept
    pages = kept.pages
    pages[id(page)] = (page, body)
    kept.size += len(body)
    while kept.size > KEPT and len(pages) > 1:
        _, oldest = pages.pop(next(iter(pages)))
        kept.size -= len(oldest)
    return body
