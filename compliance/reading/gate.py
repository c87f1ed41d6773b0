"""The gate (初筛): lets the common page go, which says nothing of certification, before any tree is built.

It asks the same question as `triggers.may_claim`, cheaper: Chinese triggers are looked for with all blanks and element borders
taken out (认<b>证</b>, 认 证), Latin ones word by word with each word judged once, and only lines with odd signs (full width,
look-alikes, zero width, spaced letters) are folded.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import unquote

from compliance.reading.fold import fold
from compliance.reading.glance import Glance, glance_of
from compliance.reading.triggers import PLAIN
from compliance.reading.words import lexicon
from compliance.records import Page

_WORD = re.compile("[0-9A-Za-z]+")
# triggers.ODD without what is looked for otherwise here: full-width punctuation, blanks between Chinese signs, spaced letters
_ODD = re.compile(
    "[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u0300-\u036f\u0370-\u04ff\u2070-\u209f\u2100-\u214f\u2460-\u24ff\uff10-\uff5a"
    "\U0001d400-\U0001d7ff\U0001f130-\U0001f1ff]"
)
_SPACED = re.compile("(?:[A-Za-z0-9][ \\n]){2}[A-Za-z0-9]")
# Words that PLAIN wants with a second word after a blank; and the family word glued to other letters or digits.
_FIRST_WORDS = frozenset({"gb", "soc", "is9001"})
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
    if glance.too_much or text_may_mention(glance.text):
        return True
    words = glance.words
    if not words:
        return False
    if "%" in words:
        words = f"{words}\n{unquote(words, errors='replace')}"
    return text_may_mention(words)


def text_may_mention(text: str) -> bool:
    """Whether `text`, one line a text node, may hold a trigger in any spelling."""
    joined = "".join(text.split())
    chinese = _chinese()
    if chinese.search(joined):
        return True
    if not joined.isascii():
        if _odd_lines_mention(text, joined):
            return True
        traditional, table = _traditional()
        if traditional.search(joined) and chinese.search(joined.translate(table)):
            return True
    words = _WORD.findall(text)
    if any(map(_latin, words)):
        return True
    if any(_glued(w) for w in _WORD.findall(joined)):
        return True
    if sum(len(w) == 1 for w in words) >= 3:
        return any(PLAIN.search(fold(_around(text, m)).text) for m in _SPACED.finditer(text))
    return False


def _odd_lines_mention(text: str, joined: str) -> bool:
    if not _ODD.search(joined):
        return False
    for line in text.split("\n"):
        if _ODD.search(line):
            for start in range(0, len(line), 8_000):
                folded = fold(line[start : start + 8_200]).text
                if PLAIN.search(folded) or _chinese().search("".join(folded.split())):
                    return True
    # a word divided between elements, odd signs in it
    return any(PLAIN.search(fold(joined[max(0, m.start() - 30) : m.end() + 30]).text) for m in _few(joined))


def _few(joined: str) -> list[re.Match[str]]:
    """One match every thirty signs is enough: what is folded reaches thirty to both sides."""
    out: list[re.Match[str]] = []
    for match in _ODD.finditer(joined):
        if not out or match.start() - out[-1].start() > 30:
            out.append(match)
    return out


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 2) : match.end() + 30].replace("\n", " ")


@lru_cache(maxsize=65_536)
def _latin(word: str) -> bool:
    return bool(PLAIN.search(word)) or word.lower() in _FIRST_WORDS


@lru_cache(maxsize=65_536)
def _glued(word: str) -> bool:
    return bool(PLAIN.search(word)) or bool(_GLUED.search(word))


@cache
def _chinese() -> re.Pattern[str]:
    """The alternatives of PLAIN that begin with a Chinese sign: literals, which `re` finds at memory speed."""
    literal = [a for a in alternatives(PLAIN.pattern) if a[:1] > "\u2e80"]
    return re.compile("|".join(a.replace("\\s", "") for a in literal))


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
def _traditional() -> tuple[re.Pattern[str], dict[int, str]]:
    """Traditional signs that fold to a sign of a trigger, and the table that folds them."""
    needed = set(_chinese().pattern)
    pairs = [p for p in lexicon("signs")["traditional"].split() if len(p) == 2 and p[1] in needed and p[0] != p[1]]
    return re.compile(f"[{''.join(p[0] for p in pairs)}]"), {ord(p[0]): p[1] for p in pairs}
