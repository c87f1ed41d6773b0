"""Sentences and clauses (句、分句) of folded text, as spans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_END = re.compile(
    r"[。；;！!？?]+[\"')]*|(?<=[a-z)\d])\.(?=\s+[A-Z\"'(]|\s*$)|(?<=[\u4e00-\u9fff])\.(?=[\s\u4e00-\u9fff]|$)|(?<=[a-z]{4})\.(?=(?:and|we|our|all|the) )|\s(?:[|]|√|·|>>|<br>)\s?|\s(?=□(?!\s?[有无是否]))|\.{3,}|…+"
)
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:no|co|ltd|inc|dr|mr|ms|st|dec|nov|oct|sep|sept|aug|jul|jun|may|apr|mar|feb|jan|vs|approx|e\.g|i\.e|pvt|corp|cert|govt|dept|intl|est|reg|mfg|std|tel|fig)$",
    re.I,
)
LONGEST = 600  # signs of one sentence; what a page writes without any stop is cut there, so that no text costs more than its length
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
    cuts = _bounded(cased, cuts)
    return tuple(Sentence(a, b, _clauses(cased, a, b)) for a, b in zip(cuts, cuts[1:], strict=False) if a < b)


def _bounded(text: str, cuts: list[int]) -> list[int]:
    """The cuts with more between them, so that no sentence is longer than LONGEST: at a comma or a blank where there is one."""
    out = [0]
    for cut in cuts[1:]:
        while cut - out[-1] > LONGEST:
            window = text[out[-1] : out[-1] + LONGEST]
            at = max(window.rfind(sign, LONGEST // 2) for sign in ",、 ")
            out.append(out[-1] + (at + 1 if at > 0 else LONGEST))
        out.append(cut)
    return out


def _clauses(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    cuts = [start, *(m.end() for m in _CLAUSE.finditer(text, start, end)), end]
    return tuple((a, b) for a, b in zip(cuts, cuts[1:], strict=False) if a < b) or ((start, end),)
