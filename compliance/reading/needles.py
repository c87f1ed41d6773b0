"""Needles (必含词): what a regular expression can't match without. Looking for them first is far cheaper than the expression.

`re` tries an alternation at every sign of the text, tens of times slower than `in`; most texts hold none of the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from compliance.reading.scan import Scan, escaped

_SHORT = 2  # signs: a needle of one is found everywhere
_FEW = 64  # texts that one alternative may stand for


class Needled:
    """A compiled expression with its needles. `words`: in small letters, alternatives that are nothing but words, which are found without the
    expression; `others`: needles of the rest, None where some of it has none; no rest: empty."""

    def __init__(self, pattern: str, flags: int = re.IGNORECASE) -> None:
        self.pattern = re.compile(pattern, flags)
        words: set[str] = set()
        others: set[str] | None = set()
        for choice in _choices(parser.parse(pattern)):
            if written := _written(choice):
                words |= written
            elif others is not None:
                found = _needles(choice)
                others = others | found if found and min(map(len, found)) >= _SHORT else None
        self.words = tuple(sorted(words))
        self.others = None if others is None else tuple(sorted(others))

    def stands_in(self, text: str, small: str | None = None) -> bool:
        """Whether it matches anywhere in `text`; `small`: the text in small letters, where the caller has it."""
        small = text.lower() if small is None else small
        for word in self.words:
            if word in small:
                return True
        if self.others is not None:
            for needle in self.others:
                if needle in small:
                    break
            else:
                return False
        return self.pattern.search(text) is not None


class Sieve:
    """Many expressions at once: those that may match in a text, by one pass for the words and needles of all."""

    def __init__(self, many: Sequence[Needled]) -> None:
        hits: list[tuple[int, str | None]] = []
        needles: list[str] = []
        for number, one in enumerate(many):
            for needle in (*one.words, *(one.others or ())):
                needles.append(needle)
                hits.append((number, needle if needle in one.words else None))
        self._hits = tuple(hits)
        self._always = tuple((number, None) for number, one in enumerate(many) if one.others is None)
        # of a needle with blanks the longest word: so all are plain words, which keeps the tables small
        self._scan = Scan([escaped(max(needle.split(), key=len)) for needle in needles])

    def hits(self, text: str) -> list[tuple[int, str | None]]:
        """Numbers of the expressions that may match in `text`, ascending; with each a word that is all it needs (in small letters; of a word
        with blanks only the longest part was looked for), or None where the expression is to be asked."""
        return self.hits_in(text.encode("utf-8", "replace"))

    def hits_in(self, data: bytes) -> list[tuple[int, str | None]]:
        """The same of text as UTF-8."""
        hits = self._hits
        found = [hits[number] for number, _ in self._scan.found(data)]
        return sorted({*found, *self._always}, key=_order)


def _order(hit: tuple[int, str | None]) -> tuple[int, str]:
    return hit[0], hit[1] or ""


def _choices(parts: Any) -> list[Any]:
    """The alternatives of an expression."""
    if len(parts) == 1:
        kind, value = parts[0]
        if kind is op.BRANCH:
            return [choice for part in value[1] for choice in _choices(part)]
        if kind is op.SUBPATTERN:
            return _choices(value[3])
    return [parts]


def _written(parts: Any) -> set[str] | None:
    """All texts that match, in small letters, when they are few and nothing hangs on what stands around them."""
    out = {""}
    for kind, value in parts:
        if kind is op.LITERAL:
            more: set[str] | None = {chr(value).lower()}
        elif kind is op.BRANCH:
            choices = [_written(choice) for choice in value[1]]
            more = None if None in choices else set().union(*choices)  # type: ignore[arg-type]
        elif kind is op.SUBPATTERN:
            more = _written(value[3])
        elif kind is op.MAX_REPEAT and value[:2] == (0, 1):
            once = _written(value[2])
            more = once and once | {""}
        else:
            more = None
        if more is None or len(out) * len(more) > _FEW:
            return None
        out = {one + other for one in out for other in more}
    return out if out and "" not in out else None


def _needles(parts: Any) -> frozenset[str] | None:
    """Words in small letters of which at least one stands in every text that matches; None when nothing can be said. The best set that any
    part of a sequence gives: the one whose shortest word is longest.

    >>> sorted(_needles(parser.parse("域名.{0,8}(?:出售|转让)|this domain")))
    ['this domain', '域名']
    """
    best: frozenset[str] | None = None
    run = ""
    for kind, value in [*parts, (None, None)]:
        if kind is op.LITERAL:
            run += chr(value).lower()
            continue
        found = frozenset({run}) if run else None
        run = ""
        best = _better(best, found)
        if kind is op.BRANCH:
            choices = [_needles(choice) for choice in value[1]]
            found = None if None in choices else frozenset().union(*choices)  # type: ignore[arg-type]
        elif kind is op.SUBPATTERN:
            found = _needles(value[3])
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT) and value[0] >= 1:
            found = _needles(value[2])
        else:
            found = None
        best = _better(best, found)
    return best


def _better(one: frozenset[str] | None, two: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or two is None:
        return one or two
    return max(one, two, key=lambda found: (min(map(len, found)), -len(found)))
