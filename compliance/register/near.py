"""Names close to a name (近似名称), found by shared pairs of signs, ranked by rapidfuzz. Close is never the same: other firms.

The rarest pairs are read first, up to a budget, so that a million names cost a fraction of a millisecond. Measured choice: pairs of
signs that stand side by side or have one between them (a name with one sign changed or left out keeps some of its rarest), 60
candidates, score 0.6 × key + 0.4 × whole name. Which of them are the nearest ten is decided by the score and a little by the rarity of
what they share: so a firm of the same brand and trade in another place stands among those with the place and another brand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Protocol

from compliance.records import Near
from compliance.register.names import NameForms, grams_of, normal_form

TWIN = (
    0.9  # another firm's name this close to the matched one lowers the score; chosen from the curve docs/register.svg
)
CANDIDATES = 60
BUDGET = 10_000  # entries of lists read for one name
RARITY = 0.1  # what sharing all the rare pairs adds to the score when the nearest are chosen
KEPT = 40_000_000  # entries of lists kept in memory
BITS, SCALE = 10, 32  # of the weight of a pair, beside the number in one integer
OWNER = 40  # bits of the number, beside the sum of weights in one integer


class Postings(Protocol):
    """For each pair of signs the organisations that have it."""

    @property
    def size(self) -> int:
        """Highest organisation number + 1."""
        ...

    def counts(self, grams: Iterable[str]) -> Mapping[str, int]:
        """How many organisations have each gram; grams that none has are absent."""
        ...

    def lists(self, grams: Sequence[str]) -> Sequence[Any]:
        """The organisations of each gram: integer arrays of numpy."""
        ...


class Candidates:
    """Finds the organisations that share the most and rarest pairs with a name. Keeps the lists it has read."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._counts: dict[str, int] = {}
        self._lists: dict[str, Any] = {}
        self._taken: dict[NameForms, list[str]] = {}
        self._kept = 0

    def prepare(self, names: Iterable[NameForms]) -> None:
        """Reads what these names need: one question for all of them instead of one for each. Forgets what earlier ones needed."""
        grams = {name: grams_of(name) for name in names}
        self._count(set().union(*grams.values()))
        self._taken = {name: self._rarest(of) for name, of in grams.items()}
        self._read(set().union(*self._taken.values()))

    def of(self, forms: NameForms, limit: int = CANDIDATES) -> tuple[Any, Any]:
        """(numbers, weights of what they share) of at most `limit` organisations, in no order."""
        import numpy as np

        taken = self._taken.get(forms)
        if taken is None:
            taken = self._rarest(grams_of(forms))
        if not taken:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        self._read(taken)
        # the number and the weight of the pair in one integer: after sorting, the entries of an organisation stand side by side
        both = np.concatenate([self._lists[gram] for gram in taken])
        both.sort()
        numbers = both >> BITS
        again = numbers[1:] == numbers[:-1]
        if (
            np.count_nonzero(again) >= 4 * limit
        ):  # enough that share more than one pair: the many others can't be among the best
            several = np.zeros(len(both), dtype=bool)
            several[1:] = again
            several[:-1] |= again
            both = both.compress(several)
            numbers = both >> BITS
        starts = np.concatenate(([0], np.flatnonzero(numbers[1:] != numbers[:-1]) + 1))
        weights = np.add.reduceat(both & ((1 << BITS) - 1), starts, dtype=np.int64)
        found = (weights << OWNER) | numbers[starts]
        if len(found) > limit:
            found.partition(len(found) - limit)
            found = found[-limit:]
        return found & ((1 << OWNER) - 1), found >> OWNER

    def _rarest(self, grams: Iterable[str]) -> list[str]:
        """The rarest of the pairs whose lists together stay within BUDGET; at least one."""
        self._count(grams)
        counts = sorted((count, gram) for gram in grams if (count := self._counts[gram]))
        taken: list[str] = []
        spent = 0
        for count, gram in counts:
            spent += count
            if taken and spent > BUDGET:
                break
            taken.append(gram)
        return taken

    def _count(self, grams: Iterable[str]) -> None:
        new = [g for g in grams if g not in self._counts]
        if new:
            found = self._postings.counts(new)
            self._counts |= {g: found.get(g, 0) for g in new}

    def _read(self, grams: Iterable[str]) -> None:
        import numpy as np

        new = [g for g in grams if g not in self._lists]
        if not new:
            return
        size = max(self._postings.size, 2)
        kind: Any = np.uint32 if size < 1 << (32 - BITS) else np.int64
        lists = self._postings.lists(new)
        sizes = np.fromiter(map(len, lists), dtype=np.int64, count=len(lists))
        weights = np.minimum((np.log(size / np.maximum(sizes, 1)) * SCALE).astype(kind) + 1, (1 << BITS) - 1)
        whole = (np.concatenate(lists).astype(kind) << kind(BITS)) | np.repeat(weights.astype(kind), sizes)
        ends = np.cumsum(sizes).tolist()
        self._lists |= {g: whole[start:end] for g, (start, end) in zip(new, pairwise([0, *ends]), strict=True)}
        self._kept += len(whole)
        if self._kept > KEPT:
            needed = set(grams)
            self._lists = {g: one.copy() for g, one in self._lists.items() if g in needed}  # the others' room with them
            self._kept = sum(map(len, self._lists.values()))


def rank(
    forms: NameForms, normals: Sequence[str], keys: Sequence[str], limit: int, shared: Any = None
) -> list[tuple[int, float]]:
    """(place, score 0–1) of the `limit` closest of the names given by normal form and key, the closest first.

    `shared`: weights of what they share with the name; with them the chosen are those of score and rarity together.
    """
    from rapidfuzz import fuzz, process

    if not normals:
        return []
    scores = process.cdist([forms.key], keys, scorer=fuzz.ratio, score_multiplier=0.006)[0]
    scores += process.cdist([forms.normal], normals, scorer=fuzz.ratio, score_multiplier=0.004)[0]
    value = scores if shared is None else scores + shared * (RARITY / max(float(shared.max()), 1.0))
    order = (-value).argsort(kind="stable")[:limit]
    return [(at, round(score, 4)) for at, score in zip(order.tolist(), scores[order].tolist(), strict=True)]


def is_twin(normal: str, near: Near, score: float = TWIN) -> bool:
    """Whether a close name is so close that one may be taken for the other: by the score, or whole name by whole name.

    The whole names count by themselves, or one sign in a short brand (晟某/盛某) would weigh more the shorter the name is.
    """
    from rapidfuzz import fuzz

    return near.score >= score or fuzz.ratio(normal, normal_form(near.row.holder)) >= 100 * TWIN


def difference(one: str, other: str) -> str:
    """In words, what tells two normal forms apart: for the reader of a near name.

    >>> difference("云岭晟某机械有限公司", "云岭盛某机械有限公司")
    '“晟”≠“盛”'
    """
    start, shorter = 0, min(len(one), len(other))
    while start < shorter and one[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    a, b = one[start : len(one) - end], other[start : len(other) - end]
    if not a or not b or set(a).isdisjoint(b):
        return _told(a, b) or "写法相同"
    steps: list[Any] = _opcodes()(a, b).as_list()  # as tuples: five times as quick as by their attributes
    parts = [_told(a[start:end], b[first:last]) for tag, start, end, first, last in steps if tag != "equal"]
    return "，".join(parts[:4])


@cache
def _opcodes() -> Any:
    """Loaded when first needed; looking it up at each of many names costs more than comparing two."""
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.opcodes


def _told(a: str, b: str) -> str:
    if a and b:
        return f"“{a}”≠“{b}”"
    return f"少“{a}”" if a else f"多“{b}”" if b else ""


class MemoryPostings:
    """Postings over a list of names held in memory."""

    def __init__(self, names: Iterable[NameForms]) -> None:
        import numpy as np

        table: dict[str, list[int]] = {}
        self.size = 0
        for number, forms in enumerate(names):
            self.size = number + 1
            for gram in grams_of(forms):
                table.setdefault(gram, []).append(number)
        self._table = {g: np.array(n, dtype=np.uint32) for g, n in table.items()}

    def counts(self, grams: Iterable[str]) -> dict[str, int]:
        """As in Postings."""
        return {g: len(self._table[g]) for g in grams if g in self._table}

    def lists(self, grams: Sequence[str]) -> list[Any]:
        """As in Postings."""
        return [self._table[g] for g in grams]
