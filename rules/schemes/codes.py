"""Codes with a check digit: 统一社会信用代码, 组织机构代码, 食品生产许可证编号, 专利号, 居民身份证号, EAN-13 … and 编号 in normal form.

Here on the ground floor because reading, register, sample and crawler all need them. Functions take the bare code
(upper case, no blanks) and never raise. A code that holds proves its form only, never that it was given to anybody.
"""

from __future__ import annotations

import re
import unicodedata

USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I O S V Z
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_USCC_FORM = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def uscc_check_sign(first17: str) -> str | None:
    """Check sign of a USCC from its first 17 signs; None when a sign is not allowed (GB 32100-2015).

    >>> uscc_check_sign("91000000MA0000015")
    '7'
    """
    if len(first17) != 17 or any(sign not in USCC_SIGNS for sign in first17):
        return None
    total = sum(USCC_SIGNS.index(sign) * weight for sign, weight in zip(first17, _USCC_WEIGHTS, strict=True))
    return USCC_SIGNS[-total % 31]


def valid_uscc(code: str) -> bool:
    """统一社会信用代码: 18 signs, form and check sign hold. The inner organisation code is not asked: early ones break it."""
    return _USCC_FORM.fullmatch(code) is not None and uscc_check_sign(code[:17]) == code[17]


def organisation_check_sign(first8: str) -> str | None:
    """Check sign of an 组织机构代码 (GB 11714) from its first 8 signs.

    >>> organisation_check_sign("MA000001")
    '5'
    """
    if re.fullmatch(r"[0-9A-Z]{8}", first8) is None:
        return None
    total = sum(int(sign, 36) * weight for sign, weight in zip(first8, _ORG_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def valid_organisation_code(code: str) -> bool:
    """组织机构代码, nine signs with or without the hyphen before the last."""
    bare = code.replace("-", "")
    return len(bare) == 9 and organisation_check_sign(bare[:8]) == bare[8]


def valid_mod_11_10(digits: str) -> bool:
    """ISO 7064 MOD 11,10 (GB/T 17710): last digit checks the others. SC licence numbers, old 15-digit licence numbers."""
    if len(digits) < 2 or not digits.isascii() or not digits.isdigit():
        return False
    product = 10
    for digit in digits[:-1]:
        total = (product + int(digit)) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == int(digits[-1])


def valid_resident_id(code: str) -> bool:
    """居民身份证号: MOD 11-2 over 17 digits. Only asked so that the number can be masked."""
    if re.fullmatch(r"[0-9]{17}[0-9X]", code) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(code[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == code[17]


def valid_ean13(digits: str) -> bool:
    """EAN-13: weights 1 and 3 in turn, complement to ten."""
    if re.fullmatch(r"[0-9]{13}", digits) is None:
        return False
    total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(digits[:12]))
    return -total % 10 == int(digits[12])


def valid_patent_number(code: str) -> bool:
    """专利号 without ZL and point: 12 (8 before 2003-10) digits and a check sign; weights 2–9 in turn, mod 11, 10 is X."""
    if re.fullmatch(r"(?:[0-9]{12}|[0-9]{8})[0-9X]", code) is None:
        return False
    total = sum(int(digit) * (2 + i % 8) for i, digit in enumerate(code[:-1]))
    return "0123456789X"[total % 11] == code[-1]


_DASHES = re.compile(r"[‐‑‒–—―−]")
_LABEL = re.compile(
    r"^(?:认证)?(?:证书|注册|登记|许可证?)?(?:编?号码?|NO\.?|NUMBER)[:.：]*|^(?:CERT(?:IFICATE)?\.?)(?:NO\.?|NUMBER)[:.]*"
)


def normal_number(text: str) -> str:
    """编号 for comparison: NFKC, upper case, no blanks, one kind of dash, label and closing marks dropped.

    >>> normal_number("证书编号： 00025ｑ10001 r0m–1 ")
    '00025Q10001R0M-1'
    """
    folded = _DASHES.sub("-", unicodedata.normalize("NFKC", text).upper())
    return _LABEL.sub("", re.sub(r"\s+", "", folded)).strip(".,;:。，；、'\"-/")


def number_key(text: str) -> str:
    """Coarse form under which misprints of one number fall together: O as 0, I and L as 1, no hyphen, slash or point.
    Equal keys are a reason to look, never a match.

    >>> number_key("O0025Q1000I-R0M") == number_key("00025Q10001R0M")
    True
    """
    return re.sub(r"[-/.()]", "", normal_number(text)).translate(str.maketrans("OIL", "011"))


def near_numbers(text: str, limit: int = 48) -> tuple[str, ...]:
    """Other normal forms a misprint of `text` may stand for: O/0 and I/1 exchanged, hyphens dropped or a sub-number's hyphen
    put in, the cycle (R0M …) missing. Never holds the number itself; for a second look-up that must be told as such."""
    number = normal_number(text)
    variants: dict[str, None] = {}
    digits = re.sub(r"[OIL]", lambda m: "0" if m[0] == "O" else "1", number)
    as_digits = re.sub(r"(?<=[0-9])[OIL]+(?=[0-9R]|$)|^[OIL]+(?=[0-9])", lambda m: m[0].translate(_TO_DIGIT), number)
    cycle = re.sub(r"(?<=R)[OI](?=[LMS]|$)", lambda m: m[0].translate(_TO_DIGIT), as_digits)
    for form in (as_digits, cycle, digits):
        variants[form] = None
        variants[re.sub(r"[-/.]", "", form)] = None
        if ended := re.fullmatch(r"(.*R[0-9][LMS]?)-?([0-9]{1,3})", form):
            variants[f"{ended[1]}-{ended[2]}"] = None
            variants[ended[1]] = None
        if re.fullmatch(r"[0-9]{5}[A-Z]{1,5}[0-9]{4,5}", form):
            variants |= {f"{form}R{turn}{size}": None for turn in "0123" for size in ("M", "S", "L", "")}
        elif re.fullmatch(r"[0-9]{5}[A-Z]{1,5}[0-9]{4,5}R[0-9]", form):
            variants |= {f"{form}{size}": None for size in "MSL"}
        elif re.fullmatch(r"[0-9]{5}[A-Z]{1,5}[0-9]{4,5}R[0-9][LMS]", form):
            variants[form[:-1]] = variants[form[:-3]] = None
    variants.pop(number, None)
    variants.pop("", None)
    return tuple(variants)[:limit]


_TO_DIGIT = str.maketrans("OIL", "011")
