"""The pictures of a bundle (证据包中的图片): what was read of a page's pictures, and the one a finding rests on with its crop."""

from __future__ import annotations

from compliance.pictures.draw import part_of
from compliance.pictures.onpage import PagePictures, inline
from compliance.pictures.shown import Pictures, ShownPicture
from compliance.records import Claim, Page, Reading

KINDS = (
    (b"\xff\xd8", "jpg"),
    (b"\x89PNG", "png"),
    (b"GIF8", "gif"),
    (b"RIFF", "webp"),
    (b"BM", "bmp"),
    (b"%PDF", "pdf"),
)


class NotedPictures:
    """Passes the question on and notes the answer, for the bundle."""

    def __init__(self, ask: PagePictures | None) -> None:
        self._ask = ask
        self.shown: Pictures | None = None

    def __call__(self, page: Page, reading: Reading) -> Pictures | None:
        """What the page's pictures show."""
        self.shown = self._ask(page, reading) if self._ask is not None else None
        return self.shown


def picture_files(page: Page, claim: Claim, pictures: Pictures | None, ask: PagePictures | None) -> dict[str, bytes]:
    """Name → bytes: the picture the claim stands in, as received, and the part of it that was read. Empty for a claim of the text."""
    if claim.container != "picture" or pictures is None or ask is None:
        return {}
    one = next((p for p in pictures.shown if p.locator == claim.locator and p.reading is not None), None)
    box = claim.picture.box if claim.picture is not None else None
    data = _bytes(page, one, ask, claim) if one is not None else None
    if one is None or one.reading is None or data is None:
        return {}
    kind = next((ending for head, ending in KINDS if data.startswith(head)), "bin")
    files = {f"{one.reading.sha256}.{kind}": data}
    if (crop := part_of(data, box)) is not None:
        files[f"{one.reading.sha256}-crop.png"] = crop
    return files


def _bytes(page: Page, one: ShownPicture, ask: PagePictures, claim: Claim) -> bytes | None:
    from bs4 import BeautifulSoup

    element = BeautifulSoup(page.html or "", "lxml").select_one(claim.locator.selector)
    source = str(element.get(claim.locator.attribute or "src") or "").strip() if element is not None else ""
    data = inline(source) if source.startswith("data:") else ask.fetch(page, one.source)
    return data if isinstance(data, bytes) else None
