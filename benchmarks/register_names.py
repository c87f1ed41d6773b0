"""Names: spellings of a holder's name, names of other firms close to it, and what the matcher makes of them."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from register_curve import Answer, write_curve
from register_lookups import timed

from compliance.records import CertificateRow, Match
from compliance.register.names import forms_of, normal_form
from compliance.register.near import rank
from compliance.register.ports import Query
from compliance.register.words import words
from compliance.register_open import StoredRows

Told = Callable[[str, Any], None]

VARIANTS: dict[str, Callable[[str], str]] = {
    "brackets": lambda n: n.replace("（", "(").replace("）", ")") if "（" in n else n.replace("有限", " 有限", 1),
    "full width and blanks": lambda n: "　".join((n[:4], n[4:])),
    "legal form": lambda n: n.replace("有限责任公司", "有限公司") if "有限责任公司" in n else n.replace("有限公司", "有限责任公司") if "股份" not in n else n.replace("股份有限公司", "股份公司"),
    "市 left out or put in": lambda n: n.replace("市", "", 1) if n[2:3] == "市" else n[:2] + "市" + n[2:] if "（" not in n else n,
    "traditional signs": lambda n: n.translate(_traditional()),
}  # fmt: skip


def _traditional() -> dict[int, str]:
    table: dict[int, str] = {}
    for many, simple in words("traditional")["pairs"]:
        for traditional, sign in zip(many, simple, strict=True):
            table.setdefault(ord(sign), traditional)
    return table


def measure_names(
    rows: StoredRows, sample: list[CertificateRow], told: Told, curves: list[Path], pairs_to: Path | None
) -> None:
    """Variants, other firms, short names; rates with the search for close names included; the curve."""
    alone: list[Answer] = []
    matched: list[Answer] = []
    for what, change in VARIANTS.items():
        pairs = [(r, change(r.holder)) for r in sample]
        _variant(what, pairs, rows, told, alone, matched)
    _variant("former name", [(r, r.former_names[0]) for r in sample if r.former_names], rows, told, alone, matched)
    _other_firms(rows, sample, told, alone, matched, pairs_to)
    _short_names(rows, sample, told)
    _all_names(rows, sample, told)
    for path in curves:
        write_curve(path, alone, matched)


def _variant(what: str, pairs: list[tuple[CertificateRow, str]], rows: StoredRows, told: Told,
             alone: list[Answer], matched: list[Answer]) -> None:  # fmt: skip
    if not pairs:
        return
    rate, found = timed([Query(name=n) for _, n in pairs], rows, near=True)
    right = wrong = 0
    for (row, name), one in zip(pairs, found, strict=True):
        is_right = (
            one.row is not None and one.row.uscc == row.uscc and normal_form(one.row.holder) == normal_form(row.holder)
        )
        right += is_right
        wrong += one.row is not None and forms_of(one.row.holder).key != forms_of(row.holder).key
        matched.append(Answer(one.score if one.row else 0.0, is_right, True))
        taken, score = _likest(name, one)
        alone.append(Answer(score, taken is not None and taken.uscc == row.uscc, True))
    told(
        f"variant: {what}",
        f"{right / len(pairs):.1%} right of {len(pairs)}, {wrong} wrong, {_rate(rate)}, close names included",
    )


def _other_firms(rows: StoredRows, sample: list[CertificateRow], told: Told, alone: list[Answer], matched: list[Answer],
                 pairs_to: Path | None) -> None:  # fmt: skip
    hard = list(hard_pairs(sample, rows))
    rate, found = timed([Query(name=n) for _, n, _ in hard], rows, near=True)
    wrong_of_all = 0
    listed = []
    for kind in sorted({k for _, _, k in hard}):
        group = [(r, n, f) for (r, n, k), f in zip(hard, found, strict=True) if k == kind]
        wrong = [f for r, n, f in group if f.row is not None and normal_form(f.row.holder) != normal_form(n)]
        near = sum(any(x.row.holder == r.holder for x in f.near) for r, _, f in group)
        wrong_of_all += len(wrong)
        told(f"another firm: {kind}",
             f"{len(group)} pairs, {len(wrong)} wrong matches, the one asked from among the ten nearest {near / len(group):.1%}")  # fmt: skip
        for row, name, one in group:
            taken, score = _likest(name, one)
            matched.append(Answer(one.score if one.row else 0.0, False, False))
            alone.append(Answer(score if taken else 0.0, False, False))
            listed.append((kind, row.holder, name, one.row.holder if one.row else "", one.near[0].row.holder if one.near else "",
                           one.near[0].score if one.near else ""))  # fmt: skip
    told("another firm, all kinds", f"{len(hard)} pairs, {wrong_of_all} wrong matches")
    told("names that are not there, fuzzy step included", _rate(rate))
    if pairs_to is not None:
        with pairs_to.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("kind", "holder", "other_name", "matched", "nearest", "score"), *listed])


def _short_names(rows: StoredRows, sample: list[CertificateRow], told: Told) -> None:
    """Brand and trade without place and form (云岭机械): never a match; those that fit several holders give all of them."""
    short = list(dict.fromkeys(n for r in sample if (n := _brand_and_trade(r.holder))))[:1000]
    _, found = timed([Query(name=n) for n in short], rows, near=True)
    matches = [f.row.holder for f in found if f.row is not None]
    several = sum(len({(x.row.holder, x.row.uscc) for x in f.near}) > 1 for f in found)
    told("brand and trade only", f"{len(short)} asked, {len(matches)} matches, {several} with several holders shown")


def _all_names(rows: StoredRows, sample: list[CertificateRow], told: Told) -> None:
    """The pass over every name before an accusation."""
    rows.nearest_of_all(sample[0].holder)
    times = []
    for row in sample[1:41]:
        start = time.process_time()
        rows.nearest_of_all(row.holder)
        times.append(time.process_time() - start)
    told("pass over all names before an accusation", f"{median(times) * 1000:.0f} ms a name")


def _brand_and_trade(name: str) -> str:
    """The name without place and legal form, if it begins with a place."""
    start = brand_at(name)
    forms = forms_of(name)
    return name[start : -len(forms.form)] if start and forms.form and name.endswith(forms.form) else ""


def _likest(name: str, found: Match) -> tuple[CertificateRow | None, float]:
    """Which firm likeness alone would take, and its score: the matched one's or the nearest's, whichever is liker."""
    asked = forms_of(name)
    nearest = found.near[0] if found.near else None
    if found.row is None:
        return (nearest.row, nearest.score) if nearest else (None, 0.0)
    names = [forms_of(n) for n in (found.row.holder, *found.row.former_names)]
    score = max(s for _, s in rank(asked, [n.normal for n in names], [n.key for n in names], len(names)))
    return (nearest.row, nearest.score) if nearest and nearest.score > score else (found.row, score)


def _rate(rate: tuple[float, float]) -> str:
    return f"{rate[0]:,.0f}/s of processor time, {rate[1]:,.0f}/s by the clock"


def brand_at(name: str) -> int:
    """Where the brand begins in a sample's name: behind the place, with or without 市."""
    return 0 if "（" in name[:6] or "(" in name[:6] else 3 if name[2:3] == "市" else 2


def hard_pairs(sample: list[CertificateRow], rows: StoredRows) -> Iterator[tuple[CertificateRow, str, str]]:
    """(row, name of another firm made from its holder's, kind): one sign of the brand, one left out, the place, a branch, the group word."""
    draw = random.Random(5)
    brands = words("sample")["brand"]
    places = [a + b for a in words("sample")["place_first"] for b in words("sample")["place_second"]]
    made = []
    for row in sample:
        name = row.holder
        start = brand_at(name)
        other = draw.choice([b for b in brands if b != name[start]])
        tries = {
            "one sign of the brand": name[:start] + other + name[start + 1 :],
            "one sign left out": name[:start] + name[start + 1 :],
            "another place": draw.choice(places) + name[start:] if start else "",
            "a branch": name + draw.choice(places) + "分公司",
            "place into brackets": f"{name[start : start + 2]}（{name[:2]}）{name[start + 2 :]}" if start else "",
            "with the group word": name.replace("有限", "集团有限", 1) if "集团" not in name else "",
        }
        kind = draw.choice([k for k, n in tries.items() if n])
        made.append((row, tries[kind], kind))
    rows.prepare([Query(name=n) for _, n, _ in made], near=False)
    for row, name, kind in made:
        if not rows.by_name(name) and not rows.by_key(forms_of(name).key):  # not by chance a firm that is there
            yield row, name, kind
