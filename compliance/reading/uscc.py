"""统一社会信用代码 on pages: find, check, and make invented ones for samples.

The arithmetic is in rules/schemes/codes.py (GB 32100-2015, GB 11714), so that register and sample use the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.schemes.codes import (
    USCC_SIGNS,
    organisation_check_sign,
    uscc_check_sign,
    valid_organisation_code,
    valid_uscc,
)

__all__ = ["UsccHit", "find_usccs", "make_uscc", "organisation_code_of", "valid_organisation_code", "valid_uscc"]

_ONE_FOR_ONE = str.maketrans({0xFF01 + i: chr(0x21 + i) for i in range(94)} | {c: c - 32 for c in range(97, 123)})
_FORM = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
# printed in groups, as on licences: 9100 0000 MA00 0001 57
_GROUPED = re.compile(
    r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}(?:[ -]?[0-9]){6}(?:[ -]?[0-9A-HJ-NPQRTUWXY]){10}(?![0-9A-Z])"
)


@dataclass(frozen=True, slots=True)
class UsccHit:
    """`text[start:end]` has the form of a USCC; `code` is the bare code, `valid` whether its check sign holds.
    One that does not hold is a typing error first, never another firm."""

    start: int
    end: int
    code: str
    valid: bool


def find_usccs(text: str) -> tuple[UsccHit, ...]:
    """All runs of the form, in reading order, full-width and lower-case signs understood; groups with blanks only when
    the check sign holds.

    >>> [(hit.code, hit.valid) for hit in find_usccs("统一社会信用代码：91000000MA00000157。")]
    [('91000000MA00000157', True)]
    """
    folded = text.translate(_ONE_FOR_ONE)
    hits = [UsccHit(m.start(), m.end(), m[0], valid_uscc(m[0])) for m in _FORM.finditer(folded)]
    if " " in folded or "-" in folded:
        for m in _GROUPED.finditer(folded):
            code = re.sub(r"[ -]", "", m[0])
            if len(code) != m.end() - m.start() and valid_uscc(code):
                hits.append(UsccHit(m.start(), m.end(), code, True))
    return tuple(sorted(hits, key=lambda hit: hit.start))


def organisation_code_of(uscc: str) -> str:
    """组织机构代码 inside a USCC (signs 9–17), written with its hyphen as old registers do."""
    return f"{uscc[8:16]}-{uscc[16]}"


def make_uscc(seed: int, area: str = "000000", department: str = "91") -> str:
    """An invented USCC with right check signs for samples and tests: area 000000 belongs to nowhere. Same seed, same code.

    >>> make_uscc(1)
    '91000000MA00000157'
    """
    signs = []
    rest = seed
    for _ in range(6):
        rest, digit = divmod(rest, len(USCC_SIGNS))
        signs.append(USCC_SIGNS[digit])
    first8 = "MA" + "".join(reversed(signs))
    first17 = department + area + first8 + (organisation_check_sign(first8) or "0")
    return first17 + (uscc_check_sign(first17) or "0")
