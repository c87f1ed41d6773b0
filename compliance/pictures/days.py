"""Days on a paper: issue and expiry, each only at its own label (发证日期、有效期). A likely date elsewhere is another field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from compliance.pictures.paper import TOP, Paper, Value
from compliance.reading.dates import dates_in, end_of_life

_MONTHS = {
    m: i + 1 for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
}
_NAMED = re.compile(r"(?<!\d)((?:19|20)\d\d)[-./ ]{1,3}([A-Za-z]{3,9})[-./, ]{1,3}(\d{1,2})(?!\d)")
_NAMED_SHORT = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[-./, ]{0,3}([A-Za-z]{3,9})[-./, ]{0,3}((?:19|20)\d\d)(?!\d)"
)
_MONTH_FIRST = re.compile(
    r"(?<![A-Za-z])([A-Za-z]{3,9})[-./, ]{0,3}(\d{1,2})(?:st|nd|rd|th)?[-./, ]{1,3}((?:19|20)\d\d)(?!\d)"
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([-./])(\d{1,2})\2((?:19|20)\d\d)(?!\d)")
_SQUEEZED = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?")
_HAN_ZERO = re.compile(r"(?<=[一二三四五六七八九〇])[oO0○◯零](?=[一二三四五六七八九〇oO0○◯零年])")
_SPOILT = re.compile(
    r"(?<![\d一二三四五六七八九〇])([\d一二三四五六七八九〇]{3})(年\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*"
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*日)"
)
YEARS = range(1, 7)  # terms of certificates in years
_OPEN_END = re.compile(r"(?:至|到|-|—|~|to|until)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Day:
    """A printed day. `day` None: which day it means cannot be told (03/04/2020)."""

    text: str
    day: date | None
    value: Value
    own_label: bool = True  # stands at the label of its own field, not at one end of another's period
    last: bool = False  # an end of a period
    supplied: bool = False  # one sign of its year was not read and follows from the other day


def days_in(text: str) -> list[tuple[str, date | None]]:
    """(as printed, day) of each full date; months and years alone are none.

    >>> days_in("2012-OCTOBER-31"), days_in("14.11.2023")
    ([('2012-OCTOBER-31', datetime.date(2012, 10, 31))], [('14.11.2023', datetime.date(2023, 11, 14))])
    """
    folded = _HAN_ZERO.sub("〇", text)
    found = [(h.start, h.end, h.date) for h in dates_in(folded) if h.precision == "day"]
    taken: list[tuple[int, int, date | None]] = list(found)
    for start, end, when in _others(folded):
        if not any(s < end and start < e for s, e, _ in taken):
            taken.append((start, end, when))
    return [(text[start:end], when) for start, end, when in sorted(taken, key=lambda t: t[0])]


def _others(text: str) -> Iterator[tuple[int, int, date | None]]:
    for pattern, order in ((_NAMED, "ymd"), (_NAMED_SHORT, "dmy"), (_MONTH_FIRST, "mdy")):
        for match in pattern.finditer(text):
            parts = dict(zip(order, match.groups(), strict=True))
            month = _MONTHS.get(parts["m"][:3].lower())
            if month is not None and (when := _real(int(parts["y"]), month, int(parts["d"]))):
                yield match.start(), match.end(), when
    for match in _SQUEEZED.finditer(text):
        if when := _real(int(match[1]), int(match[2]), int(match[3])):
            yield match.start(), match.end(), when
    for match in _NUMERIC.finditer(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        readings = {w for w in (_real(year, second, first), _real(year, first, second)) if w}
        if match[2] == "." and (dotted := _real(year, second, first)):
            readings = {dotted}  # dots: the day comes first
        if readings:
            yield match.start(), match.end(), readings.pop() if len(readings) == 1 else None


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def whole_term(begin: date, end: date) -> bool:
    """Whether `end` is the last day of, or the same day after, one to six years from `begin`."""
    for years in YEARS:
        last = end_of_life(begin, years, "year")
        if end == last or (end - last).days == 1:
            return True
    return False


def supplied_day(text: str, end: date) -> tuple[str, date] | None:
    """(as printed, day) of a first day whose year lacks one sign, where only one sign makes whole years to `end`.

    >>> supplied_day("二〇六年十二月七日", date(2019, 12, 6))
    ('二〇六年十二月七日', datetime.date(2016, 12, 7))
    """
    spoilt = _SPOILT.search(_HAN_ZERO.sub("〇", text))
    if spoilt is None:
        return None
    year, rest = spoilt.groups()
    signs = "0123456789" if year.isdigit() else "〇一二三四五六七八九"
    made = {f"{year[:at]}{sign}{year[at:]}{rest}" for at in range(4) for sign in signs}
    days = {when for one in made for _, when in days_in(one) if when is not None and whole_term(when, end)}
    return (text[spoilt.start() : spoilt.end()], days.pop()) if len(days) == 1 else None


@dataclass(frozen=True, slots=True)
class Term:
    """发证日期 and 有效期 of a paper. `ends`: every different last day it names."""

    issued: Day | None
    expires: Day | None
    ends: tuple[date, ...] = ()


def term_of(paper: Paper) -> Term:
    """The days at their labels; the first day of validity stands in for a missing issue date."""
    issued: list[Day] = []
    began: list[Day] = []
    expires: list[Day] = []
    unsure: list[Value] = []
    for value in _at(paper, "issued"):
        days = days_in(value.text)
        unsure += [value] if not days else []
        if days:
            issued.append(Day(*days[0], value))
            expires += [Day(*days[-1], value, own_label=False, last=True)] if len(days) == 2 else []
    for value in _at(paper, "expires"):
        days = days_in(value.text)
        if len(days) >= 2:
            began.append(Day(*days[0], value, own_label=False))
        if days and not (len(days) == 1 and re.match(r"\s*(?:自|从|from)", value.text, re.IGNORECASE)):
            expires.append(Day(*days[-1], value, last=True))
    expires.sort(key=lambda d: not d.own_label)
    ends = tuple(dict.fromkeys(d.day for d in expires if d.day is not None and d.own_label))
    first, last = _first(issued) or _first(began), _first(expires)
    if first is None and last is not None and last.day is not None:
        for value in unsure:
            if found := supplied_day(value.text, last.day):
                first = Day(*found, value, supplied=True)
    return Term(first, last, ends)


def _first(days: list[Day]) -> Day | None:
    return min(days, key=lambda d: (d.value.how == "below", d.value.box[TOP]), default=None)


def _at(paper: Paper, field: str) -> Iterator[Value]:
    """Values of the label; below it only when nothing stood behind or beside; an open end takes the next line."""
    answered: set[int] = set()
    for value in paper.values(field):
        key = id(value.label)
        if key in answered:
            continue
        if not days_in(value.text) and value.how != "behind":
            continue
        answered.add(key)
        if _OPEN_END.search(value.text) or (value.how == "behind" and not days_in(value.text)):
            below = next(iter(paper.below(value.lines[-1], heights=1.5)), None)
            if below is not None and days_in(below.line.text):
                value = Value(f"{value.text} {below.line.text}", (*value.lines, below), value.label, value.how)
        yield value
