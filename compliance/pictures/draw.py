"""The picture with its boxes drawn (识读结果图示): green confirmed, amber read, blue codes, violet marks, red signs of editing, grey
other print."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from compliance.pictures.document import pages_of
from compliance.pictures.load import Refused, is_pdf, load_picture
from compliance.pictures.records import Box, PictureReading

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

AROUND = 0.03  # of the picture's longer side kept around the part that was read
GREEN, AMBER, BLUE, VIOLET, GREY = (0, 140, 60), (215, 120, 0), (20, 90, 210), (150, 40, 170), (150, 150, 150)
CRIMSON = (200, 0, 40)


def drawn(data: bytes, reading: PictureReading) -> Image | None:
    """The picture as read, with boxes and the names of fields; None for bytes that are no picture."""
    from PIL import Image, ImageDraw

    try:
        if is_pdf(data):
            page = max((line.page for line in reading.lines), default=0)
            pixels, factor = next(p.pixels for p in pages_of(data) if p.number == page), 1.0
        else:
            loaded = load_picture(data)
            pixels, factor = loaded.pixels, loaded.factor
    except (Refused, StopIteration):
        return None
    picture = Image.fromarray(pixels)
    pen = ImageDraw.Draw(picture)
    for line in reading.lines:
        pen.rectangle(_corners(line.box, factor), outline=GREY, width=1)
    for name, value in reading.fields.items():
        _box(pen, value.box, factor, GREEN if value.confirmed else AMBER, name)
    for code in reading.qr:
        _box(pen, code.box, factor, BLUE, "qr")
    for seen in reading.marks:
        _box(pen, seen.box, factor, VIOLET, seen.mark)
    for sign in reading.edits:
        x, y, w, h = sign.box
        _box(pen, (x - 4, y + h + 4, w + 8, 3), factor, CRIMSON, f"{sign.sign}?")
    return picture


def part_of(data: bytes, box: Box | None, *, around: float = AROUND, outlined: bool = False) -> bytes | None:
    """PNG of the part of a picture that `box` holds, with `around` (share of its longer side) of what stands beside it; `outlined`: the
    box drawn. None for a document, for bytes that are no picture, and without a box."""
    from PIL import Image, ImageDraw

    if box is None:
        return None
    try:
        loaded = load_picture(data)
    except Refused:
        return None
    picture, pad = Image.fromarray(loaded.pixels), around * max(loaded.size)
    if outlined:
        left, top, right, bottom = _corners(box, loaded.factor)
        wide = max(2, round(0.004 * max(picture.size)))
        ImageDraw.Draw(picture).rectangle(
            (left - wide, top - wide, right + wide, bottom + wide), outline=VIOLET, width=wide
        )
    x, y, w, h = box
    left, top, right, bottom = (
        round(v)
        for v in _corners((x - pad, y - pad, w + 2 * pad, h + 2 * pad), loaded.factor)  # type: ignore[arg-type]
    )
    cut = (max(0, left), max(0, top), min(picture.width, right), min(picture.height, bottom))
    if cut[0] >= cut[2] or cut[1] >= cut[3]:
        return None
    out = io.BytesIO()
    picture.crop(cut).save(out, "PNG")
    return out.getvalue()


def _corners(box: Box, factor: float) -> tuple[float, float, float, float]:
    x, y, w, h = (v / factor for v in box)
    return x, y, x + w, y + h


def _box(pen: ImageDraw, box: Box, factor: float, colour: tuple[int, int, int], name: str) -> None:
    from PIL import ImageFont

    left, top, right, bottom = _corners(box, factor)
    pen.rectangle((left - 2, top - 2, right + 2, bottom + 2), outline=colour, width=3)
    size = min(28, max(13, (bottom - top) * 0.6))
    font = ImageFont.load_default(size)
    label = name if name.isascii() else ascii(name)
    wide = pen.textlength(label, font=font)
    pen.rectangle((right + 3, top - 2, right + 9 + wide, top + size + 2), fill=colour)
    pen.text((right + 6, top - 2), label, fill=(255, 255, 255), font=font)
