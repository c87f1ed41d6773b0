"""Who vouches for a field: witnesses that do not share the errors of OCR (佐证). Without them a field is never `confirmed`.

Two passes over one picture share their errors and count as one witness, so agreement confirms nothing here. A pass over the
print made lower is asked only to speak against: print that reads otherwise at 70 % of its height has no margin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from compliance.pictures.days import whole_term
from compliance.pictures.fields import Found
from compliance.pictures.records import Box, Field, QrCode
from rules.schemes.codes import normal_number, number_key, valid_uscc

READABLE, ALONE = 10.0, 13.0  # px of print: accepted with a witness; right 46 times in 47
SURE = 0.9  # OCR's own confidence below which nothing is confirmed
MARGIN = ("number", "uscc", "issued", "expires")

Again = Callable[[Box], Sequence[str]]  # reads the print in a box of the upright page again, lower and in other ways


@dataclass(frozen=True, slots=True)
class _Stand:
    """What speaks for a field and what against it."""

    witnesses: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def witnessed(
    fields: Mapping[str, Field], found: Found, codes: Sequence[QrCode], again: Again | None
) -> dict[str, Field]:
    """The fields with their witnesses and doubts; `confirmed` where a witness outside the print's own reading vouches."""
    stands = {
        "number": lambda f: _number(f, found, codes, fields),
        "uscc": _uscc,
        "standard": lambda f: _standard(f, found),
        "issued": lambda f: _day(f, found, "issued"),
        "expires": lambda f: _day(f, found, "expires"),
    }
    out: dict[str, Field] = {}
    for name, value in fields.items():
        stand = stands[name](value) if name in stands else _Stand()
        doubts = stand.doubts
        if (
            name in MARGIN
            and stand.witnesses
            and not doubts
            and again is not None
            and (other := _reads_otherwise(value, again))
        ):
            doubts = (f"缩小后读作“{other}”，字迹没有余量",)
        if value.confidence < SURE:
            doubts = (*doubts, f"识别置信度{value.confidence:.2f}")
        out[name] = replace(
            value, witnesses=stand.witnesses, doubts=doubts, confirmed=bool(stand.witnesses) and not doubts
        )
    return out


def _number(value: Field, found: Found, codes: Sequence[QrCode], fields: Mapping[str, Field]) -> _Stand:
    """The number in the QR code vouches alone; else print of 13 px with a known grammar whose parts fit the paper."""
    if in_code(value.text, codes):
        return _Stand(("二维码内含该编号",))
    if other := other_number_in_code(value.text, codes):
        return _Stand(doubts=(f"二维码内的编号是“{other}”，与印刷的不同",))
    doubts: list[str] = []
    hit = found.hit
    if hit is None:
        return _Stand(doubts=("编号格式未知，须由二维码或登记印证",))
    if value.height < ALONE:
        doubts.append(f"字高{value.height:.0f}像素，低于{ALONE:.0f}像素")
    schemes = found.standard.schemes if found.standard is not None else ()
    field_fits = hit.part("field") is not None and bool(set(hit.schemes) & set(schemes))
    year_fits = _year_fits(hit.part("year"), found)
    if not field_fits and schemes and hit.part("field"):
        doubts.append("编号中的领域代码与证书所写标准不符")
    if year_fits is False:
        doubts.append("编号中的年份与证书日期不符")
    if not (field_fits and year_fits):
        return _Stand(doubts=tuple(doubts) or ("编号的组成无法与证书其他内容印证",))
    return _Stand(("编号格式、领域代码和年份与证书一致", f"字高{value.height:.0f}像素"), tuple(doubts))


def in_code(number: str, codes: Sequence[QrCode]) -> bool:
    """Whether a QR code carries the number, sign by sign; nothing is folded."""
    wanted = normal_number(number)
    plain = re.sub(r"[^0-9A-Z]", "", wanted)
    if len(plain) < 6:
        return False
    pattern = re.compile(rf"(?<![0-9A-Z]){re.escape(plain)}(?![0-9A-Z])")
    for code in codes:
        text = code.text.upper()
        if re.search(rf"(?<![0-9A-Z]){re.escape(wanted)}(?![0-9A-Z])", text):
            return True
        if pattern.search(re.sub(r"[-/. ]", "", text)):
            return True
    return False


def other_number_in_code(number: str, codes: Sequence[QrCode]) -> str | None:
    """A number in a QR code that is the printed one but for one or two signs: one of the two is misread or mistyped."""
    from rapidfuzz.distance import Levenshtein

    key = number_key(number)
    for code in codes:
        for token in re.findall(r"[0-9A-Z][0-9A-Z\-/.]{5,40}", code.text.upper()):
            if number_key(token) != key and Levenshtein.distance(number_key(token), key) <= 2:
                return token
    return None


def _year_fits(part: str | None, found: Found) -> bool | None:
    """Whether the year in the number is that of the issue date or lies up to three before it; None when it can't be told."""
    if part is None or not part.isdigit():
        return None
    year = int(part) if len(part) == 4 else 2000 + int(part)
    issued = found.term.issued
    if issued is None or issued.day is None:
        return None
    return 0 <= issued.day.year - year <= 3


def _uscc(value: Field) -> _Stand:
    if value.value is None:
        return _Stand(doubts=("不是18位代码的形式",))
    if not valid_uscc(value.value):
        return _Stand(doubts=("校验码不符：可能识读有误，也可能证书本身印错，不作更正",))
    if value.height < READABLE:
        return _Stand(doubts=(f"字高{value.height:.0f}像素，低于{READABLE:.0f}像素",))
    return _Stand((f"18位代码校验码相符，字高{value.height:.0f}像素",))


def _standard(value: Field, found: Found) -> _Stand:
    standard = found.standard
    if standard is None or not standard.known:
        return _Stand(doubts=("不是已知标准的已发布版本",))
    if value.height < READABLE:
        return _Stand(doubts=(f"字高{value.height:.0f}像素，低于{READABLE:.0f}像素",))
    tokens = standard.value.split("/")
    both = len([t for t in tokens if re.search(r"[:-](?:19|20)\d\d$", t)]) > 1
    field = (
        found.hit is not None and found.hit.part("field") is not None and set(found.hit.schemes) & set(standard.schemes)
    )
    if not (both or field or value.height >= ALONE):
        return _Stand(doubts=("只有一处印出，字高不足",))
    return _Stand(("与已知标准的已发布版本一致",))


def _day(value: Field, found: Found, which: str) -> _Stand:
    """The two days of a term vouch for each other when they lie whole years apart; a misread sign breaks that."""
    day = found.term.issued if which == "issued" else found.term.expires
    if day is None or day.day is None:
        return _Stand(doubts=("日期的日和月无法分辨",))
    if day.supplied:
        return _Stand(doubts=(f"年份只读出三位，按有效期推定为{day.day.year}年，须看原图",))
    doubts: list[str] = []
    if len(found.term.ends) > 1 and which == "expires":
        doubts.append("证书上印有两个不同的截止日期")
    if value.height < READABLE:
        doubts.append(f"字高{value.height:.0f}像素，低于{READABLE:.0f}像素")
    begin, end = found.term.issued, found.term.expires
    if begin is None or end is None or begin.day is None or end.day is None or begin.supplied or end.supplied:
        return _Stand(doubts=(*doubts, "没有另一个日期可以印证"))
    if begin.day >= end.day:
        return _Stand(doubts=(*doubts, "截止日期不晚于发证日期"))
    if not whole_term(begin.day, end.day):
        return _Stand(doubts=tuple(doubts) or ("与另一个日期不成整年的有效期，无法互相印证",))
    return _Stand(("与另一个日期构成整年的有效期", f"字高{value.height:.0f}像素"), tuple(doubts))


def _reads_otherwise(value: Field, again: Again) -> str | None:
    wanted = _plain(value.text)
    for text in again(value.box):
        if wanted not in _plain(text):
            return text
    return None


def _plain(text: str) -> str:
    return re.sub(r"[^0-9A-Z\u3400-\u9fff]", "", text.upper().translate(_WIDTH))


_WIDTH = str.maketrans({0xFF01 + i: chr(0x21 + i) for i in range(94)})
