"""Reads the pictures of a page that are likely to matter (页面图片识读): bytes from where the page lies, readings from the reader."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from urllib.parse import unquote_to_bytes, urlsplit

from compliance.pictures.kept import Kept
from compliance.pictures.load import MAX_BYTES
from compliance.pictures.ocr import MISSING, available
from compliance.pictures.read import PictureReader
from compliance.pictures.shown import Pictures, ShownPicture
from compliance.pictures.wanted import Wanted, wanted_of
from compliance.records import Page, Reading

# Bytes of a picture by the address the page writes; a str says why there are none.
Fetch = Callable[[Page, str], "bytes | str"]


class PagePictures:
    """Reads the wanted pictures of page after page; without the extra `pictures` it says what it would have read."""

    def __init__(self, fetch: Fetch, kept: Kept | None = None) -> None:
        self.fetch = fetch
        self._reader = PictureReader(kept=kept) if available() else None

    def __call__(self, page: Page, reading: Reading) -> Pictures | None:
        """The page's pictures, read; None when none is wanted. Never raises for what a page or a picture holds."""
        wanted, over = wanted_of(page, reading)
        if not wanted:
            return None
        return Pictures(tuple(self._shown(page, one) for one in wanted), over)

    def close(self) -> None:
        """End the reading process."""
        if self._reader is not None:
            self._reader.close()

    def _shown(self, page: Page, one: Wanted) -> ShownPicture:
        if self._reader is None:
            return ShownPicture(_named(one.source), one.locator, one.words, None, MISSING, one.own)
        return shown(page, one, self.fetch, self._reader)


def _named(source: str) -> str:
    return source if not source.startswith("data:") else f"{source[:40]}…"


def shown(page: Page, one: Wanted, fetch: Fetch, reader: PictureReader) -> ShownPicture:
    """One wanted picture, read, or the reason why it could not be had."""
    source = _named(one.source)
    data = inline(one.source) if one.source.startswith("data:") else fetch(page, one.source)
    if isinstance(data, str):
        return ShownPicture(source, one.locator, one.words, None, data, one.own)
    name = urlsplit(one.source).path.rsplit("/", 1)[-1] if not one.source.startswith("data:") else "data"
    return ShownPicture(source, one.locator, one.words, reader.read(data, name, one.words), None, one.own)


def inline(source: str) -> bytes | str:
    """The bytes of a `data:` address."""
    head, comma, body = source.partition(",")
    if not comma or len(body) > MAX_BYTES * 4 // 3:
        return "内嵌图片过大或不完整"
    raw = unquote_to_bytes(body)
    if not head.endswith(";base64"):
        return raw
    try:
        return base64.b64decode(raw, validate=False)
    except (binascii.Error, ValueError):
        return "内嵌图片的编码有误"
