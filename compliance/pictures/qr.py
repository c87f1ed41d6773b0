"""QR codes (二维码) in a picture, read with zxing-cpp: content and box. What a code says is the picture's own word, never fetched."""

from __future__ import annotations

from typing import Any

import numpy as np

from compliance.pictures.records import QrCode

MOST_CODES = 16  # a sheet of labels is no certificate
MOST_SIGNS = 2048  # of one code's content; a QR code holds at most 4,296
MOST_PIXELS = 12_000_000  # larger pictures are looked at smaller
SCALES = (1.0, 2.0, 3.0)  # small prints decode only enlarged
ENLARGED_PIXELS = 6_000_000  # an enlarged picture is no larger than that


def codes_in(image: Any) -> list[QrCode]:
    """Every QR code (also Micro QR, Data Matrix) in `image`, top first; boxes (x, y, w, h) in pixels of `image`.

    `image`: RGB or grey, a numpy array of uint8 or a Pillow picture. A code is decoded only when its own error correction
    holds, so a text is what the code says, not a guess. Control signs are taken out of it.
    """
    import cv2
    import zxingcpp

    pixels = np.asarray(image)
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    if min(height, width) < 8:
        return []
    kinds = zxingcpp.BarcodeFormat
    formats = zxingcpp.BarcodeFormats([kinds.QRCode, kinds.MicroQRCode, kinds.DataMatrix])
    fit = min(1.0, (MOST_PIXELS / (height * width)) ** 0.5)
    for scale in SCALES:
        if scale > 1 and height * width * scale * scale > ENLARGED_PIXELS:
            break
        ratio = scale * fit
        size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
        way = cv2.INTER_AREA if ratio < 1 else cv2.INTER_CUBIC
        shown = grey if ratio == 1 else cv2.resize(grey, size, interpolation=way)
        found = zxingcpp.read_barcodes(shown, formats=formats, text_mode=zxingcpp.TextMode.Plain)
        if found:
            codes = {_code(code, ratio, width, height) for code in found[:MOST_CODES]}
            return sorted((code for code in codes if code.text), key=lambda code: (code.box[1], code.box[0]))
    return []


def _code(code: Any, ratio: float, width: int, height: int) -> QrCode:
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    xs, ys = [p.x / ratio for p in corners], [p.y / ratio for p in corners]
    x, y = max(0, round(min(xs))), max(0, round(min(ys)))
    text = "".join(c for c in code.text[:MOST_SIGNS] if c.isprintable())
    return QrCode(text, (x, y, min(width, round(max(xs))) - x, min(height, round(max(ys))) - y))
