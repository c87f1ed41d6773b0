"""The gate (初筛): lets the common page go, which says nothing of certification, before any tree is built.

It asks the same question as `triggers.may_claim`, in a few passes over arrays: Chinese triggers are looked for with all blanks and
element borders taken out (认<b>证</b>, 认 证), Latin ones word by word with each word judged once, and only lines with odd signs
(full width, look-alikes, zero width, spaced letters) are folded.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from compliance.reading.fold import fold
from compliance.reading.glance import Glance, glance_of
from compliance.reading.triggers import PLAIN
from compliance.reading.words import lexicon
from compliance.records import Page

_ALNUM = bytes(c if c < 128 and chr(c).isalnum() else 32 for c in range(256))
# triggers.ODD without what is looked for otherwise here: full-width punctuation, blanks between Chinese signs, spaced letters
_ODD = (
    "\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u0300-\u036f\u0370-\u04ff\u2070-\u209f\u2100-\u214f\u2460-\u24ff\uff10-\uff5a"
    "\ud835\ud83c"  # high halves of the letters of mathematics and of the enclosed letters
)
_ODD_SIGN = re.compile(f"[{_ODD[:-2]}\U0001d400-\U0001d7ff\U0001f100-\U0001f1ff]")
_SPACED = re.compile(r"(?:[A-Za-z0-9]\s+){2}[A-Za-z0-9]")
_BLANKS = re.compile(r"\s+")
_FIRST, _SECOND, _STRANGE, _OLD, _BLANK = 1, 2, 4, 8, 16
# Words that PLAIN wants with a second word after a blank; and the family word glued to other letters or digits.
_FIRST_WORDS = frozenset({"gb", "soc"})
_GLUED = re.compile("[i1l][s5][o0][0-9]|9001|14001|45001|18001|16949|13485|22000|27001", re.IGNORECASE)


def may_mention(page: Page) -> bool:
    """False only if the claim reader can find nothing on `page`: in its text, attributes or file names.

    >>> from compliance.reading.open import page_of_text
    >>> may_mention(page_of_text("<p>认<b>证</b></p>", html=True)), may_mention(page_of_text("周末照常营业"))
    (True, False)
    """
    return glance_may_mention(glance_of(page))


def glance_may_mention(glance: Glance) -> bool:
    """The same, of a page that was looked at already."""
    source = glance.source
    if not source:
        return text_may_mention(glance.text)
    chinese = glance.coded or _source_may_hold(source)
    latin = None if chinese else glance.latin_words
    if not chinese and latin is not None:
        # no sign of a Chinese trigger anywhere in the source: only the Latin ones are left
        return _latin_mentions(glance.text) or any(map(_latin, set(_words_of(latin))))
    if text_may_mention(glance.text):
        return True
    words = glance.words
    if "%" in words:
        words = f"{words}\n{unquote(words, errors='replace')}"
    return glance.too_much or (bool(words) and text_may_mention(words))


def _source_may_hold(source: str) -> bool:
    """Whether a Chinese trigger can stand anywhere in `source`, or an odd or traditional sign does: everything ASCII is left out, so a word
    divided by tags is whole, and what is found in scripts or over a gap is asked again by those that call."""
    if source.isascii():
        return False
    codes = np.frombuffer(source.encode("utf-16-le", "replace"), np.uint16)
    found, strange = _seen(codes[codes > 127])
    return found or bool(strange)


def _words_of(plain: bytes) -> list[bytes]:
    return plain.translate(_ALNUM).split()


def text_may_mention(text: str) -> bool:
    """Whether `text`, one line a text node, may hold a trigger in any spelling."""
    return (not text.isascii() and _signs_mention(text)) or _latin_mentions(text)


def _latin_mentions(text: str) -> bool:
    plain = text.encode("ascii", "replace")
    words = _words_of(plain)
    glued = plain.translate(_ALNUM, b" \n\t\r\f\v").split()
    if any(map(_latin, set(words))) or any(map(_in_glued, set(glued))):
        return True
    if len([w for w in words if len(w) == 1]) >= 3:
        return any(PLAIN.search(fold(_around(text, m)).text) for m in _SPACED.finditer(text))
    return False


def _signs_mention(text: str) -> bool:
    found, strange = _seen(np.frombuffer(text.encode("utf-16-le", "replace"), np.uint16))
    if found:
        return True
    if not strange:
        return False
    joined = "".join(text.split())
    if strange & _STRANGE and _odd_lines_mention(text, joined):
        return True
    return bool(strange & _OLD) and bool(_chinese().search(joined.translate(_traditional())))


def _seen(codes: NDArray[np.uint16]) -> tuple[bool, int]:
    """Whether a Chinese trigger stands in `codes`, blanks left out; and which kinds of strange signs do."""
    kinds = _kinds().take(codes)
    if not len(kinds):
        return False, 0
    if kinds.max() >= _BLANK:
        kept = kinds < _BLANK
        codes, kinds = codes[kept], kinds[kept]
    begins = np.flatnonzero((kinds[:-1] & _FIRST) & (kinds[1:] >> 1))
    if len(begins):
        # most pairs of a first and a second sign are of two different triggers
        pairs = zip(codes[begins].tolist(), codes[begins + 1].tolist(), strict=True)
        if not _pairs().isdisjoint(pairs):
            chinese = _chinese()
            for at in begins.tolist():
                if chinese.match(codes[at : at + 8].tobytes().decode("utf-16-le", "replace")):
                    return True, 0
    if not len(kinds) or kinds.max() < _STRANGE:
        return False, 0
    return False, int(np.bitwise_or.reduce(kinds)) & (_STRANGE | _OLD)


def _odd_lines_mention(text: str, joined: str) -> bool:
    chinese = _chinese()
    for line in text.split("\n"):
        if _ODD_SIGN.search(line):
            for start in range(0, len(line), 8_000):
                folded = fold(line[start : start + 8_200]).text
                if PLAIN.search(folded) or chinese.search("".join(folded.split())):
                    return True
    # a word divided between elements, with odd signs in it: what is folded reaches thirty signs to both sides
    last = -31
    for match in _ODD_SIGN.finditer(joined):
        if match.start() - last > 30:
            last = match.start()
            if PLAIN.search(fold(joined[max(0, last - 30) : last + 61]).text):
                return True
    return False


def _around(text: str, match: re.Match[str]) -> str:
    return _BLANKS.sub(" ", text[max(0, match.start() - 2) : match.end() + 30])


@lru_cache(maxsize=65_536)
def _latin(raw: bytes) -> bool:
    word = raw.decode("ascii")
    return bool(PLAIN.search(word)) or word.lower() in _FIRST_WORDS


@lru_cache(maxsize=65_536)
def _in_glued(raw: bytes) -> bool:
    word = raw.decode("ascii")
    return bool(PLAIN.search(word)) or bool(_GLUED.search(word))


@cache
def _chinese() -> re.Pattern[str]:
    """The alternatives of PLAIN that begin with a Chinese sign, without the blanks in them."""
    literal = [a for a in alternatives(PLAIN.pattern) if a[:1] > "\u2e80"]
    return re.compile("|".join(a.replace("\\s", "") for a in literal))


@cache
def _pairs() -> frozenset[tuple[int, int]]:
    """The first two codes of each Chinese trigger."""
    return frozenset((ord(word[0]), ord(word[1])) for word in _chinese().pattern.split("|"))


@cache
def _kinds() -> NDArray[np.uint8]:
    """What each UTF-16 code is good for: begins or continues a trigger, is odd, traditional or blank."""
    kinds = np.zeros(65_536, np.uint8)
    for word in _chinese().pattern.split("|"):
        kinds[ord(word[0])] |= _FIRST
        kinds[ord(word[1])] |= _SECOND
    for code in range(65_536):
        if _ODD_SIGN.match(chr(code)) or code in (0xD835, 0xD83C):
            kinds[code] |= _STRANGE
        if chr(code).isspace():
            kinds[code] = _BLANK
    for code in _traditional():
        kinds[code] |= _OLD
    return kinds


def alternatives(pattern: str) -> list[str]:
    """The top-level alternatives of a regular expression."""
    out, depth, start, i, in_class = [], 0, 0, 0, False
    while i < len(pattern):
        sign = pattern[i]
        if sign == "\\":
            i += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and depth == 0:
            out.append(pattern[start:i])
            start = i + 1
        i += 1
    return [*out, pattern[start:]]


@cache
def _traditional() -> dict[int, str]:
    """Traditional signs that fold to a sign of a trigger."""
    needed = set(_chinese().pattern)
    pairs = [p for p in lexicon("signs")["traditional"].split() if len(p) == 2 and p[1] in needed and p[0] != p[1]]
    return {ord(p[0]): p[1] for p in pairs}
