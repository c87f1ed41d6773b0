"""Certificates as PDF: the text layer first, OCR only for pages without one (PDF证书).

Runs in the worker: a document comes from a stranger. Boxes are px of the page as rendered, its long side LONG px.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compliance.pictures.load import MAX_BYTES, Refused
from compliance.pictures.records import Box, Line

if TYPE_CHECKING:
    import numpy as np

PAGES = 5  # pages that are looked at; a certificate has one or two
LONG = 2_000  # px of the rendered page's long side: print of 8 pt is 18 px high
COVERS = 0.4  # part of the page from which a picture in it is its scan
LEAST = 0.25  # px a point: below, the page would be a stamp
LAYER = 40  # signs from which a page has a text layer
POINTS = 14_400  # a PDF page may be 200 inches long; longer is a trap


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page: `lines` of its text layer, empty when it has none; `pixels` RGB."""

    number: int
    count: int
    lines: tuple[Line, ...]
    pixels: np.ndarray
    size: tuple[int, int]


def pages_of(data: bytes) -> Iterator[DocumentPage]:
    """The first PAGES pages. Raises Refused."""
    import numpy as np
    import pypdfium2 as pdfium

    if len(data) > MAX_BYTES:
        raise Refused(f"PDF文件{len(data):,}字节，超过上限{MAX_BYTES:,}字节")
    try:
        document = pdfium.PdfDocument(data)
        count = len(document)
    except pdfium.PdfiumError as error:
        raise Refused(f"PDF无法打开（损坏或有密码）：{error}") from error
    if not count:
        raise Refused("PDF没有页面")
    for number in range(min(count, PAGES)):
        try:
            page = document[number]
            width, height = page.get_size()
            if not 0 < min(width, height) <= max(width, height) <= POINTS:
                raise Refused(f"PDF第{number + 1}页的尺寸{width:.0f}×{height:.0f}点，不合理")
            scale = _scale(page, width, height)
            picture = page.render(scale=scale).to_pil().convert("RGB")
            yield DocumentPage(number, count, _layer(page, scale, height, number), np.asarray(picture), picture.size)
        except pdfium.PdfiumError as error:
            raise Refused(f"PDF第{number + 1}页无法读取：{error}") from error


def _scale(page: Any, width: float, height: float) -> float:
    """Px a point: so that the page is LONG px long, or as its scan has them: enlarging a scan would only feign high print."""
    import pypdfium2.raw as raw

    scale = LONG / max(width, height)
    for scan in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = scan.get_bounds()
        if (right - left) * (top - bottom) > COVERS * width * height:
            pixels, _ = scan.get_px_size()
            scale = min(scale, max(pixels / max(right - left, 1.0), LEAST))
    return scale


def _layer(page: Any, scale: float, height: float, number: int) -> tuple[Line, ...]:
    text = page.get_textpage()
    runs: list[tuple[Box, str]] = []
    for index in range(min(text.count_rects(), 3_000)):
        left, bottom, right, top = text.get_rect(index)
        words = text.get_text_bounded(left, bottom, right, top).strip()
        if words and right > left and top > bottom:
            x, y = round(left * scale), round((height - top) * scale)
            runs.append(((x, y, round((right - left) * scale), max(1, round((top - bottom) * scale))), words))
    if sum(len(words) for _, words in runs) < LAYER:
        return ()
    return tuple(Line(" ".join(words.split()), box, 1.0, float(box[3]), number) for box, words in _rows(runs))


def _rows(runs: list[tuple[Box, str]]) -> list[tuple[Box, str]]:
    """Runs that touch in one row joined: a change of font ends a run in the middle of a line."""
    out: list[tuple[Box, str]] = []
    for box, words in sorted(runs, key=lambda r: (r[0][1] + r[0][3] // 2, r[0][0])):
        for at, (last, text) in enumerate(out[-6:], start=max(0, len(out) - 6)):
            level = min(last[1] + last[3], box[1] + box[3]) - max(last[1], box[1]) > 0.6 * min(last[3], box[3])
            gap = box[0] - (last[0] + last[2])
            if level and -0.3 * box[3] <= gap <= 0.8 * box[3]:
                top, bottom = min(last[1], box[1]), max(last[1] + last[3], box[1] + box[3])
                blank = " " if gap > 0.25 * box[3] and text[-1:].isascii() and words[:1].isascii() else ""
                out[at] = ((last[0], top, box[0] + box[2] - last[0], bottom - top), f"{text}{blank}{words}")
                break
        else:
            out.append((box, words))
    return out
