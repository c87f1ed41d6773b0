"""What kind of picture it is, and whether a certificate in it can be read (图片种类).

A number, a term and the word 认证 also stand on licences, honours and audit reports: a certificate names a standard or a
product rule, and a certification body or its own name as certificate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from compliance.pictures.records import Kind, Line, MarkSeen, QrCode

READABLE = 10.0  # px of print below which numbers, codes and dates are guesses (46 of 47 right from 13, every third wrong below 10)
_TITLE = re.compile(r"认证证书|認證證書|认证证書|CERTIFICAT(?:E|ION)|ZERTIFIKAT|ATTESTATION OF", re.IGNORECASE)
_STANDARD = re.compile(
    r"(?:[I1l]S[O0]|GB ?/? ?T|HJ|OHSAS|IATF|UL|EN|IEC)[ /]{0,2}(?:IEC |TS |T)?[ \-]?\d{3,5}|CNCA-\w+-\d+", re.IGNORECASE
)
_OTHER = re.compile(
    r"营业执照|许可证|专利证书|荣誉证书|荣誉|高新技术企业|著作权|登记证书|商标注册|授权书|信用等级|audit report|CMMI|检验报告|检测报告|TEST REPORT"
    r"|奖|会员|牌照|开户",
    re.IGNORECASE,
)


def kind_of(
    lines: Sequence[Line], codes: Sequence[QrCode], marks: Sequence[MarkSeen], size: tuple[int, int]
) -> tuple[Kind, bool, str | None]:
    """(kind, legible, why not)."""
    words = "\n".join(line.text for line in lines)
    if _TITLE.search(words) and not _OTHER.search(words):
        if _STANDARD.search(words):
            return "certificate", True, None
        if size[0] < 400:
            return "certificate", False, "证书文字过小，无法识读"
    if codes and len(lines) < 8:
        return "qr", False, None
    return "other", False, None
