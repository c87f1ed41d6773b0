"""What kind of picture it is, and whether a certificate in it can be read (图片种类)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compliance.pictures.certificate import Papers
from compliance.pictures.records import Kind, Line, MarkSeen, QrCode

if TYPE_CHECKING:
    import numpy as np

FEW = 12  # lines of print up to which a picture is no document
LONG = 1.9  # times as long as high: a banner
WHITE, TONES, MIXED = 0.6, 0.08, 4.0  # white border; part in middle tones; bits of a photograph's tones
LARGE = 0.12  # part of the picture from which a mark or a code is what the picture shows


def kind_of(
    papers: Papers, lines: Sequence[Line], codes: Sequence[QrCode], marks: Sequence[MarkSeen], pixels: np.ndarray
) -> tuple[Kind, str | None]:
    """(kind, why nothing was taken from it)."""
    height, width = pixels.shape[:2]
    if papers.certificate is not None:
        return "certificate", papers.certificate.reason
    if papers.certificates > 1:
        return "other", f"图中有{papers.certificates}张不同的证书，无法分别归属；请逐张提供"
    area = width * height
    if codes and len(lines) < FEW and max(c.box[2] * c.box[3] for c in codes) > LARGE * area:
        return "qr", None
    if marks and (len(marks) > 2 or max(m.box[2] * m.box[3] for m in marks) > LARGE * area):
        return "mark", None
    return ("product_photo" if not papers.others and _photo(pixels, lines) else "other"), None


def _photo(pixels: np.ndarray, lines: Sequence[Line]) -> bool:
    """Goods on white ground, or a photograph with next to no print; banners, maps, tables and blank pictures are none. A likely
    reading only: nothing rests on it."""
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    if len(lines) > FEW or max(width, height) > LONG * min(width, height):
        return False
    small = cv2.resize(pixels, (160, 160), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    border = np.concatenate([grey[:5].ravel(), grey[-5:].ravel(), grey[:, :5].ravel(), grey[:, -5:].ravel()])
    between = float(((grey > 30) & (grey < 225)).mean())  # neither paper nor ink
    if float((border > 235).mean()) > WHITE:
        return between > TONES
    counts = np.bincount(grey.ravel() // 4, minlength=64)
    shares = counts[counts > 0] / counts.sum()
    return len(lines) <= 3 and float(-(shares * np.log2(shares)).sum()) > MIXED
