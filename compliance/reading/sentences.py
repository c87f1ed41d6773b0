"""Sentences and clauses (句、分句) of folded text, as spans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_END = re.compile(
    r"[。；;！!？?]+[\"')]*|(?<=[a-z)\d])\.(?=\s+[A-Z\"'(]|\s*$)|(?<=[\u4e00-\u9fff])\.(?=\s|$)|\s(?:[|]|√|·|>>|<br>)\s?|\.{3,}|…+"
)
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:no|co|ltd|inc|dr|mr|ms|st|dec|nov|oct|sep|sept|aug|jul|jun|may|apr|mar|feb|jan|vs|approx|e\.g|i\.e|pvt|corp|cert)$",
    re.I,
)
_CLAUSE = re.compile(r"(?<!\d),|,(?!\d)|[:](?!\d{4})|\s-\s|[|]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Span of a sentence, its end sign included, and the spans of its clauses."""

    start: int
    end: int
    clauses: tuple[tuple[int, int], ...]

    def clause_at(self, at: int) -> int:
        """Number of the clause that holds offset `at`."""
        for number, (_, end) in enumerate(self.clauses):
            if at < end:
                return number
        return len(self.clauses) - 1


@lru_cache(maxsize=64)
def sentences_of(cased: str) -> tuple[Sentence, ...]:
    """The sentences of `cased` folded text, without gaps."""
    cuts = [0]
    for m in _END.finditer(cased):
        if m.group().startswith(".") and _ABBREVIATED.search(cased[max(0, m.start() - 8) : m.start()]):
            continue
        cuts.append(m.end())
    if cuts[-1] != len(cased):
        cuts.append(len(cased))
    return tuple(Sentence(a, b, _clauses(cased, a, b)) for a, b in zip(cuts, cuts[1:], strict=False) if a < b)


def _clauses(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    cuts = [start, *(m.end() for m in _CLAUSE.finditer(text, start, end)), end]
    return tuple((a, b) for a, b in zip(cuts, cuts[1:], strict=False) if a < b) or ((start, end),)
