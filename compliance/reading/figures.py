"""Text that stands beside one picture (图片说明): the caption of a certificate, a badge, a product."""

from __future__ import annotations

import re

from compliance.reading.segments import folded
from compliance.reading.tree import Node, Tree

_CAPTION = 60  # characters; more is a text with an illustration
_CLIMB = 5
_ICON = re.compile(
    r"ico(?:n|ns)?\b|ico[_-]|logo|arrow|bullet|dot\b|tick|avatar|qrcode|erweima|banner|loading",
    re.IGNORECASE,
)
_SMALL = 72  # pixels
_PIXELS = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*(\d{1,5})px")


def caption_spans(tree: Tree) -> list[tuple[int, int, Node]]:
    """(start, end, picture) of each box that holds exactly one picture and a few words, in document order. Icons don't count."""
    out = []
    for i, picture in enumerate(tree.pictures):
        if is_icon(picture):
            continue
        box, found = picture.parent, None
        for _ in range(_CLIMB):
            if (
                box is None
                or box.parent is None
                or box.name in ("body", "html", "table", "tr", "ul", "ol", "tbody", "main")
            ):
                break
            if box.pictures[1] - box.pictures[0] != 1 or box.end - box.start > 12 * _CAPTION:
                break
            words = folded(tree.text[box.start : box.end])
            if len(words) > _CAPTION:
                break
            if words:
                found = box
            box = box.parent
        if found is not None:
            out.append((found.start, found.end, tree.pictures[i]))
    return sorted(out, key=lambda span: (span[0], span[1]))


def is_icon(picture: Node) -> bool:
    """Whether the page gives the picture a size or a name of an icon."""
    for name in ("width", "height"):
        value = picture.attr(name).removesuffix("px").strip()
        if value.isdecimal() and value.isascii() and 0 < int(value[:6]) <= _SMALL:
            return True
    if any(int(px) <= _SMALL for px in _PIXELS.findall(picture.attr("style"))):
        return True
    return bool(_ICON.search(f"{picture.attr('class')} {picture.attr('id')} {picture.attr('src')[-80:]}"))
