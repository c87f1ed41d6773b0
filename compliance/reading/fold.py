"""One spelling for many (归一化): text folded for reading, with a map back to the page's own signs.

Full width, decorated and look-alike letters, traditional signs, dashes, zero-width signs and blanks inside Chinese words
become one form, so that the readers that follow know one spelling only. Nothing of the folded text is ever shown: `Folded.raw`
gives the page's text letter by letter. Tables: compliance/reading/lexicon/signs.yaml; NFKC as in Unicode 15 (UAX 15).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from compliance.reading.words import lexicon

LIMIT = 20_000  # signs of one block that are read; the rest is cut and said (`Folded.cut`)

_CJK = "\u3400-\u4dbf\u4e00-\u9fff"
_SPACED_CJK = re.compile(rf"(?:(?<=\s)|^)[{_CJK}](?:\s+[{_CJK}](?=\s|$|[^\w\s]))+")
_SPACED_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z](?: [A-Za-z]){1,7}(?: ?[0-9](?: [0-9]){2,5})?(?![A-Za-z0-9])")
_SPACED_DIGITS = re.compile(
    r"(?<=[A-Za-z]) ?(?<![0-9 ])[0-9](?: [0-9]){3,4}(?![0-9])|(?<![0-9] )(?<![0-9])[0-9](?: [0-9]){3,4}(?! ?[0-9])"
)
_ISO_TYPOS = re.compile(
    r"(?<![A-Za-z0-9])(?:[Ii1l][Ss][Oo0]|[Ii]5[Oo])(?=[ :/\-]{0,3}[0-9OoIl])|(?<![A-Za-z0-9])(?:IS0|1SO|1S0|lSO|is0|1so)(?![A-Za-z])"
)
_DIGIT_TYPOS = re.compile(r"(?:(?<=iso)|(?<=[ :\-/]))[0-9][0-9oil]{3,4}(?![0-9a-z])", re.I)
_LUNZHENG = re.compile(
    r"(?:体系|质量|管理|产品|[a-z]{2,6}[ \-]?\d{0,6}(?:[:\-]\d{4})?|3c)论证|论证(?=证书|机构|企业)", re.I
)
_EDITION_SEMICOLON = re.compile(
    r"(?<=[0-9]{4}) ?; ?(?=(?:1994|2000|2004|2008|2013|2015|2018)(?![0-9]))"
)  # ISO9001；2000
_FORM_LABEL = re.compile(
    r"(?<![^\s|,;。:：])(?:(?:执行|产品|生产|质量|认证|检验)标准|(?:强制|产品|体系|质量|资质|安全|环保)?认证|认证(?:信息|类型|项目|情况)|证书类型)( )(?=[A-Za-z0-9])"
)  # a form's label and its value that lost their border: “执行标准 GB/T 0000”
_NOTICES = frozenset("®™℠")  # set on names, part of none
# 驗證 is what Taiwan calls 认证; as 验证 (a check of a code, of a password) it stays what it is
_TAIWAN = re.compile("驗[證証]")
_YANZHENG = re.compile(
    r"(?:体系|系统|制度|标准|规范|品质|质量|有机|产品|双|国际|(?<![a-z])(?:iso|iec|iatf|haccp|fssc|ohsas|gmp|cns|brc|sqf|ce|ul|halal)(?:[ /\-]{0,2}[a-z]{0,3}[ \-]?\d{1,6})?(?:[:\-]\d{4})?)\s?验证(?![码者])|验证(?=证书|公司|机构|企业|单位)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text. `text` is lower case, `cased` the same with its capitals; both of equal length. `starts[i]`, `ends[i]`:
    the slice of the raw text that sign `i` stands for."""

    source: str
    text: str
    cased: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    cut: int = 0  # signs of the raw text beyond LIMIT, not read

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of the folded span `start`–`end`.

        >>> f = fold("通过ＩＳＯ９００１")
        >>> f.span(2, 9)
        (2, 9)
        """
        if end <= start:
            at = self.starts[start] if start < len(self.starts) else len(self.source)
            return at, at
        return self.starts[start], self.ends[end - 1]

    def raw(self, start: int, end: int) -> str:
        """The page's own signs of the folded span."""
        a, b = self.span(start, end)
        return self.source[a:b]


def fold(text: str, breaks: tuple[int, ...] = ()) -> Folded:
    """`text` folded; see `Folded`. `breaks`: raw offsets where something ends although no sign says so (cells of a table row); a
    " | " that stands for no raw sign is set there.

    >>> fold("ＩＳＯ　９００１：2015認證").text
    'iso 9001:2015认证'
    """
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    blank = True
    borders = frozenset(breaks)
    for at, raw in enumerate(text[:LIMIT]):
        if at in borders and signs:
            for sign in "| " if blank else " | ":
                signs.append(sign)
                starts.append(at)
                ends.append(at)
            blank = True
        for sign in _sign(raw):
            if sign == " " and blank:
                continue
            blank = sign == " "
            signs.append(sign)
            starts.append(at)
            ends.append(at + 1)
    line = _Line(signs, starts, ends)
    line.close(_SPACED_CJK)
    line.close(_joined())
    line.close(_SPACED_LATIN)
    line.close(_SPACED_DIGITS)
    line.swap(_ISO_TYPOS, lambda s: "ISO" if s != s.lower() else "iso")
    line.swap(_DIGIT_TYPOS, lambda s: s if s.isdigit() else _digits(s))
    line.swap(_LUNZHENG, lambda s: s.replace("论证", "认证"))
    line.swap(_FORM_LABEL, lambda s: s[:-1] + ":")
    line.swap(_EDITION_SEMICOLON, lambda s: s.replace(";", ":"))
    if _TAIWAN.search(text):
        line.swap(_YANZHENG, lambda s: s.replace("验证", "认证"))
    cased = line.text()
    lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in cased)
    return Folded(text, lower, cased, tuple(line.starts), tuple(line.ends), max(0, len(text) - LIMIT))


class _Line:
    """Signs and the raw span of each, while they are being folded."""

    def __init__(self, signs: list[str], starts: list[int], ends: list[int]) -> None:
        self.signs, self.starts, self.ends = signs, starts, ends

    def text(self) -> str:
        return "".join(self.signs)

    def close(self, pattern: re.Pattern[str]) -> None:
        """Drops the blanks inside each match."""
        drop = {i for m in pattern.finditer(self.text()) for i in range(*m.span()) if self.signs[i] == " "}
        if drop:
            keep = [i for i in range(len(self.signs)) if i not in drop]
            self.signs = [self.signs[i] for i in keep]
            self.starts = [self.starts[i] for i in keep]
            self.ends = [self.ends[i] for i in keep]

    def swap(self, pattern: re.Pattern[str], change) -> None:
        """Replaces each match by a text of the same length."""
        for m in pattern.finditer(self.text()):
            new = change(m.group())
            if len(new) == len(m.group()):
                self.signs[m.start() : m.end()] = list(new)


def _digits(word: str) -> str:
    """Letters that stand for digits inside a run of digits: O → 0, I and l → 1."""
    return word.translate(str.maketrans("OoIl", "0011"))


@lru_cache(maxsize=8192)
def _sign(raw: str) -> str:
    """One raw sign as its folded sign or signs; "" for signs that nobody sees."""
    table = _table()
    out = []
    for sign in "" if raw in _NOTICES else table.get(raw) or unicodedata.normalize("NFKC", raw):
        sign = table.get(sign, sign)
        if sign.isspace():
            out.append(" ")
        elif unicodedata.category(sign) in ("Cf", "Mn", "Me", "Cc"):
            continue  # zero-width signs, accents set on letters, control signs
        else:
            out.append(sign)
    return "".join(out)


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    signs = lexicon("signs")
    pairs = signs["traditional"].split() + signs["homoglyphs"].split() + signs["equal"].split()
    table = {pair[0]: pair[1:] for pair in pairs if pair[0] != pair[1:]}
    table.update(dict.fromkeys(signs["dashes"], "-"))
    return table


@lru_cache(maxsize=1)
def _joined() -> re.Pattern[str]:
    """A blank inside one of the words that nothing separates; the word must not be two words of a row (质量 管理)."""
    words = lexicon("signs")["joined"].split()
    return re.compile("|".join(rf"{w[0]} {w[1]}" for w in words))
