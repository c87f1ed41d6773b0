"""Chinese words in arrays of UTF-16 codes (双字查词): which of a list of words stand in a text, at memory speed.

Everything a word may be divided by is left out first: ASCII, blanks and zero-width signs (认 证, 认<b>证</b>); traditional signs become
simplified ones. So a word is found wherever its signs follow each other, and now and then where they only seem to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from compliance.reading.words import lexicon

Codes = NDArray[np.uint16]

# White space beyond ASCII as str.isspace() has it, and signs that take no room; both may stand inside a word.
_BLANK = "\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Signs that stand for others or for none (triggers.ODD), but for what is looked for otherwise (blanks between signs) or makes no word by
# itself (full-width punctuation)
_ODD = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u0300-\u036f\u0370-\u04ff\u2070-\u209f\u2100-\u214f\u2460-\u24ff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
_ODD_HIGH = (0xD835, 0xD83C)  # high halves of the letters of mathematics and of the enclosed letters
_ODD_LETTERS = "\U0001d400-\U0001d7ff\U0001f100-\U0001f1ff"
ODD_SIGN = re.compile(f"[{_ODD}{_ODD_LETTERS}]")
_FACTOR = np.uint16(
    40_503
)  # spreads pairs of codes over a table of 65,536 (2**16 divided by the golden mean, as Knuth has it)
_LONGEST = 24  # signs of a word


def codes_of(text: str) -> tuple[Codes, bool]:
    """The codes of the signs of `text` that words are made of, and whether an odd sign is among those left out."""
    kept = _table().take(np.frombuffer(text.encode("utf-16-le", "replace"), np.uint16))
    kept = kept[kept > 0]
    if not len(kept) or kept.min() > 1:
        return kept, False
    return kept[kept > 1], True


def signs_of(codes: Codes) -> str:
    """The codes as text."""
    return codes.tobytes().decode("utf-16-le", "replace")


def odd_ranges() -> list[tuple[int, int]]:
    """The odd signs, first and last code point of each range."""
    return [(ord(a), ord(b or a)) for a, b in re.findall(r"(.)(?:-(.))?", _ODD + _ODD_LETTERS, re.DOTALL)]


def spellings(sign: str) -> list[str]:
    """Every sign that counts as `sign`: itself, its simplified form, the traditional ones of that.

    >>> spellings("证")
    ['証', '證', '证']
    """
    plain = chr(_simplified().get(ord(sign), ord(sign)))
    return sorted({sign, plain, *_traditional().get(plain, "")})


class WordList:
    """Words of at least two Chinese signs; each may be a regular expression after its first two."""

    def __init__(self, words: Iterable[str]) -> None:
        begins: dict[tuple[int, int], list[str]] = {}
        for word in words:
            folded = word.translate(_simplified())
            begins.setdefault((ord(folded[0]), ord(folded[1])), []).append(folded)
        self._table = np.zeros(65_536, bool)
        for first, second in begins:
            self._table[(first * int(_FACTOR) + second) % 65_536] = True
        self._begins = {pair: re.compile("|".join(found)) for pair, found in begins.items()}

    def stands_in(self, codes: Codes) -> bool:
        """Whether one of the words stands in `codes`."""
        if len(codes) < 2:
            return False
        for at in np.flatnonzero(self._table.take(codes[:-1] * _FACTOR + codes[1:])).tolist():
            word = self._begins.get((int(codes[at]), int(codes[at + 1])))
            if word is not None and word.match(signs_of(codes[at : at + _LONGEST])):
                return True
        return False


@cache
def _simplified() -> dict[int, int]:
    """Traditional signs and the simplified ones they stand for."""
    pairs = [p for p in lexicon("signs")["traditional"].split() if len(p) == 2 and max(p) <= "\uffff"]
    return {ord(p[0]): ord(p[1]) for p in pairs}


@cache
def _traditional() -> dict[str, str]:
    """For each simplified sign the traditional ones."""
    found: dict[str, str] = {}
    for old, new in _simplified().items():
        found[chr(new)] = found.get(chr(new), "") + chr(old)
    return found


@cache
def _table() -> Codes:
    """What each code counts as: 0 left out, 1 left out and odd, else a code."""
    table = np.arange(65_536, dtype=np.uint16)
    table[:128] = 0
    for signs, value in ((_BLANK, 0), (_ODD, 1)):
        for first, last in re.findall(r"(.)(?:-(.))?", signs, re.DOTALL):
            table[ord(first) : ord(last or first) + 1] = value
    table[list(_ODD_HIGH)] = 1
    for old, new in _simplified().items():
        if table[old] > 1:
            table[old] = new
    return table
