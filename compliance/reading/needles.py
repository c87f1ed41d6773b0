"""Needles (必含词): what a regular expression can't match without. Looking for them first is far cheaper than the expression.

`re` tries an alternation at every sign of the text, tens of times slower than `in`; most texts hold none of the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from compliance.reading.scan import Scan, escaped

_SHORT = 2  # signs: a needle of one is found everywhere


class Needled:
    """A compiled expression with its needles."""

    def __init__(self, pattern: str, flags: int = re.IGNORECASE) -> None:
        self.pattern = re.compile(pattern, flags)
        self.needles = tuple(sorted(needles_of(pattern)))

    def stands_in(self, text: str, small: str | None = None) -> bool:
        """Whether it matches anywhere in `text`; `small`: the text in small letters, where the caller has it."""
        if self.needles:
            small = text.lower() if small is None else small
            for needle in self.needles:
                if needle in small:
                    break
            else:
                return False
        return self.pattern.search(text) is not None


class Sieve:
    """Many expressions at once: those that may match in a text, by one pass for the needles of all."""

    def __init__(self, many: Sequence[Needled]) -> None:
        self._owners: list[int] = []
        needles: list[str] = []
        always: list[int] = []
        for number, one in enumerate(many):
            words = sorted(_needles(parser.parse(one.pattern.pattern)) or ())
            needles += words
            self._owners += [number] * len(words)
            if not words:
                always.append(number)
        self._always = frozenset(always)
        # of a needle with blanks the longest word: so all are plain words, which keeps the tables small
        self._scan = Scan([escaped(max(needle.split(), key=len)) for needle in needles])

    def may_match(self, text: str) -> list[int]:
        """Numbers of the expressions that may match in `text`, ascending; those without needles always may."""
        return self.may_match_in(text.encode("utf-8", "replace"))

    def may_match_in(self, data: bytes) -> list[int]:
        """The same of text as UTF-8."""
        owners = self._owners
        found = {owners[number] for number, _ in self._scan.found(data)}
        return sorted(self._always | found)


@cache
def needles_of(pattern: str) -> frozenset[str]:
    """Words in small letters of which at least one stands in every text that matches; empty when nothing can be said.

    >>> sorted(needles_of("域名.{0,8}(?:出售|转让)|this domain"))
    ['this domain', '域名']
    """
    found = _needles(parser.parse(pattern))
    return found if found and min(map(len, found)) >= _SHORT else frozenset()


def _needles(parts: Any) -> frozenset[str] | None:
    """The best set that any part of a sequence gives: the one whose shortest word is longest. None: none gives any."""
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
