"""One picture looked at in this process: bytes → PictureReading (识读一张图片). The worker's whole job."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from typing import TYPE_CHECKING

from compliance.pictures.kind import kind_of
from compliance.pictures.load import Refused, load_picture
from compliance.pictures.records import Box, Line, MarkSeen, PictureReading, QrCode

if TYPE_CHECKING:
    import numpy as np

    from compliance.pictures.ocr import Printed


def look_at(data: bytes, name: str, context: str = "") -> PictureReading:
    """What the picture shows. `context`: words beside it on its page, which may confirm a mark. Never raises for bad bytes."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        loaded = load_picture(data)
    except Refused as refused:
        return PictureReading(name, sha256, "other", False, str(refused), unreadable=True)
    from compliance.pictures.ocr import lines_of

    printed = lines_of(loaded.pixels)
    return read_printed(printed, loaded.factor, loaded.size, name, sha256, context, loaded.notes)


def read_printed(
    printed: Printed,
    factor: float,
    size: tuple[int, int],
    name: str,
    sha256: str,
    context: str,
    notes: tuple[str, ...] = (),
) -> PictureReading:
    """The reading of pixels that OCR has read."""
    codes, marks = _codes(printed.upright), _marks(printed.upright, printed.lines, context)
    kind, legible, reason = kind_of(printed.lines, codes, marks, size)

    def back(box: Box) -> Box:
        x, y, w, h = printed.given(box)
        return round(x * factor), round(y * factor), round(w * factor), round(h * factor)

    return PictureReading(
        file=name,
        sha256=sha256,
        kind=kind,
        legible=legible,
        reason="；".join(filter(None, (reason, *notes))) or None,
        qr=tuple(QrCode(code.text, back(code.box)) for code in codes),
        marks=tuple(MarkSeen(m.mark, m.confidence, back(m.box), m.confirmed_by) for m in marks),
        size=size,
        lines=tuple(Line(li.text, back(li.box), li.confidence, li.height * factor, li.page) for li in printed.lines),
    )


def _codes(pixels: np.ndarray) -> tuple[QrCode, ...]:
    if find_spec("compliance.pictures.qr") is None or find_spec("zxingcpp") is None:
        return ()
    from compliance.pictures.qr import codes_in

    return tuple(codes_in(pixels))


def _marks(pixels: np.ndarray, lines: tuple[Line, ...], context: str) -> tuple[MarkSeen, ...]:
    if find_spec("compliance.pictures.marks") is None:
        return ()
    from compliance.pictures.marks import marks_in

    return tuple(marks_in(pixels, list(lines), context))
