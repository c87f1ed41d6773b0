"""Names close to a name (近似名称), found by shared pairs of signs, ranked by rapidfuzz. Close is never the same: other firms.

The rarest pairs are read first, up to a budget, so that a million names cost about a millisecond. Measured choice: pairs of the
key and of the whole name, weighted by rarity, 200 candidates, score 0.6 × key + 0.4 × whole name.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from compliance.register.names import NameForms, grams_of

CANDIDATES = 200
BUDGET = 60_000  # entries of lists read for one name


class Postings(Protocol):
    """For each pair of signs the organisations that have it."""

    @property
    def size(self) -> int:
        """Highest organisation number + 1."""
        ...

    @property
    def weights(self) -> Any:
        """Room for one number an organisation, all zero: a numpy array of `size`."""
        ...

    def counts(self, grams: Iterable[str]) -> Mapping[str, int]:
        """How many organisations have each gram; grams that none has are absent."""
        ...

    def lists(self, grams: Sequence[str]) -> Sequence[Any]:
        """The organisations of each gram: integer arrays of numpy."""
        ...


def candidates(forms: NameForms, postings: Postings, limit: int = CANDIDATES) -> list[int]:
    """Numbers of at most `limit` organisations that share the most and rarest pairs with the name."""
    import numpy as np

    taken = rarest(forms, postings)
    if not taken:
        return []
    lists = postings.lists(taken)
    weights = postings.weights
    for one in lists:
        weights[one] += math.log(max(postings.size, 2) / len(one)) + 0.01
    ids = np.concatenate(lists)
    sums = weights[ids]
    if (
        len(ids) > 3 * limit
    ):  # an organisation stands at most some times in the lists: three times the limit holds the best
        best = np.argpartition(-sums, 3 * limit)[: 3 * limit]
        ids, sums = ids[best], sums[best]
    ids, first = np.unique(ids, return_index=True)
    if len(ids) > limit:
        ids = ids[np.argpartition(-sums[first], limit)[:limit]]
    for one in lists:
        weights[one] = 0
    return [int(i) for i in ids]


def rarest(forms: NameForms, postings: Postings) -> list[str]:
    """The rarest pairs of a name whose lists together stay within BUDGET; at least one."""
    counts = postings.counts(grams_of(forms))
    taken: list[str] = []
    spent = 0
    for gram in sorted(counts, key=lambda g: (counts[g], g)):
        if taken and spent + counts[gram] > BUDGET:
            break
        taken.append(gram)
        spent += counts[gram]
    return taken


def rank(forms: NameForms, named: Sequence[tuple[int, str, str]], limit: int) -> list[tuple[int, float]]:
    """The `limit` closest of (number, normal form, key), best first, with their score 0–1; ties in the order given."""
    from rapidfuzz import fuzz, process

    if not named:
        return []
    by_key = process.cdist([forms.key], [k for _, _, k in named], scorer=fuzz.ratio)[0]
    by_name = process.cdist([forms.normal], [n for _, n, _ in named], scorer=fuzz.ratio)[0]
    scores = (by_key * 0.006 + by_name * 0.004).round(4)
    order = (-scores).argsort(kind="stable")[:limit]
    return [(named[at][0], float(scores[at])) for at in order.tolist()]


def difference(one: str, other: str) -> str:
    """In words, what tells two normal forms apart: for the reader of a near name.

    >>> difference("云岭晟某机械有限公司", "云岭盛某机械有限公司")
    '“晟”≠“盛”'
    """
    from rapidfuzz.distance import Levenshtein

    parts = []
    for op in Levenshtein.opcodes(one, other):
        a, b = one[op.src_start : op.src_end], other[op.dest_start : op.dest_end]
        if op.tag == "replace":
            parts.append(f"“{a}”≠“{b}”")
        elif op.tag == "delete":
            parts.append(f"少“{a}”")
        elif op.tag == "insert":
            parts.append(f"多“{b}”")
    return "，".join(parts[:4]) or "写法相同"


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
        self.weights = np.zeros(max(self.size, 1), dtype=np.float32)

    def counts(self, grams: Iterable[str]) -> dict[str, int]:
        """As in Postings."""
        return {g: len(self._table[g]) for g in grams if g in self._table}

    def lists(self, grams: Sequence[str]) -> list[Any]:
        """As in Postings."""
        return [self._table[g] for g in grams]
