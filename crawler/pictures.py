"""Pictures of a crawl (抓取图片识读): read when every page has been judged, so that a slow picture holds up no page.

The pages that show a picture worth reading are then judged once more, with what was read. A kill in between loses nothing: a run
that is taken up looks at all its pages again, and what was read before is kept by the picture's hash.
"""

from __future__ import annotations

from collections.abc import Callable

from compliance.checking.session import Checked
from compliance.pictures.kept import Kept
from compliance.pictures.ocr import available
from compliance.pictures.onpage import Fetch, PagePictures
from compliance.records import Page
from compliance.store import pictures
from compliance.store.session import Store
from crawler.addresses import address_of

NOT_RECEIVED = "图片未抓取（超出图片数量上限，或没有取到）"


def from_store(store: Store) -> Fetch:
    """Bytes of a page's picture as the crawl received them."""

    def fetch(page: Page, source: str) -> bytes | str:
        address = address_of(source, page.url or "")
        body = pictures.received(store, address) if address else None
        return body if body is not None else NOT_RECEIVED

    return fetch


def look_later(store: Store, checked: Checked) -> bool:
    """Before the pages are judged: without the extra each page says at once what it would have read; with it, pages come first.
    True when there is a second look to be had."""
    if available():
        return True
    checked.pictures = PagePictures(from_store(store))
    return False


def pictures_in(store: Store, checked: Checked) -> PagePictures:
    """Reads the pictures that a crawl received; what was read before is kept. To be closed."""
    return PagePictures(from_store(store), Kept(checked.settings.data / "pictures"))


def look_now(
    checked: Checked, pictures: PagePictures, judge_again: Callable[[list[int]], None], visits: list[int]
) -> None:
    """After the pages: read the pictures of these visits and judge them again."""
    before, checked.pictures = checked.pictures, pictures
    try:
        judge_again(visits)
    finally:
        checked.pictures = before
