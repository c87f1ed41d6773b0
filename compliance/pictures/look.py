"""One picture looked at in this process: bytes → PictureReading (识读一张图片). The worker's whole job."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from compliance.pictures.certificate import certificate_in
from compliance.pictures.document import PAGES, pages_of
from compliance.pictures.edits import edit_signs, said
from compliance.pictures.kind import kind_of
from compliance.pictures.load import Refused, is_pdf, load_picture
from compliance.pictures.ocr import Printed, lines_of, read_again, read_strips
from compliance.pictures.records import Box, Field, Line, MarkSeen, PictureReading, QrCode
from compliance.pictures.ring import body_of_stamp
from compliance.pictures.witnesses import witnessed

if TYPE_CHECKING:
    import numpy as np


def look_at(data: bytes, name: str, context: str = "") -> PictureReading:
    """What the picture shows. `context`: words beside it on its page, which may confirm a mark. Never raises for bad bytes."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        if is_pdf(data):
            return _document(data, name, sha256, context)
        loaded = load_picture(data)
    except Refused as refused:
        return PictureReading(name, sha256, "other", False, str(refused), unreadable=True)
    printed = lines_of(loaded.pixels)
    return read_printed(printed, loaded.factor, loaded.size, name, sha256, context, loaded.notes)


def _document(data: bytes, name: str, sha256: str, context: str) -> PictureReading:
    """The first page of a PDF that is a certificate, else its first page."""
    first: PictureReading | None = None
    for page in pages_of(data):
        printed = Printed(page.lines, page.pixels) if page.lines else lines_of(page.pixels)
        notes = [f"PDF共{page.count}页，只看前{PAGES}页"] if page.count > PAGES else []
        notes += [f"证书在第{page.number + 1}页"] if page.number else []
        reading = read_printed(printed, 1.0, page.size, name, sha256, context, tuple(notes))
        if reading.kind == "certificate":
            return reading
        first = first or reading
    assert first is not None  # pages_of yields a page or raises
    return first


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
    height, width = printed.upright.shape[:2]
    papers = certificate_in(printed.lines, (round(width * factor), round(height * factor)))
    kind, reason = kind_of(papers, printed.lines, codes, marks, printed.upright)
    certificate = papers.certificate
    fields: dict[str, Field] = {}
    if certificate is not None and certificate.fields:
        again = partial(read_again, printed.upright)
        fields = witnessed(certificate.fields, certificate.found, codes, again)
        if "body" not in fields and (body := body_of_stamp(printed.upright, read_strips)) is not None:
            fields["body"] = body
    edits = edit_signs(printed.upright, fields, printed.lines)

    def back(box: Box) -> Box:
        x, y, w, h = printed.given(box)
        return round(x * factor), round(y * factor), round(w * factor), round(h * factor)

    return PictureReading(
        file=name,
        sha256=sha256,
        kind=kind,
        legible=certificate is not None and certificate.legible,
        reason="；".join(filter(None, (reason, *notes))) or None,
        fields={name: replace(f, box=back(f.box), height=f.height * factor) for name, f in fields.items()},
        qr=tuple(QrCode(code.text, back(code.box)) for code in codes),
        marks=tuple(MarkSeen(m.mark, m.confidence, back(m.box), m.confirmed_by) for m in marks),
        hints=(*(certificate.hints if certificate is not None else ()), *said(edits)),
        edits=tuple(replace(sign, box=back(sign.box)) for sign in edits),
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
