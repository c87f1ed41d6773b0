"""Cells of a register file made clean: days, numbers, codes, states. A cell that can't be used gives `Odd` with the reason.

Days are integers YYYYMMDD in China standard time here, because five million of them are compared and written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from operator import mul
from typing import Any

from compliance.register.words import words

EARLIEST, LATEST = 1990, 2080  # years of a plausible certificate; 9999 means without end
_SERIAL_ZERO = datetime(1899, 12, 30)  # day 0 of spreadsheet dates
_DAY = re.compile(r"(?<!\d)(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})(?:日|(?!\d))")
_PACKED = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?:\d{6})?(?!\d)")  # with a time of day as well
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDED = re.compile(
    rf"(?<![a-z\d])(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?[\s\-.,]*)?(?P<month>{'|'.join(_MONTHS)})[a-z]*[\s\-.,]*"
    r"(?:(?P<after>\d{1,2})(?:st|nd|rd|th)?[\s\-.,]+)?(?P<year>\d{4})(?!\d)",
    re.IGNORECASE,
)
_HAN_DAY = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]"
)
_HAN_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0"}
_DAMAGED = re.compile(r"^\d(?:\.\d+)?E\+?\d{2}$")
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {c: i for i, c in enumerate(_SIGNS)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_NUMBER_DROPPED = re.compile(r"[\s\u3000'\"“”‘’]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―－−﹣ー", "-"))


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell that can't be used. `what`: what is wrong, `fix`: what to do."""

    what: str
    fix: str = "correct the cell and import again"


class Memo(dict[Any, Any]):
    """`memo[cell]` gives `read(cell)`, worked out once for each different cell (at most `bound` are kept)."""

    def __init__(self, read: Callable[[Any], Any], bound: int = 500_000) -> None:
        super().__init__()
        self._read, self._bound = read, bound

    def __missing__(self, cell: Any) -> Any:
        value = self._read(cell)
        if len(self) < self._bound and not (cell.__class__ is str and len(cell) > 200):
            self[cell] = value
        return value


def plain_text(cell: Any) -> str:
    """The cell's text in half width without blanks at its ends; "" for an empty or meaningless one (无, -, null …)."""
    if cell is None:
        return ""
    text = str(cell).strip()
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text).strip()
    return "" if text.lower() in _blanks() else text


@cache
def _blanks() -> frozenset[str]:
    return frozenset(str(w).lower() for w in words("status")["blank"])


def day_of(cell: Any) -> int | None | Odd:
    """The day a cell names, YYYYMMDD; None when it is blank or without end (长期, 9999-12-31).

    >>> day_of("2025年1月2日"), day_of("20250102"), day_of("45659"), day_of("9999-12-31"), day_of("长期")
    (20250102, 20250102, 20250102, None, None)
    """
    if isinstance(cell, date):  # datetime too
        return _checked(cell.year, cell.month, cell.day, cell.isoformat())
    text = plain_text(cell)
    if not text or text.lower() in words("status")["open_ended"]:
        return None
    days = _days_in(text)
    if len(days) == 1:
        return days[0]
    if len(days) > 1:
        return Odd(f"{text!r}: two dates where one is expected", "give each date its own column")
    serial = _serial_of(text)
    return serial if serial is not None else Odd(f"{text!r} is not a date", "write dates as 2026-01-31")


def term_of(cell: Any) -> int | None | Odd | tuple[int | None, int | None]:
    """As `day_of`, but a cell with both ends (2023-01-01至2026-01-01) gives (start, end)."""
    text = plain_text(cell) if isinstance(cell, str) else ""
    if len(text) > 11:
        days = _days_in(text)
        if len(days) == 2:
            odd = next((d for d in days if isinstance(d, Odd)), None)
            return odd if odd is not None else (days[0], days[1])  # type: ignore[return-value]
        if len(days) == 1 and (text.endswith("至长期") or text.endswith("至永久")):
            return days[0] if isinstance(days[0], Odd) else (days[0], None)
    return day_of(cell)


def _days_in(text: str) -> list[int | None | Odd]:
    found = _DAY.findall(text) or _PACKED.findall(text)
    return [_checked(int(y), int(m), int(d), text) for y, m, d in found] or _worded_days(text)


def _worded_days(text: str) -> list[int | None | Odd]:
    """Days with the month in words (5 Jan 2024, Jan 5, 2024) or in Chinese numerals (二〇二四年一月五日).

    A day in figures only, in an order that isn't known (01/02/2024), is no day.
    """
    days: list[int | None | Odd] = []
    for found in _WORDED.finditer(text):
        day = found["before"] or found["after"]
        if day is not None:
            days.append(_checked(int(found["year"]), _MONTHS.index(found["month"].lower()) + 1, int(day), text))
    for year, month, day in _HAN_DAY.findall(text):
        days.append(_checked(int("".join(map(_HAN_DIGITS.__getitem__, year))), _tens(month), _tens(day), text))
    return days


def _tens(numeral: str) -> int:
    """十 → 10, 十二 → 12, 二十一 → 21, 三 → 3."""
    tens, ten, ones = numeral.rpartition("十")
    return (int(_HAN_DIGITS[tens]) if tens else 1) * bool(ten) * 10 + (int(_HAN_DIGITS[ones]) if ones else 0)


def _serial_of(text: str) -> int | None | Odd:
    try:
        number = float(text)
    except ValueError:
        return None
    if 10**11 <= number < 10**13:  # milliseconds from 1970, as programs write days into JSON: the day in China
        day = datetime(1970, 1, 1) + timedelta(milliseconds=number, hours=8)
    elif 20_000 <= number < 80_000:  # 1954 … 2119
        day = _SERIAL_ZERO + timedelta(days=int(number))
    else:
        return None
    return _checked(day.year, day.month, day.day, text)


def _checked(year: int, month: int, day: int, text: str) -> int | None | Odd:
    if year == 9999:
        return None
    try:
        date(year, month, day)
    except ValueError:
        return Odd(f"{text!r}: there is no such day", "write dates as 2026-01-31")
    if not EARLIEST <= year <= LATEST:
        return Odd(f"{text!r}: the year {year} can't be right (expected {EARLIEST}–{LATEST}, or 9999 for no end)")
    return year * 10000 + month * 100 + day


def date_of(day: int | None) -> date | None:
    """20260131 → date(2026, 1, 31)."""
    return None if day is None else date(day // 10000, day // 100 % 100, day % 100)


def int_of(day: date | None) -> int | None:
    """date(2026, 1, 31) → 20260131."""
    return None if day is None else day.year * 10000 + day.month * 100 + day.day


def number_key(number: str) -> str:
    """The certificate number made comparable: half width, capitals, one kind of dash, no blanks. "" for none.

    >>> number_key("００026Q 30001R0M—1")
    '00026Q30001R0M-1'
    """
    if number.isalnum() and number.isascii():
        return number.upper()
    text = plain_text(number).translate(_DASHES)
    return _NUMBER_DROPPED.sub("", text).upper()


def is_damaged(key: str) -> bool:
    """True for a number that a spreadsheet spoilt (2.025E+15): digits are lost, it must never be matched."""
    return "E" in key and bool(_DAMAGED.match(key))


def code_of(cell: str) -> str | None:
    """统一社会信用代码 (18 signs) or the old organisation code (9 signs, written without dash) in capitals; None when blank."""
    if len(cell) == 18 and cell.isalnum() and cell.isascii():
        return cell if cell.isupper() else cell.upper()  # mostly the cell itself: a million copies are 70 MB
    return plain_text(cell).replace("-", "").replace(" ", "").upper() or None


def code_is_right(code: str) -> bool:
    """Whether the check digit holds: GB 32100 for 18 signs, GB 11714 for 9.

    >>> code_is_right("91000000MA00000157"), code_is_right("91000000MA00000150")
    (True, False)
    """
    if len(code) == 18:
        try:
            total = sum(map(mul, map(_VALUES.__getitem__, code), _WEIGHTS))
        except KeyError:
            return False  # a sign that no code has: I, O, S, V, Z …
        return _SIGNS[-total % 31] == code[17] and code[2:8].isdecimal()
    if len(code) == 9 and code.isascii() and code.isalnum():
        total = sum(int(c, 36) * w for c, w in zip(code, (3, 7, 9, 10, 5, 8, 4, 2), strict=False))
        rest = 11 - total % 11
        return "0123456789X0"[rest if rest != 11 else 0] == code[8]
    return False


@dataclass(frozen=True, slots=True)
class StateRead:
    """What a status cell says. `state` None: unknown. `since`: a date inside the cell. `reinstated`: an event, back to valid."""

    state: str | None
    since: int | None = None
    reinstated: bool = False
    odd: str | None = None


@cache
def _state_words() -> dict[str, str | None]:
    data = words("status")
    named = {w.lower(): s for s in ("valid", "suspended", "revoked", "cancelled", "expired") for w in data[s]}
    return named | {w.lower(): None for w in data["unknown"]}


def _without_affixes(word: str) -> str:
    """证书已被暂停 → 暂停, in_force → in force."""
    word = re.sub(r"[_\-\s]+", " ", word).lower()
    data = words("status")
    while before := next((b for b in data["before"] if word.startswith(b) and len(word) > len(b)), None):
        word = word[len(before) :].lstrip(" :")
    after = next((a for a in data["after"] if word.endswith(a) and len(word) > len(a)), "")
    return word.removesuffix(after).strip()


def state_of(cell: Any) -> StateRead:
    """The state a cell names, brackets, remarks and a date in it read apart.

    >>> state_of("暂停（2026-01-05）")
    StateRead(state='suspended', since=20260105, reinstated=False, odd=None)
    """
    text = plain_text(cell)
    if not text:
        return StateRead(None)
    known = _state_words()
    since = next((d for d in _days_in(text) if isinstance(d, int)), None)
    bare = _PACKED.sub("", _DAY.sub("", text)).strip(" ()[]:,;-起自至")
    bare = bare if bare.lower() in known else re.sub(r"\s+", "", bare) if not bare.isascii() else bare
    if bare.lower() in known:
        return StateRead(known[bare.lower()], since, bare in words("status")["reinstated"])
    plain = _without_affixes(bare)
    if plain in known:
        return StateRead(known[plain], since, plain in words("status")["reinstated"])
    parts = [p for p in re.split(r"[()\[\],;/、\s:]+", bare) if p]
    states = {known[p.lower()] for p in parts if p.lower() in known}
    if len(states) == 1 and parts[0].lower() in known:
        return StateRead(states.pop(), since, any(p in words("status")["reinstated"] for p in parts))
    if len(states) > 1:
        return StateRead(None, since, odd=f"status {text!r} names several states")
    return StateRead(None, since, odd=f"status {text!r} is not a known word")
