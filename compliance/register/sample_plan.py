"""How many certificates of which category each invented organisation holds, so that the country's tables come out to the unit.

Two margins are met exactly at scale 1.0: certificates and organisations of every category (and of all systems, all services),
certificates and organisations of every area. Smaller scales round each figure, the totals by largest remainders.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

from compliance.register.words import words

SYSTEMS = (
    "ms-quality",
    "ms-environment",
    "ms-ohs",
    "ms-food-farm",
    "ms-infosec",
    "ms-itsm",
    "ms-measurement",
    "ms-energy",
    "ms-ip",
    "ms-other",
)
OTHERS = ("product-ccc", "product-food-farm", "product-voluntary", "service-state", "service-general")
CATEGORIES = SYSTEMS + OTHERS
# Organisations without any system certificate: shares of what they hold instead. Invented; only the sums are known.
ALONE = {"product-voluntary": 50, "product-ccc": 10, "product-food-farm": 25, "service-general": 15}


@dataclass(frozen=True)
class Plan:
    """`areas`: (name, first organisation, one past the last). `counts[c][i]`: certificates of category c that organisation i holds."""

    areas: tuple[tuple[str, int, int], ...]
    counts: dict[str, Any]
    organisations: int
    certificates: int


def plan_of(scale: float, seed: int) -> Plan:
    """The plan for `scale` (1.0: the whole country, 4 119 974 certificates). Raises ValueError for a scale outside 0–2."""
    if not 0 < scale <= 2:
        raise ValueError(f"scale {scale}: must lie above 0 and not above 2 (1.0 is the whole country)")
    import numpy as np

    random = np.random.default_rng(seed)
    data = words("distribution")
    lines = {c["id"]: c for c in data["categories"]}
    total = max(round(data["totals"]["organisations"] * scale), 20)
    held = {c: _scaled(lines[c]["organisations"], scale) for c in CATEGORIES}
    certificates = _rounded([lines[c]["certificates"] * scale for c in CATEGORIES])
    certificates = [max(n, held[c]) for n, c in zip(certificates, CATEGORIES, strict=True)]
    areas = data["areas"]
    sizes = _rounded([a["organisations"] * scale for a in areas], total)
    member = _members(total, held, lines, scale)
    order = _order(total, member, areas, sizes, random)
    member = {c: m[order] for c, m in member.items()}
    bounds = [0]
    for size in sizes:
        bounds.append(bounds[-1] + size)
    wanted = _rounded([a["certificates"] * scale for a in areas], sum(certificates))
    extra = {c: n - int(member[c].sum()) for n, c in zip(certificates, CATEGORIES, strict=True)}
    counts = {c: member[c].astype(np.int32) for c in CATEGORIES}
    _spread(counts, member, bounds, wanted, extra, random)
    named = tuple((a["zh"], bounds[i], bounds[i + 1]) for i, a in enumerate(areas))
    return Plan(named, counts, total, sum(int(c.sum()) for c in counts.values()))


def _scaled(count: int, scale: float) -> int:
    return round(count * scale)


def _rounded(values: Sequence[float], total: int | None = None) -> list[int]:
    """Whole numbers that sum to `total` (default: the rounded sum), by largest remainders."""
    total = round(sum(values)) if total is None else total
    floors = [int(v) for v in values]
    order = sorted(range(len(values)), key=lambda i: (floors[i] - values[i], i))
    left = total - sum(floors)
    for step in range(abs(left)):
        at = order[step % len(order)] if left > 0 else max(range(len(floors)), key=lambda i: floors[i])
        floors[at] += 1 if left > 0 else -1
    return floors


def _members(total: int, held: dict[str, int], lines: dict[str, Any], scale: float) -> dict[str, Any]:
    """For each category the kinds of organisation that hold it. Kinds 0 … systems-1 hold system certificates, mostly several at
    once; the rest products or services only. Every kind holds something."""
    import numpy as np

    systems = min(_scaled(lines["ms"]["organisations"], scale), total)
    services = _scaled(lines["service"]["organisations"], scale)
    quality = min(held["ms-quality"], systems)
    alone = _rounded([ALONE[c] / 100 * (total - systems) for c in ALONE], total - systems)
    kinds = np.arange(total, dtype=np.int64)
    inside = kinds < systems
    out = {c: np.zeros(total, dtype=bool) for c in CATEGORIES}
    out["ms-quality"][:quality] = True
    out["ms-environment"][quality:systems] = True
    out["ms-environment"][: max(held["ms-environment"] - (systems - quality), 0)] = True
    out["ms-ohs"][: held["ms-ohs"]] = True
    for at, category in enumerate(SYSTEMS[3:]):
        out[category] = inside & _every(kinds, held[category], systems, at * 7919)
    start = systems
    for category, count in zip(ALONE, alone, strict=True):
        out[category][start : start + count] = True
        start += count
        rest = max(held[category] - count, 0)
        out[category] |= inside & _every(kinds, rest, systems, len(category) * 104_729)
    general = np.flatnonzero(out["service-general"] & inside)
    without = np.flatnonzero(~out["service-general"] & inside)
    only_state = max(services - held["service-general"], 0) if held["service-state"] else 0
    both = max(held["service-state"] - only_state, 0)
    out["service-state"][general[:: max(len(general) // max(both, 1), 1)][:both]] = True
    out["service-state"][without[:: max(len(without) // max(only_state, 1), 1)][:only_state]] = True
    return out


def _every(kinds: Any, count: int, of: int, offset: int) -> Any:
    """Exactly `count` of the first `of` kinds, evenly spread."""
    if count <= 0 or of <= 0:
        return kinds < 0
    return ((kinds + 1) * count + offset) // of > (kinds * count + offset) // of


def _order(total: int, member: dict[str, Any], areas: Sequence[Any], sizes: Sequence[int], random: Any) -> Any:
    """Which kind each organisation is. Areas with few certificates a holder get holders of one certificate, all others a fair mix."""
    import numpy as np

    held = sum(m.astype(np.int16) for m in member.values())
    mean = float(held.mean())
    thin = [i for i, a in enumerate(areas) if a["certificates"] / a["organisations"] < mean * 1.05]
    single = np.flatnonzero(held == 1)[: sum(sizes[i] for i in thin)]
    shifted = [int(s) - i for i, s in enumerate(single)]
    length = total - len(single)
    step = next(s for s in range(max(int(length * 0.618), 1), length + 2) if gcd(s, length) == 1) if length > 1 else 1
    mixed = (np.arange(length, dtype=np.int64) * step + int(random.integers(0, max(length, 1)))) % max(length, 1)
    mixed = (
        mixed + np.fromiter((bisect_right(shifted, int(m)) for m in mixed), dtype=np.int64, count=length)
        if shifted
        else mixed
    )
    parts, at, used = [], 0, 0
    for i, size in enumerate(sizes):
        if i in thin:
            parts.append(single[used : used + size])
            used += size
        else:
            parts.append(mixed[at : at + size])
            at += size
    return np.concatenate(parts)


def _spread(
    counts: dict[str, Any],
    member: dict[str, Any],
    bounds: list[int],
    wanted: list[int],
    extra: dict[str, int],
    random: Any,
) -> None:
    """Gives out the certificates beyond the first: to areas so that their sums come out, inside an area to few holders much."""
    import numpy as np

    left = dict(extra)
    has = {c: [int(member[c][a:b].sum()) for a, b in zip(bounds, bounds[1:], strict=False)] for c in CATEGORIES}
    room = [max(w - sum(has[c][i] for c in CATEGORIES), 0) for i, w in enumerate(wanted)]
    order = sorted(range(len(room)), key=lambda i: (room[i], i))
    for area in order:
        a, b = bounds[area], bounds[area + 1]
        last = area == order[-1]
        able = [c for c in CATEGORIES if left[c] > 0 and has[c][area]]
        whole = sum(left[c] for c in able)
        share = min(room[area], whole) if not last else whole
        given = _rounded([left[c] * share / whole for c in able], share) if whole else []
        for category, amount in zip(able, given, strict=True):
            amount = min(amount, left[category])
            left[category] -= amount
            holders = np.flatnonzero(member[category][a:b]) + a
            weights = np.cumsum(random.pareto(1.6, len(holders)) + 0.05)
            quota = np.floor(weights / weights[-1] * amount + 1e-9).astype(np.int64)
            quota[-1] = amount
            counts[category][holders] += np.diff(quota, prepend=0).astype(np.int32)
    for category, amount in left.items():  # only at tiny scales: an area without a holder of it
        if amount > 0 and (holders := np.flatnonzero(member[category])).size:
            counts[category][holders[0]] += amount
