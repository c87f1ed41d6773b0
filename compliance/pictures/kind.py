"""What kind of picture it is, and whether a certificate in it can be read (图片种类)."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.pictures.certificate import Papers
from compliance.pictures.records import Kind, Line, MarkSeen, QrCode

FEW = 12  # lines of print up to which a picture is no document
LARGE = 0.12  # part of the picture from which a mark or a code is what the picture shows


def kind_of(
    papers: Papers, lines: Sequence[Line], codes: Sequence[QrCode], marks: Sequence[MarkSeen], size: tuple[int, int]
) -> tuple[Kind, str | None]:
    """(kind, why nothing was taken from it)."""
    if papers.certificate is not None:
        return "certificate", papers.certificate.reason
    if papers.certificates > 1:
        return "other", f"图中有{papers.certificates}张不同的证书，无法分别归属；请逐张提供"
    area = size[0] * size[1]
    if codes and len(lines) < FEW and max(c.box[2] * c.box[3] for c in codes) > LARGE * area:
        return "qr", None
    if marks and (len(marks) > 2 or max(m.box[2] * m.box[3] for m in marks) > LARGE * area):
        return "mark", None
    return "other", None
