"""Ratios with 95 % intervals: Wilson's, as if all tries were independent, and a bootstrap over sites, which they are not.

Blocks of one site repeat each other's wording, so the bootstrap draws whole sites with replacement. Its seed is fixed:
the same counts give the same interval. Where every try is a hit it can only say 1–1; Wilson's then says more.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

SEED = 20261101
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Ratio:
    """`hits` of `tries`, with both intervals (None when there was no try)."""

    hits: int
    tries: int
    wilson: tuple[float, float] | None
    by_site: tuple[float, float] | None

    @property
    def value(self) -> float | None:
        """hits / tries, None without a try."""
        return self.hits / self.tries if self.tries else None


def wilson(hits: int, tries: int) -> tuple[float, float] | None:
    """Wilson's score interval at 95 %."""
    if not tries:
        return None
    z, p = 1.96, hits / tries
    d = 1 + z * z / tries
    middle = (p + z * z / (2 * tries)) / d
    half = z * math.sqrt(p * (1 - p) / tries + z * z / (4 * tries * tries)) / d
    return max(0.0, middle - half), min(1.0, middle + half)


def bootstrap(sites: Mapping[str, tuple[int, int]], draws: int = DRAWS, seed: int = SEED) -> tuple[float, float] | None:
    """Percentile interval at 95 % over sites drawn with replacement; `sites`: hits and tries of each."""
    pairs = [sites[name] for name in sorted(sites) if sites[name][1]]
    if not pairs:
        return None
    rng = random.Random(seed)
    values = []
    for _ in range(draws):
        drawn = rng.choices(pairs, k=len(pairs))
        values.append(sum(k for k, _ in drawn) / sum(n for _, n in drawn))
    values.sort()
    return values[int(0.025 * draws)], values[min(draws - 1, math.ceil(0.975 * draws) - 1)]


def ratio_of(sites: Mapping[str, tuple[int, int]]) -> Ratio:
    """One measure over all sites."""
    hits, tries = sum(k for k, _ in sites.values()), sum(n for _, n in sites.values())
    return Ratio(hits, tries, wilson(hits, tries), bootstrap(sites))
