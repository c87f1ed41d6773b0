"""What a reader said of a field against what is printed: right, part, wrong or missing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

Result = Literal["right", "part", "wrong", "missing"]
FIELDS = ("number", "holder", "uscc", "standard", "scope", "body", "issued", "expires")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMERALS = {sign: k for k, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_TITLE = re.compile(
    r"(GB/?T|GB|ISO(?:/IEC|/TS)?|IEC|OHSAS|IATF|HJ|UL|EN|YY/?T|RB/?T|SB/?T|QC)[\s-]*(\d[\d.]*\d)(?:[\s:：-]+((?:19|20)\d\d))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Scored:
    """One field of one picture. `truth`: what is printed; `said`: the reader's value, or its text where it gave no value."""

    field: str
    result: Result
    confirmed: bool
    truth: str
    said: str | None

    @property
    def confirmed_wrong(self) -> bool:
        """Wrong, and the reader vouched for it: the one thing that must not be."""
        return self.confirmed and self.result == "wrong"


def scored(field: str, truth: str, said: dict[str, Any] | None) -> Scored:
    """`said`: the field as the contract gives it, None when the reader gave none."""
    text = (said["value"] or said["text"]) if said else None
    if said is None or not text:
        return Scored(field, "missing", False, truth, None)
    return Scored(field, compared(field, truth, text), bool(said["confirmed"]), truth, text)


def compared(field: str, truth: str, said: str) -> Result:
    """Never missing: what `said` is worth.

    >>> compared("issued", "APR 12, 2023", "2023-04-12"), compared("standard", "GB/T19001-2016/ISO9001:2015", "ISO 9001:2015")
    ('right', 'part')
    """
    if field in {"number", "uscc"}:
        return "right" if _signs(truth) == _signs(said) else "wrong"
    if field in {"issued", "expires"}:
        return "right" if (day_of(truth) or truth) == (day_of(said) or said) else "wrong"
    if field == "standard":
        wanted, got = _titles(truth), _titles(said)
        if wanted == got or _letters(truth) == _letters(said):
            return "right"
        return "part" if got and got < wanted else "wrong"
    a, b = _letters(truth), _letters(said)
    if a == b:
        return "right"
    if field == "scope":
        return "part" if SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.9 else "wrong"
    return "part" if field == "body" and min(len(a), len(b)) >= 4 and (a in b or b in a) else "wrong"


def _signs(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def _letters(text: str) -> str:
    """Letters and digits only, accents and case dropped."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold()
    return "".join(c for c in plain if c.isalnum())


def _titles(text: str) -> frozenset[tuple[str, str, str]]:
    return frozenset(
        (m[1].upper().replace("/", ""), m[2], m[3] or "") for m in _TITLE.finditer(unicodedata.normalize("NFKC", text))
    )


def day_of(text: str) -> str | None:
    """A printed day as YYYY-MM-DD; None for anything that is none.

    >>> day_of("二〇一六年十二月七日"), day_of("2012-OCTOBER-31"), day_of("14.11.2023"), day_of("Apr 7,2020")
    ('2016-12-07', '2012-10-31', '2023-11-14', '2020-04-07')
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if m := re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", text):
        return _iso(int(m[1]), int(m[2]), int(m[3]))
    if m := re.fullmatch(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})", text):
        return _iso(int(m[3]), int(m[2]), int(m[1]))
    if m := re.fullmatch(
        r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日", text
    ):
        return _iso(int("".join(str(_NUMERALS[c]) for c in m[1])), _small(m[2]), _small(m[3]))
    month = next((k for k, name in enumerate(_MONTHS, 1) if re.search(rf"(?<![a-z]){name}", text.lower())), None)
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    years = [n for n in numbers if n > 1900]
    days = [n for n in numbers if n <= 31]
    return _iso(years[0], month, days[0]) if month and len(years) == 1 and len(days) == 1 else None


def _small(text: str) -> int:
    if "十" not in text:
        return _NUMERALS[text]
    tens, ones = text.split("十")
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)


def _iso(year: int, month: int, day: int) -> str:
    return f"{year:04}-{month:02}-{day:02}"
