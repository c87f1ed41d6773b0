"""Days on pages (日期): Chinese and English forms, periods, open ends. Unreal days (2月30日) are no dates. Never raises.

Days are Chinese calendar days. A month or a year alone is a span: read as an issue its first day counts, as an expiry its
last (`first`, `last`). “有效期三年” has no date of its own: `lasting` gives the years, `end_of_life` the last day.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

LIMIT = 50_000  # signs of one block that are searched
EARLIEST, LATEST = 1949, 2099  # years that can stand on a certificate page

_FOLD = str.maketrans(
    {0xFF01 + i: chr(0x21 + i) for i in range(94)}
    | dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
    | dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003, 0x2009), " ")
    | {ord("．"): ".", ord("〜"): "~", ord("～"): "~"}
)
_HAN = {"〇": 0, "○": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_MONTHS = {
    name: i + 1
    for i, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
}
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"

Precision = Literal["day", "month", "year", "open"]
Day = date  # inside DateHit the name `date` is the field


@dataclass(frozen=True, slots=True)
class DateHit:
    """`text[start:end]` is a date. `date`: its first day (date.max when open: 长期). `precision`: how much is written.
    `part`: `from` or `to` when it is an end of a period written as one (自…至…, 2024.03.05-2027.03.04)."""

    start: int
    end: int
    date: Day
    precision: Precision
    part: Literal["from", "to"] | None = None

    @property
    def first(self) -> Day:
        """The first day it can mean: what an issue date counts from."""
        return self.date

    @property
    def last(self) -> Day:
        """The last day it can mean: what an expiry counts to, included."""
        if self.precision == "month":
            return self.date.replace(day=calendar.monthrange(self.date.year, self.date.month)[1])
        return self.date.replace(month=12, day=31) if self.precision == "year" else self.date


_SEP = r" {0,2}[-./] {0,2}"
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    # 2025年1月2日, 2025年1月2号, 2025年01月, 2025年; also 25年 is no year
    rf"(?<!\d)(?P<y1>{_YEAR}) {{0,2}}年(?: {{0,2}}(?P<m1>\d{{1,2}}) {{0,2}}月(?: {{0,2}}(?P<d1>\d{{1,2}}) {{0,2}}[日号]|(?!\d)))?(?!版)"
    # 2025-01-02, 2025/1/2, 2025.01.02; the same with the day left out is a month
    rf"|(?<![\d./])(?P<y2>{_YEAR})(?P<sep>{_SEP})(?P<m2>\d{{1,2}})(?P=sep)(?P<d2>\d{{1,2}})(?![\d])(?!\.\d|-\d(?!\d{{3}}))"
    rf"|(?<![\d.\-/A-Za-z])(?P<y3>{_YEAR})(?:[./](?P<m3>0?[1-9]|1[0-2])|-(?P<m3b>0[1-9]|1[0-2]))(?![\d./\-]\d|\d|%)(?!年|版)"
    # 20250102
    r"|(?<![\dA-Za-z./])(?P<y4>(?:19|20)\d\d)(?P<m4>0[1-9]|1[0-2])(?P<d4>0[1-9]|[12]\d|3[01])(?![\dA-Za-z]|\.\d)"
    # 二〇二五年一月二日
    r"|(?P<y5>[一二][〇○零一二三四五六七八九]{3}) ?年(?: ?(?P<m5>[元正一二三四五六七八九十]{1,3}) ?月(?: ?(?P<d5>[一二三四五六七八九十廿卅]{1,4}) ?[日号])?)?"
    # March 5, 2024; 05 Mar 2024; Mar. 2024; 5th of March 2024
    rf"|(?<![a-z])(?P<m6>{_MONTH})\.? {{1,2}}(?P<d6>\d{{1,2}})(?:st|nd|rd|th)?,? {{0,2}}(?P<y6>{_YEAR})(?!\d)"
    rf"|(?<!\d)(?P<d7>\d{{1,2}})(?:st|nd|rd|th)?(?: {{1,2}}of)?[ \-]{{1,2}}(?P<m7>{_MONTH})\.?,?[ \-]{{1,2}}(?P<y7>{_YEAR})(?!\d)"
    rf"|(?<![a-z])(?P<m8>{_MONTH})\.?,? {{1,2}}(?P<y8>{_YEAR})(?!\d)"
    # in 2021, until 2027
    rf"|(?:(?<=[ ,(]in )|(?<=until )|(?<=through ))(?P<y9>{_YEAR})(?![\d./\-]?\d)"
    # 长期, 9999-12-31
    r"|(?P<open>9999[-./]12[-./]31|99991231|9999年12月31日|长期有效|永久有效|长期|永久|无固定期限|(?<![a-z])permanent(?![a-z]))",
    re.IGNORECASE,
)
_WORTH = re.compile(r"[0-9０-９]{4}|年|长期|永久|无固定期限|permanent|(?:19|20)", re.IGNORECASE)
_BARE_YEAR = re.compile(
    rf"\s{{0,3}}({_YEAR})(?=\s*$|\s+(?:--?\s(?!\d)|(?![-./\d]))|[ ]?[:,;、，：][^\d]|[\u4e00-\u9fff](?<!年)(?<!版))"
)
# the second half of a period that leaves its year out: 2024年3月5日至12月31日
_SHORT_END = re.compile(r" ?(?:至|到|-+|~) ?(?P<m>\d{1,2}) ?月(?: ?(?P<d>\d{1,2}) ?[日号])?(?!\d)")
_COLUMNS = re.compile(r"\s*(?:\|\s*)?")
_STATUS = re.compile(r"\s*(?:\|?\s*(?:有效|正常|在有效期内|valid|active)\s*)?(?:\||\Z)", re.IGNORECASE)
_YEARS, _SLACK = 6, 3  # a certificate's longest term; days by which it may miss whole years
_BETWEEN = re.compile(
    r" {0,2}(?:起)?(?:\([^()]{0,6}\))? {0,2}(?:至|到|-{1,2}|~{1,2}|to|until|till|/) {0,2}", re.IGNORECASE
)
_LASTING = re.compile(
    r"(?:有效期|有效期限|有效期为|有效|valid(?:ity)?(?: period)?)[限为是:：of ]{0,4}(?P<n>[一二两三四五六七八九十]|\d{1,2}) ?(?:个)?(?P<unit>年|月|years?|months?)",
    re.IGNORECASE,
)


def dates_in(text: str, bare_years: bool = False) -> tuple[DateHit, ...]:
    """All dates of `text` in reading order, none overlapping. `bare_years`: also a year that begins or makes up the text
    without 年 (the cell or the head of a timeline's line: “2016 通过…”).

    >>> [(h.date.isoformat(), h.precision, h.part) for h in dates_in("有效期：2024.03.05-2027.03.04")]
    [('2024-03-05', 'day', 'from'), ('2027-03-04', 'day', 'to')]
    """
    if not _WORTH.search(text):
        return ()
    folded = text[:LIMIT].translate(_FOLD)
    hits: list[DateHit] = []
    at = 0
    if bare_years and (year := _BARE_YEAR.match(folded)):
        hits.append(DateHit(year.start(1), year.end(1), date(int(year[1]), 1, 1), "year"))
        at = year.end(1)
    while match := _DATE.search(folded, at):
        hit = _hit(match)
        at = max(match.end(), match.start() + 1)
        if hit is None:
            continue
        hits.append(hit)
        if hit.precision != "open" and (short := _short_end(folded, hit)):
            hits.append(short)
            at = short.end
    return tuple(_periods(folded, hits))


def lasting(text: str) -> tuple[int, Literal["year", "month"]] | None:
    """“有效期三年” → (3, "year"); None when no length of life is told.

    >>> lasting("证书有效期为三年")
    (3, 'year')
    """
    match = _LASTING.search(text[:LIMIT].translate(_FOLD))
    if match is None:
        return None
    word = match["n"]
    number = int(word) if word.isascii() else {**_HAN, "两": 2, "十": 10}[word]
    unit: Literal["year", "month"] = "year" if match["unit"].lower().startswith(("年", "y")) else "month"
    return (number, unit) if number else None


def end_of_life(issued: date, number: int, unit: Literal["year", "month"]) -> date:
    """Last day of a life that begins on `issued`: three years from 2024-03-05 end with 2027-03-04; date.max beyond year 9998.

    >>> end_of_life(date(2024, 3, 5), 3, "year").isoformat()
    '2027-03-04'
    """
    months = issued.year * 12 + issued.month - 1 + number * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    if year > 9998:
        return date.max
    day = min(issued.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1 if day == issued.day else 0)


def _hit(match: re.Match[str]) -> DateHit | None:
    if match["open"]:
        return DateHit(match.start(), match.end(), date.max, "open")
    for n in "123456789":
        if match[f"y{n}"]:
            break
    groups = match.groupdict()
    year = _year(groups[f"y{n}"])
    month = _month(groups.get(f"m{n}") or groups.get(f"m{n}b"))
    day = _day(groups.get(f"d{n}"))
    if not EARLIEST <= year <= LATEST or month == 0 or day == 0:
        return None
    try:
        when = date(year, month or 1, day or 1)
    except ValueError:
        return None
    return DateHit(match.start(), match.end(), when, "day" if day else "month" if month else "year")


def _year(written: str) -> int:
    return int(written) if written.isascii() else int("".join(str(_HAN[sign]) for sign in written))


def _month(written: str | None) -> int | None:
    """1–12; None when none is written; 0 when it can't be a month."""
    if written is None:
        return None
    if written.isascii():
        number = _MONTHS.get(written[:3].lower()) if written[0].isalpha() else int(written)
    else:
        number = 1 if written in "元正" else _han_number(written)
    return number if number and 1 <= number <= 12 else 0


def _day(written: str | None) -> int | None:
    if written is None:
        return None
    return int(written) if written.isascii() else _han_number(written) or 0


def _han_number(written: str) -> int | None:
    """十二 → 12, 二十 → 20, 廿三 → 23; None when it is no number below 100."""
    plain = written.replace("廿", "二十").replace("卅", "三十")
    match = re.fullmatch(r"([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)", plain)
    if match is None or not plain:
        return None
    if not match[2]:
        return _HAN[plain] if len(plain) == 1 else None
    return (_HAN[match[1]] if match[1] else 1) * 10 + (_HAN[match[3]] if match[3] else 0)


def _short_end(folded: str, begin: DateHit) -> DateHit | None:
    match = _SHORT_END.match(folded, begin.end)
    if match is None or begin.precision == "year":
        return None
    month, day = int(match["m"]), int(match["d"]) if match["d"] else None
    try:
        when = date(begin.date.year, month, day or 1)
    except ValueError:
        return None
    return DateHit(match.start("m"), match.end(), when, "day" if day else "month") if when >= begin.date else None


def _periods(folded: str, hits: list[DateHit]) -> list[DateHit]:
    """Marks neighbours that are joined by 至, 到, a dash … as the ends of a period."""
    out = list(hits)
    for i in range(len(out) - 1):
        begin, end = out[i], out[i + 1]
        joined = _BETWEEN.fullmatch(folded, begin.end, end.start) is not None or _is_term(folded, out, i)
        if joined and begin.part is None and begin.precision != "open" and begin.date <= end.last:
            out[i] = DateHit(begin.start, begin.end, begin.date, begin.precision, "from")
            out[i + 1] = DateHit(end.start, end.end, end.date, end.precision, "to")
    return out


def _is_term(folded: str, hits: list[DateHit], at: int) -> bool:
    """Two whole days side by side at the end of a line, no third one beside them, whole years apart but for the last day or two: the columns
    of a certificate's record (发证、到期) that lost their heads."""
    begin, end = hits[at], hits[at + 1]
    if begin.precision != "day" or end.precision != "day" or begin.part is not None:
        return False
    rest = (end.last - begin.date).days % 365.25
    years = (end.last - begin.date).days / 365.25
    if (
        not 0.9 < years < _YEARS + 0.1
        or min(rest, 365.25 - rest) > _SLACK
        or _COLUMNS.fullmatch(folded, begin.end, end.start) is None
    ):
        return False
    if at and _COLUMNS.fullmatch(folded, hits[at - 1].end, begin.start):
        return False
    return folded[begin.start - 1 : begin.start] in (" ", "|") and _STATUS.match(folded, end.end) is not None
