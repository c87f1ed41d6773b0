"""Days on a paper: issue and expiry, each only at its own label (发证日期、有效期). A likely date elsewhere is another field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from compliance.pictures.paper import TOP, Paper, Value
from compliance.reading.dates import dates_in

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
_OPEN_END = re.compile(r"(?:至|到|-|—|~|to|until)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Day:
    """A printed day. `day` None: which day it means cannot be told (03/04/2020)."""

    text: str
    day: date | None
    value: Value
    own_label: bool = True  # stands at the label of its own field, not at one end of another's period
    last: bool = False  # an end of a period


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
    for value in _at(paper, "issued"):
        days = days_in(value.text)
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
    return Term(_first(issued) or _first(began), _first(expires), ends)


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
