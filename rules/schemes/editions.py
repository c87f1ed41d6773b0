"""版次: where a text names an edition of a standard, in the spellings met on pages.

“ISO 9001:2008”, “GB/T19001—2016 idt ISO9001:2015”, “ISO9001-2000”, “9001：2015”, “ISO9001（2008版）”, “2015版ISO9001”,
“ISO9001:2000certified”, “ISO 9001/2008”. A year that dates the certificate (“ISO9001 2008年通过”) is no edition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# one sign for one sign, so that offsets stay those of the text
_FOLD = str.maketrans(
    {0xFF01 + i: chr(0x21 + i) for i in range(94)}
    | dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
    | {0x3000: " ", 0xA0: " "}
)
_DATED = re.compile(
    r"^(?P<pre>[A-Z][A-Z/ ]*?)[ /-]?(?P<no>\d{2,6}[A-D]?(?:\.\d+)?(?:-\d{1,2})?)[:-](?P<year>\d{4})$", re.I
)
_NUMBER = re.compile(r"(?P<no>\d{2,6}[A-D]?(?:\.\d+)?(?:-\d{1,2})?)$")


@dataclass(frozen=True, slots=True)
class EditionMention:
    """`text[start:end]` names a standard with a year. `edition` is the index in the scheme's editions, None when no such
    edition was ever published (a slip of the pen, or a date)."""

    start: int
    end: int
    number: str  # "9001", "20000-1"
    year: str | None
    edition: int | None


@dataclass(frozen=True)
class Written:
    """How the editions of one scheme may be written: numbers with years, and other spellings."""

    years: dict[tuple[str, str], int]
    other: dict[str, int]
    pattern: re.Pattern[str] | None
    literal: re.Pattern[str] | None

    @classmethod
    def of(cls, editions: Sequence[tuple[str, str | None, Sequence[str]]], standards: Sequence[str]) -> Written:
        """From (name, national number, other spellings) of each edition, in order, and the numbers without year."""
        years: dict[tuple[str, str], int] = {}
        other: dict[str, int] = {}
        numbers = {m["no"] for s in standards if (m := _NUMBER.search(s))}
        for index, (name, gb, spellings) in enumerate(editions):
            for spelling in (name, gb, *spellings):
                if spelling is None:
                    continue
                if dated := _DATED.match(spelling):
                    numbers.add(dated["no"])
                    years[dated["no"], dated["year"]] = index
                else:
                    other[_key(spelling)] = index
        return cls(years, other, _dated_pattern(numbers), _literal_pattern(other))


def mentions_of(text: str, written: Written) -> tuple[EditionMention, ...]:
    """All mentions in reading order; offsets are those of `text`."""
    folded = text.translate(_FOLD)
    found: list[EditionMention] = []
    if written.pattern is not None:
        for m in written.pattern.finditer(folded):
            number = re.sub(r"\s", "", m["no"] or m["no2"]).upper()
            year = next(y for y in (m["year"], m["later"], m["short"], m["before"], m["first"]) if y)
            if len(year) == 2:
                year = ("19" if year > "50" else "20") + year
                if (number, year) not in written.years:
                    continue  # “ISO9001-14”: a serial, not a year
            found.append(EditionMention(m.start(), m.end(), number, year, written.years.get((number, year))))
    if written.literal is not None:
        for m in written.literal.finditer(folded):
            if not any(f.start <= m.start() < f.end for f in found):
                found.append(EditionMention(m.start(), m.end(), m.group(0), None, written.other[_key(m.group(0))]))
    return tuple(sorted(found, key=lambda f: (f.start, f.end)))


def _key(spelling: str) -> str:
    return re.sub(r"\s", "", spelling.translate(_FOLD)).casefold()


def _dated_pattern(numbers: set[str]) -> re.Pattern[str] | None:
    if not numbers:
        return None
    any_number = "|".join(re.escape(n).replace(r"\-", r"\s?-\s?") for n in sorted(numbers, key=lambda n: (-len(n), n)))
    return re.compile(
        rf"(?<![\d.])(?P<no>{any_number})(?:"
        # straight after the number: colon, dash, slash, bracket or “版:”; a bare blank only when no date follows
        r"\s{0,2}(?:[:\-]{1,2}|/|[(\[〔]|版本?:)\s{0,2}(?P<year>(?:19|20)\d\d)(?!\d|-\d|\.\d|\s?年(?!版))"
        r"|\s(?:v|ver\.?\s?)?(?P<later>(?:19|20)\d\d)(?!\d|[-/.]\d|\s?[年月])"
        r"|\s?[:\-]\s?(?P<short>\d\d)(?![\d.\-/])"
        # with the word 版 within a few signs: “ISO9001质量管理体系（2008版）”
        r"|[^\d。；;！？!?\n]{0,16}?(?P<before>(?:19|20)\d\d)\s?年?\s?版"
        rf")|(?<!\d)(?P<first>(?:19|20)\d\d)\s?年?\s?版\s?本?的?\s?[《“\"(]?[A-Za-z/ ]{{0,9}}?(?P<no2>{any_number})(?!\d)",
        re.IGNORECASE,
    )


def _literal_pattern(other: dict[str, int]) -> re.Pattern[str] | None:
    if not other:
        return None
    forms = [r"\s*".join(re.escape(c) for c in key) for key in sorted(other, key=lambda k: (-len(k), k))]
    return re.compile(r"(?<![A-Za-z\d])(?:" + "|".join(forms) + r")(?![\dA-Za-z]|\.\d)", re.IGNORECASE)
