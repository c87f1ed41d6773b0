"""`register stats`: certificates in force by category and area beside the country's figures, with the faults of the printed source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from compliance.records import CertificateRow
from compliance.register.cells import int_of
from compliance.register.listed import listed_in
from compliance.register.memory import MemoryRows
from compliance.register.ports import Rows
from compliance.register.states import state_on
from compliance.register.words import words

Pair = tuple[int, int]


def stats_of(rows: Rows, day: date) -> dict[str, Any]:
    """`{"source", "snapshot", "rows", "day", "states", "categories": […], "areas": […], "total": {…}, "national": {…}, "lists": […]}`.

    A line: id, zh, certificates, organisations (different holders), and the country's figures of Nov 2024 for comparison.
    """
    data = words("distribution")
    groups = {c["id"]: tuple(c["schemes"]) for c in data["categories"] if "schemes" in c}
    for head, members in (("ms", "ms-"), ("product", "product-"), ("service", "service-")):
        groups[head] = tuple(s for c, schemes in groups.items() if c.startswith(members) for s in schemes)
    by_group, by_area, states = _counts(rows, groups, day)
    categories = [
        {"id": c["id"], "group": c["group"], "zh": c["zh"], **_line(by_group.get(c["id"], (0, 0))), "national_certificates": c["certificates"],
         "national_organisations": c["organisations"], "note": _note(c)}
        for c in data["categories"]
    ]  # fmt: skip
    named = {a["zh"] for a in data["areas"]}
    unknown = _sum(n for a, n in by_area.items() if a is None or a not in named)
    areas = [
        {"zh": a["zh"], **_line(unknown if a["zh"] == "未知" else by_area.get(a["zh"], (0, 0))), "national_certificates": a["certificates"],
         "national_organisations": a["organisations"], "note": a.get("note", "")}
        for a in data["areas"]
    ]  # fmt: skip
    filed = sum(by_group[h][0] for h in ("ms", "product", "service") if h in by_group)
    return {
        **rows.info.to_json(), "day": day.isoformat(), "states": {s or "unknown": n for s, n in sorted(states.items(), key=lambda s: str(s[0]))},
        "total": _line(by_group[""]), "not_filed": by_group[""][0] - filed, "categories": categories, "areas": areas,
        "national": {"certificates": data["totals"]["certificates"], "organisations": data["totals"]["organisations"]},
        "lists": lists_of(rows),
    }  # fmt: skip


def lists_of(rows: Rows) -> list[dict[str, Any]]:
    """The other lists that go with the register: kind, source, snapshot, rows, complete, refused."""
    store = getattr(rows, "store", None)
    if store is not None:
        from compliance.register_lists import stored_lists

        return [info.to_json() for info in stored_lists(store)]
    found = (listed_in(rows, kind) for kind in words("lists")["kinds"])
    return [one.info.to_json() for one in found if one is not None]


def _counts(
    rows: Rows, groups: Mapping[str, tuple[str, ...]], day: date
) -> tuple[dict[str, Pair], dict[str | None, Pair], dict[str | None, int]]:
    store = getattr(rows, "store", None)
    if store is not None:
        from compliance.store.register_stats import counts_by_area, counts_by_group, counts_by_state

        number = int_of(day) or 0
        return counts_by_group(store, groups, number), counts_by_area(store, number), counts_by_state(store)
    assert isinstance(rows, MemoryRows)
    good = [r for r in rows.all() if state_on(r, day)[0] == "valid"]
    of: dict[str, list[str]] = defaultdict(list)
    for group, schemes in groups.items():
        for scheme in schemes:
            of[scheme].append(group)
    by_group: dict[str, list[CertificateRow]] = defaultdict(list)
    by_area: dict[str | None, list[CertificateRow]] = defaultdict(list)
    states: dict[str | None, int] = defaultdict(int)
    for row in rows.all():
        states[row.status] += 1
    for row in good:
        by_area[row.province].append(row)
        for group in of.get(row.scheme or "", ()):
            by_group[group].append(row)
    return (
        {g: _pair(m) for g, m in by_group.items()} | {"": _pair(good)},
        {a: _pair(m) for a, m in by_area.items()},
        states,
    )


def _pair(rows: list[CertificateRow]) -> Pair:
    return len(rows), len({(r.holder, r.uscc) for r in rows})


def _sum(pairs: Any) -> Pair:
    pairs = list(pairs)
    return sum(p[0] for p in pairs), sum(p[1] for p in pairs)


def _line(pair: Pair) -> dict[str, int]:
    return {"certificates": pair[0], "organisations": pair[1]}


def _note(category: Mapping[str, Any]) -> str:
    printed = category.get("printed")
    head = f"printed {printed[0]} / {printed[1]}: " if printed else ""
    return head + category.get("note", "")
